/// Takes a condition apart into words, numbers, strings and signs, each with its column.
struct ConditionLexer {
  enum Lexeme: Equatable {
    case word(String)
    case number(Int128)
    case text([UInt8])
    case sign(String)
    case end
  }

  private let characters: [Character]
  private var position = 0

  init(_ source: String) {
    characters = Array(source)
  }

  private static let signs = ["==", "!=", "<=", ">=", "!~", "=~", "&&", "||", "=", "<", ">", "~", "(", ")", "!"]

  mutating func next() throws(ConditionError) -> (Lexeme, column: Int) {
    while position < characters.count, characters[position].isWhitespace { position += 1 }
    let column = position + 1
    guard position < characters.count else { return (.end, column) }
    let first = characters[position]
    if first == "\"" || first == "'" { return (.text(try string(closedBy: first)), column) }
    if first.isASCII, first.isNumber || first == "-" { return (.number(try number()), column) }
    if Self.isWord(first) {
      let word = String(take(while: Self.isWord))
      return (.word(word), column)
    }
    for sign in Self.signs where characters[position...].starts(with: sign) {
      position += sign.count
      return (.sign(sign), column)
    }
    throw ConditionError(column: column, message: "'\(first)' has no meaning here")
  }

  private static func isWord(_ character: Character) -> Bool {
    character.isASCII && (character.isLetter || character.isNumber || character == "_" || character == ".")
  }

  private mutating func take(while isWanted: (Character) -> Bool) -> ArraySlice<Character> {
    let start = position
    while position < characters.count, isWanted(characters[position]) { position += 1 }
    return characters[start..<position]
  }

  /// `"…"`, in which a backslash keeps the character behind it from its meaning; `\n` and `\t` are as in C.
  private mutating func string(closedBy quote: Character) throws(ConditionError) -> [UInt8] {
    let start = position
    position += 1
    var text = ""
    while position < characters.count {
      let character = characters[position]
      position += 1
      if character == quote { return Array(text.utf8) }
      guard character == "\\", position < characters.count else {
        text.append(character)
        continue
      }
      switch characters[position] {
      case "n": text.append("\n")
      case "t": text.append("\t")
      case quote: text.append(quote)
      // A pattern gives the backslash its own meaning.
      case let other: text += "\\" + String(other)
      }
      position += 1
    }
    throw ConditionError(column: start + 1, message: "the string has no end")
  }

  /// Decimal, `0x…` or `0…`; or with a unit of time, in which it may have a fraction: nanoseconds.
  private mutating func number() throws(ConditionError) -> Int128 {
    let start = position
    let isNegative = characters[position] == "-"
    if isNegative { position += 1 }
    let text = String(take(while: Self.isWord))
    guard let value = Self.value(of: text) else {
      throw ConditionError(column: start + 1, message: "'\(text)' is no number and no time (as 1.5ms)")
    }
    return isNegative ? -value : value
  }

  private static func value(of text: String) -> Int128? {
    if text.hasPrefix("0x") { return UInt64(text.dropFirst(2), radix: 16).map { Int128($0) } }
    if let unitStart = text.firstIndex(where: { $0.isLetter }) {
      let units: [Substring: Double] = ["s": 1e9, "ms": 1e6, "us": 1e3, "ns": 1]
      guard let unit = units[text[unitStart...]], let count = Double(text[..<unitStart]) else { return nil }
      let nanoseconds = count * unit
      return nanoseconds < 0x1p63 ? Int128(Int64(nanoseconds)) : nil
    }
    if text.hasPrefix("0"), text.utf8.count > 1, let octal = UInt64(text, radix: 8) { return Int128(octal) }
    return UInt64(text).map { Int128($0) }
  }
}
