/// Bytes on their way out: grows as needed, keeps its storage when emptied, and never makes a `String`.
public struct ByteBuffer: ~Copyable {
  private var storage: UnsafeMutablePointer<UInt8>
  private var capacity: Int
  /// The number of bytes held.
  public private(set) var count = 0

  /// An empty buffer with room for `capacity` bytes.
  public init(capacity: Int = 1 << 12) {
    self.capacity = max(capacity, 64)
    storage = .allocate(capacity: self.capacity)
  }

  deinit { storage.deallocate() }

  public var isEmpty: Bool { count == 0 }

  /// The bytes held. Valid until the buffer is changed.
  public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    try body(UnsafeRawBufferPointer(start: storage, count: count))
  }

  /// A copy of the bytes held.
  public var bytes: [UInt8] { withBytes { [UInt8]($0) } }

  /// Forgets the bytes and keeps the storage.
  public mutating func removeAll() { count = 0 }

  /// Forgets the bytes from `length` on.
  public mutating func truncate(to length: Int) {
    if length >= 0 && length < count { count = length }
  }

  /// Forgets the first `length` bytes.
  public mutating func removeFirst(_ length: Int) {
    guard length > 0 else { return }
    guard length < count else { return removeAll() }
    storage.update(from: storage + length, count: count - length)
    count -= length
  }

  /// Makes room for `more` bytes behind those held.
  @inline(__always)
  mutating func reserve(_ more: Int) {
    if capacity - count < more { grow(more) }
  }

  @inline(never)
  private mutating func grow(_ more: Int) {
    let wanted = max(capacity * 2, count + more)
    let larger = UnsafeMutablePointer<UInt8>.allocate(capacity: wanted)
    larger.update(from: storage, count: count)
    storage.deallocate()
    storage = larger
    capacity = wanted
  }

  @inline(__always)
  public mutating func append(_ byte: UInt8) {
    reserve(1)
    storage[count] = byte
    count += 1
  }

  /// Appends what a literal says; its storage is constant data.
  @inline(__always)
  public mutating func append(_ text: StaticString) {
    append(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  @inline(__always)
  public mutating func append(_ source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress, source.count > 0 else { return }
    reserve(source.count)
    UnsafeMutableRawPointer(storage + count).copyMemory(from: start, byteCount: source.count)
    count += source.count
  }

  public mutating func append(_ source: Span<UInt8>) {
    source.withUnsafeBytes { append($0) }
  }

  /// Appends the UTF-8 of a text that is not worth avoiding a `String` for: notices, headings.
  public mutating func append(text: String) {
    for byte in text.utf8 { append(byte) }
  }

  /// Appends `byte` `times` times; nothing when that is not positive.
  public mutating func append(repeating byte: UInt8, times: Int) {
    guard times > 0 else { return }
    reserve(times)
    (storage + count).update(repeating: byte, count: times)
    count += times
  }

  /// Writes `body`'s bytes directly behind those held: it gets room for `most` and says how many it wrote.
  @inline(__always)
  mutating func appendDirectly(most: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    reserve(most)
    count += min(max(body(storage + count), 0), most)
  }

  /// Appends bytes that the buffer already holds.
  public mutating func appendCopy(of range: Range<Int>) {
    let first = max(range.lowerBound, 0)
    let length = min(range.upperBound, count) - first
    guard length > 0 else { return }
    reserve(length)
    (storage + count).update(from: storage + first, count: length)
    count += length
  }

  /// Replaces a byte that is held.
  mutating func overwrite(_ byte: UInt8, at index: Int) {
    assert(index >= 0 && index < count, "no byte is held there")
    if index >= 0 && index < count { storage[index] = byte }
  }

  /// Moves bytes within those held.
  mutating func move(from source: Int, to destination: Int, count length: Int) {
    guard source >= 0, destination >= 0, length > 0, source + length <= count, destination + length <= count else {
      return
    }
    (storage + destination).update(from: storage + source, count: length)
  }
}
