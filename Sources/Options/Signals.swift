import Settings
import SyscallTables

/// Signals by name: `SIGTERM`, `term`, `RT_2`, `15`.
enum SignalName {
  static let most = Int(SignalNumber.last)

  /// A signal's number; nil when there is none of that name. 0 is no signal but accepted where a set is described.
  static func number(_ text: some StringProtocol, from least: Int = 1, to most: Int = SignalName.most) -> Int32? {
    if beginsWithDigit(text) { return decimal(text, in: least...most).map { Int32($0) } }
    return SignalNumber.named(text.uppercased())?.rawValue
  }

  static var names: [String] { ConstantSet(named: "signals")?.names ?? [] }

  static func set(parsing text: Substring) throws(UsageError) -> NumberSet {
    try NumberSet(parsing: text, of: "signal") {
      number($0, from: 0, to: 255)
    } advice: { item in
      didYouMean(item.uppercased(), among: names, or: "accepted are all, none, names, and numbers from 1 to \(most)")
    }
  }
}

/// Error numbers by name: `ENOENT`, `2`.
enum ErrnoName {
  static let most = 4095

  /// The errno's number; nil when there is none of that name.
  static func number(_ text: some StringProtocol) -> Int32? {
    if let number = decimal(text, in: 1...most) { return Int32(number) }
    return ErrorNumber.named(text.uppercased())?.rawValue
  }

  static var names: [String] { ConstantSet(named: "errno")?.names ?? [] }
}

extension ConstantSet {
  fileprivate var names: [String] {
    entries(wordSize: 8).map { TableString(Tables.entry($0).name).description }
  }
}
