/// Texts of a trace: strings of JSON, and the forms that docs/JSON.md gives to bytes that are none.
enum TraceText {
  /// The text of a value, as far as `limit` bytes; bytes that are no UTF-8 as `\xff`. Nil when the value is no text.
  static func text(of value: UnsafeRawBufferPointer, limit: Int = 4096) -> String? {
    switch value.first {
    case UInt8(ascii: "\""):
      return unescaped(UnsafeRawBufferPointer(rebasing: value.dropFirst().dropLast()), limit: limit)
    case UInt8(ascii: "{"):
      if let inner = value.member("text") { return text(of: inner, limit: limit).map { $0 + "…" } }
      if let inner = value.member("base64") {
        return escaped(decoded(UnsafeRawBufferPointer(rebasing: inner.dropFirst().dropLast()), limit: limit))
      }
      if let inner = value.member("abstract") { return text(of: inner, limit: limit).map { "@" + $0 } }
      return nil
    default: return nil
    }
  }

  /// The text that a string of JSON stands for.
  static func unescaped(_ string: UnsafeRawBufferPointer, limit: Int = 4096) -> String {
    guard string.contains(UInt8(ascii: "\\")) else { return String(decoding: string.prefix(limit), as: UTF8.self) }
    var bytes: [UInt8] = []
    var index = 0
    while index < string.count, bytes.count < limit {
      guard string[index] == UInt8(ascii: "\\"), index + 1 < string.count else {
        bytes.append(string[index])
        index += 1
        continue
      }
      index += 2
      switch string[index - 1] {
      case UInt8(ascii: "n"): bytes.append(10)
      case UInt8(ascii: "r"): bytes.append(13)
      case UInt8(ascii: "t"): bytes.append(9)
      case UInt8(ascii: "u"):
        // The writer uses these for control characters alone.
        let digits = string.dropFirst(index).prefix(4)
        let code = digits.reduce(UInt32(0)) { $0 << 4 | UInt32(hexadecimal($1)) }
        bytes += Array(String(UnicodeScalar(code).map(Character.init) ?? "\u{fffd}").utf8)
        index += digits.count
      default: bytes.append(string[index - 1])
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func hexadecimal(_ digit: UInt8) -> UInt8 {
    switch digit {
    case 48...57: digit - 48
    case 97...102: digit - 87
    case 65...70: digit - 55
    default: 0
    }
  }

  private static func decoded(_ base64: UnsafeRawBufferPointer, limit: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    var bits: UInt32 = 0
    var count = 0
    for digit in base64 where bytes.count < limit {
      let value: UInt32
      switch digit {
      case 65...90: value = UInt32(digit - 65)
      case 97...122: value = UInt32(digit - 71)
      case 48...57: value = UInt32(digit + 4)
      case UInt8(ascii: "+"): value = 62
      case UInt8(ascii: "/"): value = 63
      default: continue
      }
      bits = bits << 6 | value
      count += 6
      if count >= 8 {
        count -= 8
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
      }
    }
    return bytes
  }

  private static func escaped(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef")
    return bytes.reduce(into: "") { text, byte in
      if byte >= 0x20 && byte < 0x7f {
        text.append(Character(UnicodeScalar(byte)))
      } else {
        text += "\\x"
        text.append(digits[Int(byte >> 4)])
        text.append(digits[Int(byte & 15)])
      }
    }
  }
}
