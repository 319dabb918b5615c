/// One word or sign of a `.calls` file.
struct Token {
  enum Kind: Equatable {
    case name
    case number
    case text
    case sign
    case end
  }
  var kind: Kind
  /// The spelling; of a text, what stands between the quotes.
  var text: String
  var value: Int64 = 0
  var position: Position
  /// Byte range in the file.
  var start: Int
  var finish: Int
  /// Whether it is the first of its line.
  var startsLine: Bool
}

/// Takes the bytes of a `.calls` file apart.
struct Lexer {
  private let bytes: [UInt8]
  private let file: Int
  private let diagnostics: Diagnostics
  private var at = 0
  private var line = 1
  private var lineStart = 0
  private var startsLine = true

  init(bytes: [UInt8], file: Int, diagnostics: Diagnostics) {
    self.bytes = bytes
    self.file = file
    self.diagnostics = diagnostics
  }

  mutating func tokens() -> [Token] {
    var result: [Token] = []
    while let token = next() { result.append(token) }
    result.append(
      Token(kind: .end, text: "end of file", position: here, start: at, finish: at, startsLine: true))
    return result
  }

  private var here: Position { Position(file: file, line: line, column: at - lineStart + 1) }

  private func byte(_ offset: Int) -> UInt8 { at + offset < bytes.count ? bytes[at + offset] : 0 }

  private mutating func skipBlank() {
    while at < bytes.count {
      switch bytes[at] {
      case UInt8(ascii: "\n"):
        at += 1
        line += 1
        lineStart = at
        startsLine = true
      case UInt8(ascii: " "), UInt8(ascii: "\t"), UInt8(ascii: "\r"):
        at += 1
      case UInt8(ascii: "#"):
        while at < bytes.count, bytes[at] != UInt8(ascii: "\n") { at += 1 }
      default:
        return
      }
    }
  }

  private mutating func next() -> Token? {
    skipBlank()
    guard at < bytes.count else { return nil }
    let position = here
    let start = at
    let first = startsLine
    startsLine = false
    func token(_ kind: Token.Kind, _ text: String, _ value: Int64 = 0) -> Token {
      Token(kind: kind, text: text, value: value, position: position, start: start, finish: at, startsLine: first)
    }
    let byte = bytes[at]
    if isNameByte(byte) {
      while at < bytes.count, isNameByte(bytes[at]) { at += 1 }
      let text = String(decoding: bytes[start..<at], as: UTF8.self)
      guard isDigit(byte) else { return token(.name, text) }
      if let value = parseInteger(bytes[start..<at]) { return token(.number, text, value) }
      // A structure's name may begin with a digit in no header; a set's constant neither.
      diagnostics.report(position, "\(text) is not a number")
      return token(.number, text)
    }
    if byte == UInt8(ascii: "\"") { return quoted(position, start, first) }
    let sign = longestSign()
    at += sign.utf8.count
    if sign.isEmpty {
      at += 1
      diagnostics.report(position, "a character that the language does not know: byte \(byte)")
      return next()
    }
    return token(.sign, sign)
  }

  private mutating func quoted(_ position: Position, _ start: Int, _ first: Bool) -> Token {
    at += 1
    while at < bytes.count, bytes[at] != UInt8(ascii: "\""), bytes[at] != UInt8(ascii: "\n") { at += 1 }
    let text = String(decoding: bytes[(start + 1)..<at], as: UTF8.self)
    if at < bytes.count, bytes[at] == UInt8(ascii: "\"") {
      at += 1
    } else {
      diagnostics.report(position, "a text without its closing quote")
    }
    return Token(kind: .text, text: text, position: position, start: start, finish: at, startsLine: first)
  }

  private static let signs = [
    "...", "???", "<<", ">>", "<=", ">=", "==", "!=", "&&", "||", "->", "=>",
    "{", "}", "(", ")", "[", "]", ",", ":", "=", "|", "&", "^", "~", "!", "+", "-", "*", "/", "%", "<", ">", "?", "@",
    ".",
  ].map { ($0, Array($0.utf8)) }

  private func longestSign() -> String {
    for (text, sign) in Self.signs where bytes[at...].starts(with: sign) { return text }
    return ""
  }
}

func isDigit(_ byte: UInt8) -> Bool { byte >= 48 && byte <= 57 }

func isNameByte(_ byte: UInt8) -> Bool {
  (byte >= 97 && byte <= 122) || (byte >= 65 && byte <= 90) || byte == 95 || isDigit(byte)
}

/// A decimal or hexadecimal integer with an optional sign; 64-bit two's complement when hexadecimal. Nil if it is none.
func parseInteger(_ text: ArraySlice<UInt8>) -> Int64? {
  var digits = text
  let negative = digits.first == UInt8(ascii: "-")
  if negative { digits = digits.dropFirst() }
  guard !digits.isEmpty else { return nil }
  var value: UInt64 = 0
  if digits.starts(with: [48, 120]) || digits.starts(with: [48, 88]) {
    digits = digits.dropFirst(2)
    guard !digits.isEmpty, digits.count <= 16 else { return nil }
    for byte in digits {
      switch byte {
      case 48...57: value = value << 4 | UInt64(byte - 48)
      case 97...102: value = value << 4 | UInt64(byte - 87)
      case 65...70: value = value << 4 | UInt64(byte - 55)
      default: return nil
      }
    }
  } else {
    for byte in digits {
      guard isDigit(byte) else { return nil }
      let (product, first) = value.multipliedReportingOverflow(by: 10)
      let (sum, second) = product.addingReportingOverflow(UInt64(byte - 48))
      if first || second { return nil }
      value = sum
    }
  }
  let signed = Int64(bitPattern: value)
  return negative ? 0 &- signed : signed
}
