/// Words of a command line are bytes; options are text. Bytes that are no UTF-8 become private characters on the way in
/// and themselves again on the way out, so that any file can be named.
public enum ArgumentText {
  /// U+F700 + byte stands for a byte that is no part of UTF-8.
  private static let escapes = UInt32(0xF700)...UInt32(0xF7FF)

  public static func text(of bytes: [UInt8]) -> String {
    if bytes.allSatisfy({ $0 < 0x80 }) { return String(decoding: bytes, as: UTF8.self) }
    if let text = String(validating: bytes, as: UTF8.self), !text.unicodeScalars.contains(where: isEscape) {
      return text
    }
    var text = String.UnicodeScalarView()
    var rest = bytes[...]
    while let first = rest.first {
      let length = first < 0x80 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
      if let scalars = String(validating: rest.prefix(length), as: UTF8.self)?.unicodeScalars, scalars.count == 1,
        let scalar = scalars.first, !isEscape(scalar)
      {
        text.append(scalar)
        rest = rest.dropFirst(length)
      } else {
        if let escape = Unicode.Scalar(escapes.lowerBound + UInt32(first)) { text.append(escape) }
        rest = rest.dropFirst()
      }
    }
    return String(text)
  }

  public static func bytes(of text: String) -> [UInt8] {
    if !text.unicodeScalars.contains(where: isEscape) { return Array(text.utf8) }
    var bytes: [UInt8] = []
    for scalar in text.unicodeScalars {
      if isEscape(scalar) {
        bytes.append(UInt8(truncatingIfNeeded: scalar.value))
      } else {
        bytes += Array(String(scalar).utf8)
      }
    }
    return bytes
  }

  private static func isEscape(_ scalar: Unicode.Scalar) -> Bool { escapes.contains(scalar.value) }
}
