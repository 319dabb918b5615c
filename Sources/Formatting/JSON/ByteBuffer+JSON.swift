extension ByteBuffer {
  /// Appends bytes as a JSON string, in quotes; false, with nothing written, when they are not UTF-8.
  mutating func appendJSON(text bytes: UnsafeRawBufferPointer) -> Bool {
    let mark = count
    append(UInt8(ascii: "\""))
    var plain = 0
    var index = 0
    while index < bytes.count {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x80 && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") && byte != 0x7f {
        index += 1
        continue
      }
      if byte >= 0x80 {
        guard let length = Self.lengthOfCharacter(bytes, at: index) else {
          truncate(to: mark)
          return false
        }
        index += length
        continue
      }
      append(UnsafeRawBufferPointer(rebasing: bytes[plain..<index]))
      appendJSONEscape(byte)
      index += 1
      plain = index
    }
    append(UnsafeRawBufferPointer(rebasing: bytes[plain...]))
    append(UInt8(ascii: "\""))
    return true
  }

  private mutating func appendJSONEscape(_ byte: UInt8) {
    append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): append(byte)
    case 0x0a: append(UInt8(ascii: "n"))
    case 0x0d: append(UInt8(ascii: "r"))
    case 0x09: append(UInt8(ascii: "t"))
    default:
      append("u00")
      appendHexDigits(UInt64(byte), digits: 2)
    }
  }

  /// Bytes of the UTF-8 character that begins at `index`; nil when there is none: overlong forms, surrogates and what
  /// lies beyond Unicode included.
  private static func lengthOfCharacter(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
    let first = bytes[index]
    let length: Int
    switch first {
    case 0xc2...0xdf: length = 2
    case 0xe0...0xef: length = 3
    case 0xf0...0xf4: length = 4
    default: return nil
    }
    guard index + length <= bytes.count else { return nil }
    for offset in 1..<length where bytes[index + offset] & 0xc0 != 0x80 { return nil }
    let second = bytes[index + 1]
    switch first {
    case 0xe0 where second < 0xa0, 0xed where second > 0x9f, 0xf0 where second < 0x90, 0xf4 where second > 0x8f:
      return nil
    default: return length
    }
  }

  /// Appends bytes in base64, in quotes.
  mutating func appendJSON(base64 bytes: UnsafeRawBufferPointer) {
    append(UInt8(ascii: "\""))
    reserve((bytes.count + 2) / 3 * 4)
    for start in stride(from: 0, to: bytes.count, by: 3) {
      var group = UInt32(bytes[start]) << 16
      if start + 1 < bytes.count { group |= UInt32(bytes[start + 1]) << 8 }
      if start + 2 < bytes.count { group |= UInt32(bytes[start + 2]) }
      append(Self.base64Digit(group >> 18))
      append(Self.base64Digit(group >> 12))
      append(start + 1 < bytes.count ? Self.base64Digit(group >> 6) : UInt8(ascii: "="))
      append(start + 2 < bytes.count ? Self.base64Digit(group) : UInt8(ascii: "="))
    }
    append(UInt8(ascii: "\""))
  }

  @inline(__always)
  private static func base64Digit(_ group: UInt32) -> UInt8 {
    let digit = UInt8(truncatingIfNeeded: group & 63)
    return switch digit {
    case 0..<26: digit + UInt8(ascii: "A")
    case 26..<52: digit - 26 + UInt8(ascii: "a")
    case 52..<62: digit - 52 + UInt8(ascii: "0")
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }

  /// Appends bytes as a value: a string, or an object with what cannot be one (see docs/JSON.md).
  mutating func appendJSON(_ bytes: UnsafeRawBufferPointer, isCut: Bool = false) {
    let mark = count
    if isCut { append("{\"text\":") }
    if !appendJSON(text: bytes) {
      truncate(to: mark)
      append("{\"base64\":")
      appendJSON(base64: bytes)
      if isCut { append(",\"cut\":true") }
      return append(UInt8(ascii: "}"))
    }
    if isCut { append(",\"cut\":true}") }
  }

  mutating func appendJSON(_ text: String) {
    var text = text
    text.withUTF8 { appendJSON(UnsafeRawBufferPointer($0)) }
  }

  /// Appends an address: `"0x2a"`, or `null` for the null pointer.
  mutating func appendJSON(address: UInt64) {
    if address == 0 { return append("null") }
    append("\"0x")
    appendHexDigits(address)
    append(UInt8(ascii: "\""))
  }

  /// Appends nanoseconds as seconds with nine digits behind the point.
  mutating func appendJSON(seconds nanoseconds: UInt64) {
    appendDecimal(nanoseconds / 1_000_000_000)
    append(UInt8(ascii: "."))
    appendDecimal(nanoseconds % 1_000_000_000, digits: 9)
  }

  /// Appends members of an object behind others: nanoseconds, as seconds.
  mutating func appendJSON(times: KeyValuePairs<StaticString, UInt64>) {
    for (member, nanoseconds) in times {
      append(",\"")
      append(member)
      append("\":")
      appendJSON(seconds: nanoseconds)
    }
  }

  /// Puts `prefix` before the bytes from `mark` on.
  mutating func insert(_ prefix: StaticString, at mark: Int) {
    let length = count - mark
    guard length >= 0 else { return }
    let end = count
    append(prefix)
    appendCopy(of: mark..<end)
    // What was behind the mark now stands twice; the second time behind the prefix.
    removeSubrange(mark..<end)
  }

  /// Takes out bytes in the middle.
  private mutating func removeSubrange(_ range: Range<Int>) {
    let tail = count - range.upperBound
    move(from: range.upperBound, to: range.lowerBound, count: tail)
    truncate(to: range.lowerBound + tail)
  }
}
