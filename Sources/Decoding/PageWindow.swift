/// The page of a tracee's memory that an element of an array was read from last: what the next elements point to often lies
/// beside it, and a page costs no more to read than a few bytes.
struct PageWindow: ~Copyable {
  static let size = 4096

  private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: size, alignment: 16)
  private var address: UInt64?
  /// A page that is not there: texts that run up to it are many where one is.
  private var absent: UInt64?

  init() {}

  deinit { bytes.deallocate() }

  /// The memory may have changed.
  mutating func forget() { (address, absent) = (nil, nil) }

  /// Copies what lies in one page, which is read as a whole; what lies in several is read as it is, unless it is known that
  /// only the first is there. Returns how many bytes were there, from the first on.
  mutating func read(
    _ wanted: UInt64, into buffer: UnsafeMutableRawBufferPointer,
    _ readMemory: (UInt64, UnsafeMutableRawBufferPointer) -> Int
  ) -> Int {
    let offset = Int(wanted % UInt64(Self.size))
    let page = wanted - UInt64(offset)
    let next = page &+ UInt64(Self.size)
    let inPage = min(buffer.count, Self.size - offset)
    if page == absent || buffer.isEmpty { return 0 }
    if inPage < buffer.count, next != absent {
      let count = readMemory(wanted, buffer)
      if count == inPage { absent = next }
      return count
    }
    if address != page {
      address = nil
      let count = readMemory(page, bytes)
      if count == 0 { absent = page }
      guard count == Self.size else { return count == 0 ? 0 : readMemory(wanted, buffer) }
      address = page
    }
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + inPage]))
    return inPage
  }
}
