/// Elements in storage that grows as needed, and is kept when they are removed.
///
/// An array would do, but for what it costs each call: emptying one takes as long as decoding an argument.
@usableFromInline
struct TapeStorage<Element: BitwiseCopyable>: ~Copyable {
  @usableFromInline var base: UnsafeMutablePointer<Element>
  private var capacity: Int
  @usableFromInline private(set) var count = 0

  init(capacity: Int) {
    self.capacity = capacity
    base = .allocate(capacity: capacity)
  }

  @inlinable deinit { base.deallocate() }

  @inlinable
  var contents: TapeContents<Element> { TapeContents(base: base, count: count) }

  @inline(__always)
  mutating func append(_ element: Element) {
    if count == capacity { grow(1) }
    (base + count).initialize(to: element)
    count &+= 1
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let larger = max(capacity * 2, count + more)
    let moved = UnsafeMutablePointer<Element>.allocate(capacity: larger)
    moved.update(from: base, count: count)
    base.deallocate()
    base = moved
    capacity = larger
  }

  /// Forgets the elements from `length` on.
  @inline(__always)
  mutating func truncate(to length: Int) {
    if length >= 0 && length < count { count = length }
  }

  mutating func change(at index: Int, _ body: (inout Element) -> Void) {
    if index >= 0 && index < count { body(&base[index]) }
  }
}

extension TapeStorage where Element == UInt8 {
  mutating func append(contentsOf source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress, source.count > 0 else { return }
    if capacity - count < source.count { grow(source.count) }
    UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: source.count)
    count += source.count
  }
}

/// What a ``Tape`` holds, to be read before the tape changes.
public struct TapeContents<Element: BitwiseCopyable>: RandomAccessCollection {
  @usableFromInline let base: UnsafePointer<Element>
  public let endIndex: Int

  @inlinable
  init(base: UnsafePointer<Element>, count: Int) {
    self.base = base
    endIndex = count
  }

  @inlinable public var startIndex: Int { 0 }

  @inlinable
  public subscript(index: Int) -> Element {
    precondition(index >= 0 && index < endIndex)
    return base[index]
  }

  @inlinable
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: base, count: endIndex &* MemoryLayout<Element>.stride))
  }
}

extension TapeContents<UInt8> {
  /// The bytes that a token refers to, as far as they are there.
  @inlinable
  public func bytes(of token: Token) -> UnsafeRawBufferPointer {
    let (offset, count) = token.span
    guard offset <= UInt64(endIndex) else { return UnsafeRawBufferPointer(start: nil, count: 0) }
    let first = Int(offset)
    return UnsafeRawBufferPointer(start: base + first, count: Int(Swift.min(count, UInt64(endIndex &- first))))
  }
}
