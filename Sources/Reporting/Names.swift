/// Gives a number to each text, by its bytes: the same text has the same number, without a `String` a line.
struct Names {
  private var bytes: [UInt8] = []
  private var ends: [Int] = [0]
  /// Open addressing: 1 + the number of a text, 0 where there is none.
  private var slots = [Int32](repeating: 0, count: 1 << 12)
  /// More texts than this share the last number, that of "(others)": a report shows a few thousand at most.
  private let most: Int
  private var isFull = false
  /// Nor more bytes than these.
  private static let mostBytes = 24 << 20

  init(most: Int = 1 << 20) { self.most = most }

  var count: Int { ends.count - 1 }

  mutating func number(of text: UnsafeRawBufferPointer) -> Int {
    var slot = firstSlot(of: text)
    while slots[slot] != 0 {
      let number = Int(slots[slot]) - 1
      if matches(number, text) { return number }
      slot = (slot + 1) & (slots.count - 1)
    }
    if isFull { return count - 1 }
    isFull = count + 1 >= most || bytes.count > Self.mostBytes
    if isFull { bytes.append(contentsOf: "(others)".utf8) } else { bytes.append(contentsOf: text) }
    ends.append(bytes.count)
    if !isFull { slots[slot] = Int32(count) }
    let number = count - 1
    if count * 2 > slots.count { grow() }
    return number
  }

  mutating func number(of text: String) -> Int {
    var text = text
    return text.withUTF8 { number(of: UnsafeRawBufferPointer($0)) }
  }

  /// The text of a number.
  func text(_ number: Int) -> String { String(decoding: bytes[ends[number]..<ends[number + 1]], as: UTF8.self) }

  /// Where a text stands, or the first place to look: by the hash of Fowler, Noll and Vo.
  private func firstSlot(of text: UnsafeRawBufferPointer) -> Int {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return Int(truncatingIfNeeded: hash ^ hash >> 29) & (slots.count - 1)
  }

  private func matches(_ number: Int, _ text: UnsafeRawBufferPointer) -> Bool {
    let start = ends[number]
    guard ends[number + 1] - start == text.count else { return false }
    for index in 0..<text.count where bytes[start + index] != text[index] { return false }
    return true
  }

  private mutating func grow() {
    slots = [Int32](repeating: 0, count: slots.count * 2)
    for number in 0..<count {
      var slot = bytes.withUnsafeBytes { bytes in
        firstSlot(of: UnsafeRawBufferPointer(rebasing: bytes[ends[number]..<ends[number + 1]]))
      }
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = Int32(number + 1)
    }
  }
}
