/// A call made up from its description: what its registers hold.
package struct ExampleCall {
  package var name: String
  package var number: UInt64
  /// The six registers, in the ABI's order.
  package var registers: [UInt64]

  package init(name: String, number: UInt64, registers: [UInt64]) {
    (self.name, self.number, self.registers) = (name, number, registers)
  }
}

/// The memory that examples point to. Its addresses are fixed, so that two runs of a program show the same lines.
package struct ExampleMemory {
  /// Blocks that lie next to each other.
  package static let base: UInt64 = 0x1000_0000
  package private(set) var bytes: [UInt8] = []
  /// Pages behind which there is nothing, two pages apart.
  package static let pagesBase: UInt64 = 0x2000_0000
  package static let pageSize = 4096
  package private(set) var pages: [[UInt8]] = []

  private static let most = (bytes: 4 << 20, pages: 400)

  /// Puts `block` among the others, `skew` bytes off a multiple of 16.
  mutating func place(_ block: [UInt8], skew: Int = 0) -> UInt64 {
    guard bytes.count + block.count < Self.most.bytes else { return Self.base }
    bytes += [UInt8](repeating: 0, count: (16 - bytes.count % 16) % 16 + skew)
    let address = Self.base + UInt64(bytes.count)
    bytes += block
    return address
  }

  /// Puts the beginning of `block`, without its last `missing` bytes, at the end of a page.
  mutating func placeAtEnd(_ block: [UInt8], missing: Int = 0) -> UInt64 {
    let kept = block.dropLast(missing)
    guard kept.count <= Self.pageSize, pages.count < Self.most.pages else { return place(block) }
    let address = Self.pagesBase + UInt64(pages.count * 2 * Self.pageSize + Self.pageSize - kept.count)
    pages.append([UInt8](repeating: 0, count: Self.pageSize - kept.count) + kept)
    return address
  }
}
