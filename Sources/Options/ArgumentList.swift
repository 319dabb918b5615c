/// A command line as `getopt_long(3)` reads it: clusters taken apart (`-ffo log`), values joined to their options, cut
/// long names completed.
///
/// Options end at the first operand: those behind the command belong to it.
struct ArgumentList {
  /// An option and its value as they were given, or the value that the option has without one.
  struct Setting {
    var option: Declaration
    /// With its dashes.
    var name: String
    var value: String?
  }

  /// What is wrong with the words.
  enum Problem {
    case lacksValue(Declaration, UsageError)
    case unreadable(UsageError)
  }

  private(set) var settings: [Setting] = []
  private(set) var operands: [String] = []
  private(set) var problem: Problem?
  private var rest: ArraySlice<String>

  /// Whether there is nothing more to read as an option.
  private var isOver: Bool { problem != nil || settings.last?.option.endsReading ?? false }

  /// Whether `--` or an operand was met.
  private(set) var optionsHaveEnded = false

  /// Reads as far as the words can be read, and no further than an option whose effect is not changed by what is behind
  /// it.
  init(reading words: some Collection<String>) {
    rest = Array(words)[...]
    while !isOver, let word = rest.first {
      guard word.utf8.count > 1, word.utf8.first == UInt8(ascii: "-") else {
        optionsHaveEnded = true
        break
      }
      rest.removeFirst()
      if word == "--" {
        optionsHaveEnded = true
        break
      }
      if word.hasPrefix("--") { takeLong(word) } else { takeCluster(word) }
    }
    operands = Array(rest)
  }

  /// - Throws: `UsageError` for an option that does not exist, lacks its value, or has one that it does not take.
  init(_ commandLine: [String]) throws(UsageError) {
    self.init(reading: commandLine)
    switch problem {
    case .lacksValue(_, let error), .unreadable(let error): throw error
    case nil: return
    }
  }

  private mutating func takeLong(_ word: String) {
    let end = word.firstIndex(of: "=")
    let typed = word[word.index(word.startIndex, offsetBy: 2)..<(end ?? word.endIndex)]
    let given = end.map { String(word[word.index(after: $0)...]) }
    let found: (option: Declaration, name: String)
    do throws(UsageError) {
      found = try Self.find(long: typed, in: word)
    } catch {
      problem = .unreadable(error)
      return
    }
    let (option, name) = found
    switch option.value {
    case .none where given != nil, .number where given != nil:
      problem = .unreadable(UsageError("option '--\(name)' doesn't allow an argument", pointsToHelp: true))
    case .none, .number: add(option, "--\(name)", nil)
    case .required:
      guard let value = given ?? rest.popFirst() else {
        problem = .lacksValue(option, UsageError("option '--\(name)' requires an argument", pointsToHelp: true))
        return
      }
      add(option, "--\(name)", value)
    case .optional(_, let usual): add(option, "--\(name)", given ?? usual)
    }
  }

  private mutating func takeCluster(_ word: String) {
    var letters = word.dropFirst()
    while !isOver, let letter = letters.popFirst() {
      guard let option = Declaration.all.first(where: { $0.short == letter }) else {
        problem = .unreadable(UsageError("invalid option -- '\(letter)'", pointsToHelp: true))
        return
      }
      if case .number = option.value {
        let digits = letters.prefix { $0.isASCII && $0.isNumber }
        letters = letters.dropFirst(digits.count)
        add(option, "-\(letter)", digits.isEmpty ? nil : String(digits))
        continue
      }
      guard case .required = option.value else {
        add(option, "-\(letter)", nil)
        continue
      }
      guard let value = letters.isEmpty ? rest.popFirst() : String(letters) else {
        problem = .lacksValue(option, UsageError("option requires an argument -- '\(letter)'", pointsToHelp: true))
        return
      }
      add(option, "-\(letter)", value)
      return
    }
  }

  private mutating func add(_ option: Declaration, _ name: String, _ value: String?) {
    settings.append(Setting(option: option, name: name, value: value))
  }

  /// The option with this long name, or the only one that begins with it. Where there are several, it is the only one of
  /// strace's: scripts cut names as short as strace lets them.
  static func find(long typed: Substring, in word: String) throws(UsageError) -> (Declaration, name: String) {
    var candidates: [(option: Int, name: String)] = []
    for (index, option) in Declaration.all.enumerated() {
      for name in option.long {
        if name == typed { return (option, name) }
        if name.hasPrefix(typed) { candidates.append((index, name)) }
      }
    }
    let known = candidates.filter { !Declaration.namesUnknownToStrace.contains($0.name) }
    let meant = known.isEmpty ? candidates : known
    guard let first = meant.first else {
      let advice = nearest(to: String(typed)).map { "did you mean --\($0)?" }
      throw UsageError("unrecognized option '\(word)'", advice: advice, pointsToHelp: true)
    }
    guard meant.allSatisfy({ $0.option == first.option }) else {
      let names = candidates.map { "'--\($0.name)'" }.joined(separator: " ")
      throw UsageError("option '\(word)' is ambiguous; possibilities: \(names)", pointsToHelp: true)
    }
    return (Declaration.all[first.option], first.name)
  }

  /// The long name that `typed` was most likely meant to be, or to begin.
  private static func nearest(to typed: String) -> String? {
    let names = Declaration.all.flatMap(\.long)
    if let name = suggestion(for: typed, among: names) { return name }
    let beginnings = names.map { String($0.prefix { $0 != "-" }) }
    guard let beginning = suggestion(for: typed, among: beginnings) else { return nil }
    return names.first { $0 == beginning || $0.hasPrefix(beginning + "-") }
  }
}
