import CTableFormat

extension ValueWriter {
  /// Writes a string in quotes, with C's escapes, as `enum tl_text` says.
  func writeString(
    _ bytes: UnsafeRawBufferPointer, text: TextForm, isCut: Bool, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    switch text {
    case .hex:
      out.append(UInt8(ascii: "\""))
      Self.writeHex(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case .mac: return writeNamed(bytes, style, to: &out) { Self.writeOctets($0, to: &$1) }
    case .digits: return Self.writeDigits(bytes, to: &out)
    case .uuid: return Self.writeUUID(bytes, to: &out)
    case .ipv6:
      return writeNamed(bytes, style, to: &out) { bytes, out in
        out.append("inet_pton(AF_INET6, ")
        writeText(to: &out) { Self.writeIPv6(bytes, to: &$0) }
        out.append(")")
      }
    case .ipv4:
      return writeNamed(bytes, style, to: &out) { bytes, out in
        out.append("inet_addr(")
        writeText(to: &out) { Self.writeDotted(UnsafeRawBufferPointer(rebasing: bytes.prefix(4)), to: &$0) }
        out.append(")")
      }
    case .trimmed where bytes.last == 0 && !isInHex(bytes),
      .ended where bytes.last == 0 && !isInHex(bytes):
      // A NUL ends it, even where -s has cut it.
      return writeQuoted(UnsafeRawBufferPointer(rebasing: bytes.dropLast()), to: &out)
    case .ended where !isCut:
      // Among hexadecimal digits a NUL ends nothing.
      writeQuoted(bytes, to: &out)
      return out.append("...")
    case .abstract:
      out.append(UInt8(ascii: "@"))
      writeQuoted(bytes, to: &out)
    case .path, .string, .bytes, .field, .trimmed, .data, .whole, .rest, .ended, .wholeHex, .hardware:
      writeQuoted(bytes, to: &out)
    }
    if isCut { out.append("...") }
  }

  /// An address of `count` of the bytes, or where constants do not go by name all of them, and it as a comment.
  func writeHardware(
    _ bytes: UnsafeRawBufferPointer, count: Int, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    let address = UnsafeRawBufferPointer(rebasing: bytes.prefix(count))
    if style == .abbreviated { return Self.writeOctets(address, to: &out) }
    out.append(UInt8(ascii: "\""))
    Self.writeHex(bytes, to: &out)
    out.append(UInt8(ascii: "\""))
    if style == .raw || address.isEmpty { return }
    out.append(" /* ")
    Self.writeOctets(address, to: &out)
    out.append(" */")
  }

  /// `0x010203`
  private static func writeDigits(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    out.append("0x")
    for byte in bytes {
      for digit in [byte >> 4, byte & 15] { out.append(digit < 10 ? 48 + digit : 87 + digit) }
    }
  }

  /// Bytes that have a readable form: the bytes alone, the form alone, or the form as a comment.
  func writeNamed(
    _ bytes: UnsafeRawBufferPointer, _ style: ConstantStyle, to out: inout ByteBuffer,
    form: (UnsafeRawBufferPointer, inout ByteBuffer) -> Void
  ) {
    if style == .abbreviated { return form(bytes, &out) }
    out.append(UInt8(ascii: "\""))
    Self.writeHex(bytes, to: &out)
    out.append(UInt8(ascii: "\""))
    if style == .raw { return }
    out.append(" /* ")
    form(bytes, &out)
    out.append(" */")
  }

  /// Writes bytes in quotes.
  func writeQuoted(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    writeEscaped(bytes, to: &out)
    out.append(UInt8(ascii: "\""))
  }

  /// Writes plain text that `body` makes, in quotes: as it is, unless all strings go by their bytes.
  func writeText(to out: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void) {
    out.append(UInt8(ascii: "\""))
    let start = out.count
    body(&out)
    if hexStrings == .all {
      let text = out.withBytes { Array($0[start...]) }
      out.truncate(to: start)
      text.withUnsafeBytes { Self.writeHex($0, to: &out) }
    }
    out.append(UInt8(ascii: "\""))
  }

  /// Writes bytes with C's escapes, without quotes; `insideBrackets` escapes `<` and `>` too.
  func writeEscaped(_ bytes: UnsafeRawBufferPointer, insideBrackets: Bool = false, to out: inout ByteBuffer) {
    if isInHex(bytes) { return Self.writeHex(bytes, to: &out) }
    out.reserve(bytes.count)
    var plain = 0
    for index in bytes.indices {
      let byte = bytes[index]
      if byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\") {
        if !insideBrackets || byte != UInt8(ascii: "<") && byte != UInt8(ascii: ">") { continue }
      }
      out.append(UnsafeRawBufferPointer(rebasing: bytes[plain..<index]))
      plain = index &+ 1
      let next = plain < bytes.count ? bytes[plain] : 0
      writeEscape(byte, next: next, to: &out)
    }
    out.append(UnsafeRawBufferPointer(rebasing: bytes[plain...]))
  }

