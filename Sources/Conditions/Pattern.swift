/// Whether `text` fits a shell pattern: `*` any bytes (also `/`), `?` one, `[a-z]` and `[!a-z]` one of some, `\` none of these.
/// See glob(7). Takes time in proportion to the product of both lengths at most.
func matches(_ text: UnsafeRawBufferPointer, pattern: [UInt8]) -> Bool {
  var (position, place) = (0, 0)
  var (starPlace, starPosition) = (-1, 0)
  while position < text.count {
    if place < pattern.count {
      if pattern[place] == UInt8(ascii: "*") {
        (starPlace, starPosition) = (place, position)
        place += 1
        continue
      }
      if let length = one(text[position], pattern, place) {
        position += 1
        place += length
        continue
      }
    }
    // Where there was a star, it takes one byte more.
    guard starPlace >= 0 else { return false }
    starPosition += 1
    (position, place) = (starPosition, starPlace + 1)
  }
  while place < pattern.count, pattern[place] == UInt8(ascii: "*") { place += 1 }
  return place == pattern.count
}

/// The length of what stands for one byte at `place`; nil when `byte` does not fit it.
private func one(_ byte: UInt8, _ pattern: [UInt8], _ place: Int) -> Int? {
  switch pattern[place] {
  case UInt8(ascii: "?"): return 1
  case UInt8(ascii: "\\") where place + 1 < pattern.count: return pattern[place + 1] == byte ? 2 : nil
  case UInt8(ascii: "["):
    guard let end = pattern[(place + 1)...].dropFirst(2).firstIndex(of: UInt8(ascii: "]")) else { break }
    var set = pattern[(place + 1)..<end]
    let isNegated = set.first == UInt8(ascii: "!") || set.first == UInt8(ascii: "^")
    if isNegated { set = set.dropFirst() }
    return contains(set, byte) != isNegated ? end - place + 1 : nil
  default: break
  }
  return pattern[place] == byte ? 1 : nil
}

private func contains(_ set: ArraySlice<UInt8>, _ byte: UInt8) -> Bool {
  var rest = set
  while let low = rest.popFirst() {
    if rest.count >= 2, rest.first == UInt8(ascii: "-"), let high = rest.dropFirst().first {
      if low <= byte, byte <= high { return true }
      rest = rest.dropFirst(2)
    } else if low == byte {
      return true
    }
  }
  return false
}
