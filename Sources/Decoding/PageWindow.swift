/// The two pages of a tracee's memory that elements of an array were read from last: what the next elements point to often
/// lies beside it, or across the border of both, and a page costs no more to read than a few bytes.
struct PageWindow: ~Copyable {
  static let size = 4096

  private let bytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 2 * size, alignment: 16)
  private var pages = InlineArray<2, UInt64?>(repeating: nil)
  /// Of the two, that which was read last.
  private var newest = 0
  /// A page that is not there: texts that run up to it are many where one is.
  private var absent: UInt64?

  init() {}

  deinit { bytes.deallocate() }

  /// The memory may have changed.
  mutating func forget() { (pages[0], pages[1], absent) = (nil, nil, nil) }

  /// Copies memory, of which whole pages are read, unless it is more than the two; returns how many bytes were there, from
  /// the first on.
  mutating func read(
    _ wanted: UInt64, into buffer: UnsafeMutableRawBufferPointer,
    _ readMemory: (UInt64, UnsafeMutableRawBufferPointer) -> Int
  ) -> Int {
    guard buffer.count <= Self.size else { return readMemory(wanted, buffer) }
    var done = 0
    while done < buffer.count {
      let address = wanted &+ UInt64(done)
      let inPage = min(buffer.count - done, Self.size - Int(address % UInt64(Self.size)))
      let part = UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + inPage])
      let count = readPart(address, into: part, readMemory)
      done += count
      if count < inPage { break }
    }
    return done
  }

  /// The same of what lies in one page.
  private mutating func readPart(
    _ wanted: UInt64, into buffer: UnsafeMutableRawBufferPointer,
    _ readMemory: (UInt64, UnsafeMutableRawBufferPointer) -> Int
  ) -> Int {
    let offset = Int(wanted % UInt64(Self.size))
    let page = wanted - UInt64(offset)
    if page == absent { return 0 }
    if pages[newest] != page { newest = 1 - newest }
    let place = newest * Self.size
    if pages[newest] != page {
      pages[newest] = nil
      let count = readMemory(page, UnsafeMutableRawBufferPointer(rebasing: bytes[place..<place + Self.size]))
      if count == 0 { absent = page }
      guard count == Self.size else { return count == 0 ? 0 : readMemory(wanted, buffer) }
      pages[newest] = page
    }
    let start = place + offset
    buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[start..<start + buffer.count]))
    return buffer.count
  }
}