  /// Whether all of a string is written in hexadecimal digits.
  private func isInHex(_ bytes: UnsafeRawBufferPointer) -> Bool {
    switch hexStrings {
    case .all: true
    case .nonASCII: !bytes.allSatisfy { ($0 >= 0x20 && $0 < 0x7f) || ($0 >= 0x09 && $0 <= 0x0d) }
    case .nonASCIICharacters, .none: false
    }
  }

  private func writeEscape(_ byte: UInt8, next: UInt8, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): out.append(byte)
    case 0x09: out.append(UInt8(ascii: "t"))
    case 0x0a: out.append(UInt8(ascii: "n"))
    case 0x0b: out.append(UInt8(ascii: "v"))
    case 0x0c: out.append(UInt8(ascii: "f"))
    case 0x0d: out.append(UInt8(ascii: "r"))
    default:
      if hexStrings == .nonASCIICharacters {
        out.append(UInt8(ascii: "x"))
        out.appendHexDigits(UInt64(byte), digits: 2)
      } else {
        // As short as can be read back: three digits when an octal one follows.
        let isDigitNext = next >= UInt8(ascii: "0") && next <= UInt8(ascii: "7")
        out.appendOctalDigits(UInt64(byte), digits: isDigitNext ? 3 : 1)
      }
    }
  }

  /// `\x61\x62`
  static func writeHex(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    out.reserve(bytes.count &* 4)
    for byte in bytes {
      out.append("\\x")
      out.append(ByteBuffer.hexDigit(byte &>> 4))
      out.append(ByteBuffer.hexDigit(byte & 15))
    }
  }

  /// `00:11:22:33:44:55`
  static func writeOctets(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    for index in bytes.indices {
      if index > 0 { out.append(UInt8(ascii: ":")) }
      out.appendHexDigits(UInt64(bytes[index]), digits: 2)
    }
  }

  /// `00112233-4455-6677-8899-aabbccddeeff`
  static func writeUUID(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    for index in bytes.indices {
      if index == 4 || index == 6 || index == 8 || index == 10 { out.append(UInt8(ascii: "-")) }
      out.appendHexDigits(UInt64(bytes[index]), digits: 2)
    }
  }

  /// A character constant: `'x'`. `withEscapes`: C's letters stand for control characters, else their numbers.
  func writeCharacter(_ byte: UInt8, withEscapes: Bool = true, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "'"))
    switch byte {
    case UInt8(ascii: "'"), UInt8(ascii: "\\"):
      out.append(UInt8(ascii: "\\"))
      out.append(byte)
    case 0x20..<0x7f: out.append(byte)
    case UInt8(ascii: "\t") where withEscapes: out.append("\\t")
    case UInt8(ascii: "\n") where withEscapes: out.append("\\n")
    case 0x0b where withEscapes: out.append("\\v")
    case 0x0c where withEscapes: out.append("\\f")
    case UInt8(ascii: "\r") where withEscapes: out.append("\\r")
    default:
      out.append("\\x")
      out.appendHexDigits(UInt64(byte), digits: 2)
    }
    out.append(UInt8(ascii: "'"))
  }
}
