import Glibc
import Settings
import SyscallTables

extension SyscallFilter {
  /// `[!]…all`, `none`, or a list of what ``insert(_:)`` below knows; each `!` in front inverts.
  ///
  /// - Throws: `UsageError` for a list without items, and for an item that stands for no call and has no `?` before it.
  init(parsing text: Substring) throws(UsageError) {
    self.init(all: false)
    let (body, inverted) = withoutInversion(text)
    if body == "all" {
      // Also what no table has.
      self = .all
    } else if body != "none" {
      let items = body.split(separator: ",")
      for item in items.isEmpty ? [body] : items { try insert(item) }
    }
    if inverted { invert() }
  }

  static let accepted = "accepted are names of calls, their numbers, /REGEX, %CLASS, all, none"

  /// A call's name or number, `/REGEX`, `%CLASS` or `all`, with `?` before it when it may match nothing, and
  /// `@64` or the like behind it to mean one ABI.
  private mutating func insert(_ item: Substring) throws(UsageError) {
    var what = item.drop { $0 == "?" }
    let mayBeMissing = what.startIndex != item.startIndex
    var abis = ABI.allCases
    if let at = what.lastIndex(of: "@") {
      let designator = what[what.index(after: at)...]
      guard let abi = ABI(designator: designator) else {
        throw UsageError(
          "incorrect personality designator '\(designator)' in qualification '\(what)'",
          advice: "accepted are \(ABI.allCases.map { "@\($0.designator)" }.joined(separator: ", "))", pointsToHelp: true
        )
      }
      abis = [abi]
      what = what[..<at]
    }
    guard try !insertAll(what, of: abis), !mayBeMissing else { return }
    throw Self.unknown(item, what, of: abis)
  }

  /// Inserts what `what` means, subcalls included; returns false when that is nothing.
  private mutating func insertAll(_ what: Substring, of abis: [ABI]) throws(UsageError) -> Bool {
    if what == "all" {
      _ = insertSubcalls(of: abis) { _, _ in true }
      return insert(of: abis) { _ in true }
    }
    if what.first == "/" {
      let expression = try RegularExpression(what.dropFirst())
      let areCalls = insert(of: abis) { expression.matches($0.name) }
      return insertSubcalls(of: abis) { name, _ in expression.matches(name) } || areCalls
    }
    if beginsWithDigit(what) {
      guard let number = decimal(what, in: 0...Int(Int32.max)) else { return false }
      return insert(of: abis) { $0.number == UInt64(number) }
    }
    if let wanted = SyscallClasses(filter: what) {
      _ = insert(of: abis) { !$0.classes.isDisjoint(with: wanted) }
      _ = insertSubcalls(of: abis) { !$1.classes.isDisjoint(with: wanted) }
      return true
    }
    let areCalls = insert(of: abis) { $0.name.matches(what) }
    return insertSubcalls(of: abis) { name, _ in name.matches(what) } || areCalls
  }

  private mutating func insertSubcalls(of abis: [ABI], where isWanted: (TableString, Subcall) -> Bool) -> Bool {
    var found = false
    for subcall in Subcall.all where abis.contains(subcall.abi) && isWanted(TableString(subcall.name), subcall) {
      insert(subcall)
      found = true
    }
    return found
  }

  private mutating func insert(of abis: [ABI], where isWanted: (SyscallNumber) -> Bool) -> Bool {
    var found = false
    for abi in abis {
      for call in SyscallNumber.all(of: abi) where isWanted(call) {
        insert(call, abi: abi)
        found = true
      }
    }
    return found
  }

  private static func unknown(_ item: Substring, _ what: Substring, of abis: [ABI]) -> UsageError {
    UsageError("invalid system call '\(item.drop { $0 == "?" })'", advice: advice(on: what, of: abis))
  }

  private static func advice(on what: Substring, of abis: [ABI]) -> String {
    if what.first == "%" {
      return didYouMean(String(what), among: SyscallClasses.filters, or: "--list=classes shows the classes")
    }
    if what.first == "/" { return "no call matches that" }
    if what.isEmpty || what.first.map({ $0.isNumber || $0 == "-" }) == true { return accepted }
    if abis.count == 1, names.contains(where: { $0 == what }) {
      return "there is none of that name in the ABI @\(abis[0].designator)"
    }
    return didYouMean(String(what), among: names, or: accepted)
  }

  /// Names of calls of every ABI; those that the tables number twice, with a '#', are nobody's to type.
  static var names: [String] {
    let names = ABI.allCases.flatMap { SyscallNumber.all(of: $0).map(\.name.description) }
    return Set(names.filter { !$0.utf8.contains(UInt8(ascii: "#")) }).sorted()
  }
}

extension ABI {
  /// The one that is meant by what follows an `@` in an expression.
  init?(designator: Substring) {
    guard let abi = Self.allCases.first(where: { $0.designator.matches(designator) }) else { return nil }
    self = abi
  }
}

extension SyscallClasses {
  /// Names of classes in the tables, where an expression spells them differently.
  private static let spellings = [
    "%stat": "stat_like", "%statfs": "statfs_like", "net": "network",
  ]
  /// What the tables keep for the tracer's own use.
  private static let unnamed: Set<String> = ["stat_like", "statfs_like", "never_fails", "seccomp_default"]
  /// Classes that may stand without their `%`.
  private static let bare: Set<Substring> = ["desc", "file", "ipc", "memory", "network", "process", "signal"]

  /// `%file`, `%%stat`, or an old spelling: `file`.
  init?(filter text: Substring) {
    guard text.first == "%" || Self.bare.contains(text) else { return nil }
    let name = String(text.first == "%" ? text.dropFirst() : text)
    guard !Self.unnamed.contains(name), let known = Self.named(Self.spellings[name] ?? name) else { return nil }
    self = known
  }

  /// These classes as an expression names them.
  public var filterNames: [String] {
    Self.filters.filter { SyscallClasses(filter: $0[...]).map { !isDisjoint(with: $0) } ?? false }
  }

  /// Every class as an expression names it.
  public static var filters: [String] {
    (names.map(\.description).filter { !unnamed.contains($0) } + spellings.keys).map { "%" + $0 }.sorted()
  }
}

/// A POSIX extended regular expression, matched against names of calls; see regcomp(3).
private final class RegularExpression {
  private var compiled = regex_t()

  init(_ pattern: Substring) throws(UsageError) {
    let status = regcomp(&compiled, String(pattern), REG_EXTENDED | REG_NOSUB)
    guard status == 0 else {
      var reason = [UInt8](repeating: 0, count: 128)
      let length = reason.withUnsafeMutableBytes { buffer in
        regerror(status, &compiled, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), buffer.count)
      }
      let text = String(decoding: reason.prefix(max(0, min(length, reason.count) - 1)), as: UTF8.self)
      throw UsageError("regcomp: \(pattern): \(text)")
    }
  }

  deinit { regfree(&compiled) }

  func matches(_ name: TableString) -> Bool {
    name.bytes.withMemoryRebound(to: CChar.self) { characters in
      characters.baseAddress.map { regexec(&compiled, $0, 0, nil, 0) == 0 } ?? false
    }
  }
}
