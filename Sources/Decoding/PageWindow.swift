/// The page of a tracee's memory that an element of an array was read from last: what the next elements point to often lies
/// beside it, and a page costs no more to read than a few bytes.
struct PageWindow: ~Copyable {
  static let size = 4096

  private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  private var address: UInt64?

  init() {}

  deinit { bytes.deallocate() }

  /// The memory may have changed.
  mutating func forget() { address = nil }

  /// Copies what lies in one page, which is read as a whole unless it is the last one; returns how many bytes were there:
  /// all or none. Nil where they lie in more than one.
  mutating func read(
    _ wanted: UInt64, into buffer: UnsafeMutableRawBufferPointer,
    _ readPage: (UInt64, UnsafeMutableRawBufferPointer) -> Int
  ) -> Int? {
    let offset = Int(wanted % UInt64(Self.size))
    guard buffer.count <= Self.size - offset else { return nil }
    let page = wanted - UInt64(offset)
    if address != page {
      address = nil
      guard readPage(page, bytes) == Self.size else { return nil }
      address = page
    }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + buffer.count]))
    return buffer.count
  }
}
