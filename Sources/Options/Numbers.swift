import Settings

/// A text without the blanks before it, which the C library's functions pass over where they read numbers.
private func withoutBlanks(_ text: some StringProtocol) -> Substring {
  Substring(Substring(text).utf8.drop { $0 == 32 || (9...13).contains($0) })
}

/// Whether a text is a number rather than a name, where both may stand: it begins with a digit.
func beginsWithDigit(_ text: some StringProtocol) -> Bool {
  text.utf8.first.map { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } ?? false
}

/// A decimal number as `strtol(3)` reads it: blanks and a sign may come first, nothing may follow.
func decimal(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
  var bytes = withoutBlanks(text).utf8
  if bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
  guard let first = bytes.first, first != UInt8(ascii: "+"), let value = Int(Substring(bytes)) else { return nil }
  return range.contains(value) ? value : nil
}

/// An unsigned word as `strtoull(3)` reads it with base 0: decimal, `0x…` or `0…`, behind blanks; a minus sign wraps
/// around.
func word(_ text: some StringProtocol) -> UInt64? {
  var digits = withoutBlanks(text)
  let negative = digits.hasPrefix("-")
  if negative || digits.hasPrefix("+") { digits = digits.dropFirst() }
  let value: UInt64?
  if digits.hasPrefix("0x") || digits.hasPrefix("0X") {
    value = unsigned(digits.dropFirst(2), radix: 16)
  } else if digits.hasPrefix("0"), digits.utf8.count > 1 {
    value = unsigned(digits.dropFirst(), radix: 8)
  } else {
    value = unsigned(digits, radix: 10)
  }
  return value.map { negative ? 0 &- $0 : $0 }
}

private func unsigned(_ digits: Substring, radix: Int) -> UInt64? {
  guard let first = digits.first, first != "+", first != "-" else { return nil }
  return UInt64(digits, radix: radix)
}

extension Precision {
  static let words = ["s", "ms", "us", "ns"]

  init?(_ text: some StringProtocol) {
    switch text.lowercased() {
    case "s": self = .seconds
    case "ms": self = .milliseconds
    case "us": self = .microseconds
    case "ns": self = .nanoseconds
    default: return nil
    }
  }
}

/// A length of time: a decimal number, which may have a fraction and an exponent, and `s`, `ms`, `us` or `ns`;
/// microseconds without.
///
/// Returns nanoseconds, the most that an `Int64` holds where they are more; nil for anything else, below zero, and for
/// numbers that are no `Int64` or `Double`.
func duration(_ text: some StringProtocol) -> UInt64? {
  let trimmed = withoutBlanks(text)
  let figures = trimmed.prefix { $0.isASCII && ($0.isNumber || "+-.eE".contains($0)) }
  let unitText = trimmed[figures.endIndex...]
  guard unitText.isEmpty || Precision.words.contains(where: { $0 == unitText }) else { return nil }
  let unit = Precision(unitText) ?? .microseconds
  let isWhole = !figures.contains { $0 == "." || $0 == "e" || $0 == "E" }
  guard let value = Double(figures), value >= 0, value.isFinite, !isWhole || Int64(figures) != nil else { return nil }
  // A number that is too small for a `Double` is no zero.
  guard value != 0 || !figures.prefix(while: { $0 != "e" && $0 != "E" }).contains(where: { ("1"..."9").contains($0) })
  else { return nil }
  let nanoseconds = value * Double(unit.unit)
  return nanoseconds < 0x1p63 ? UInt64(nanoseconds) : UInt64(Int64.max)
}
