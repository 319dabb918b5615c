/// A decimal number as `strtol(3)` reads it: blanks and a sign may come first, nothing may follow.
func decimal(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
  var bytes = Substring(text).utf8.drop { $0 == 32 || (9...13).contains($0) }
  if bytes.first == UInt8(ascii: "+") { bytes = bytes.dropFirst() }
  guard let first = bytes.first, first != UInt8(ascii: "+"), let value = Int(Substring(bytes)) else { return nil }
  return range.contains(value) ? value : nil
}

/// An unsigned word as `strtoull(3)` reads it with base 0: decimal, `0x…` or `0…`; a minus sign wraps around.
func word(_ text: some StringProtocol) -> UInt64? {
  var digits = Substring(text)
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

/// The last digit that a time shows.
public enum Precision: Int, Sendable {
  case seconds = 0
  case milliseconds = 3
  case microseconds = 6
  case nanoseconds = 9

  static let words = ["s", "ms", "us", "ns"]
  static let accepted = "one of " + words.joined(separator: ", ")

  init(parsing text: String) throws(UsageError) {
    guard let precision = Precision(text) else { throw UsageError("accepted is \(Self.accepted)") }
    self = precision
  }

  init?(_ text: some StringProtocol) {
    switch text.lowercased() {
    case "s": self = .seconds
    case "ms": self = .milliseconds
    case "us": self = .microseconds
    case "ns": self = .nanoseconds
    default: return nil
    }
  }

  var nanosecondsPerUnit: UInt64 {
    switch self {
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1_000
    case .nanoseconds: 1
    }
  }
}

/// A length of time: a number, which may have a fraction, and `s`, `ms`, `us` or `ns`; microseconds without.
///
/// Returns nanoseconds, nil for anything else or for more than a `UInt64` holds.
func duration(_ text: some StringProtocol) -> UInt64? {
  let trimmed = Substring(text).drop { $0 == " " || $0 == "\t" }
  let unitStart = trimmed.lastIndex { $0.isASCII && ($0.isNumber || $0 == ".") }.map { trimmed.index(after: $0) }
  guard let unitStart else { return nil }
  let unitText = trimmed[unitStart...]
  guard let unit = unitText.isEmpty ? .microseconds : Precision(unitText) else { return nil }
  let figures = trimmed[..<unitStart]
  guard let first = figures.first, first.isNumber || first == ".", let value = Double(figures) else { return nil }
  let nanoseconds = value * Double(unit.nanosecondsPerUnit)
  guard nanoseconds >= 0, nanoseconds < 0x1p63 else { return nil }
  return UInt64(nanoseconds)
}
