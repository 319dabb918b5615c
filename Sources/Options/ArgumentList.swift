/// A command line as `getopt_long(3)` reads it: clusters taken apart (`-ffo log`), values joined to their options, cut
/// long names completed.
///
/// Options end at the first operand: those behind the command belong to it.
struct ArgumentList {
  /// An option and its value as they were given, or the value that the option has without one.
  struct Setting: CustomStringConvertible {
    var option: Declaration
    /// With its dashes.
    var name: String
    var value: String?

    var description: String {
      guard let value else { return name }
      return name + (name.hasPrefix("--") ? "=" : " ") + value
    }
  }

  private(set) var settings: [Setting] = []
  private(set) var operands: [String] = []
  private var rest: ArraySlice<String>
  /// Whether an option was met that ends the reading.
  private var isOver: Bool { settings.last?.option.endsReading ?? false }

  /// Reads no further than an option whose effect is not changed by what is behind it.
  ///
  /// - Throws: `UsageError` for an option that does not exist, lacks its value, or has one that it does not take.
  init(_ commandLine: [String]) throws(UsageError) {
    rest = commandLine[...]
    while !isOver, let word = rest.first, word.utf8.count > 1, word.utf8.first == UInt8(ascii: "-") {
      rest.removeFirst()
      if word == "--" { break }
      if word.hasPrefix("--") {
        try takeLong(word)
      } else {
        try takeCluster(word)
      }
    }
    operands = Array(rest)
  }

  private mutating func takeLong(_ word: String) throws(UsageError) {
    let end = word.firstIndex(of: "=")
    let typed = word[word.index(word.startIndex, offsetBy: 2)..<(end ?? word.endIndex)]
    let given = end.map { String(word[word.index(after: $0)...]) }
    let (option, name) = try Self.find(long: String(typed))
    switch option.value {
    case .none:
      guard given == nil else { throw UsageError("--\(name) takes no value, but has '\(given ?? "")'") }
      add(option, "--\(name)", nil)
    case .required:
      let value = given ?? rest.popFirst()
      guard let value else { throw UsageError("--\(name) needs a value: --\(name)=VALUE") }
      add(option, "--\(name)", value)
    case .optional(_, let usual):
      add(option, "--\(name)", given ?? usual)
    }
  }

  private mutating func takeCluster(_ word: String) throws(UsageError) {
    var letters = word.dropFirst()
    while !isOver, let letter = letters.popFirst() {
      guard let option = Declaration.all.first(where: { $0.short == letter }) else {
        throw UsageError("no option -\(letter)\(word.utf8.count > 2 ? " (in \(word))" : ""); -h lists the options")
      }
      guard case .required = option.value else {
        add(option, "-\(letter)", nil)
        continue
      }
      let value = letters.isEmpty ? rest.popFirst() : String(letters)
      guard let value else { throw UsageError("-\(letter) needs a value: -\(letter) VALUE") }
      add(option, "-\(letter)", value)
      return
    }
  }

  private mutating func add(_ option: Declaration, _ name: String, _ value: String?) {
    settings.append(Setting(option: option, name: name, value: value))
  }

  /// The option with this long name, or the only one that begins with it.
  private static func find(long typed: String) throws(UsageError) -> (Declaration, name: String) {
    var candidates: [(option: Int, name: String)] = []
    for (index, option) in Declaration.all.enumerated() {
      for name in option.long {
        if name == typed { return (option, name) }
        if name.hasPrefix(typed) { candidates.append((index, name)) }
      }
    }
    guard let first = candidates.first else {
      let near = nearest(to: typed).map { "; did you mean --\($0)?" } ?? ""
      throw UsageError("no option --\(typed)\(near.isEmpty ? "; -h lists the options" : near)")
    }
    guard candidates.allSatisfy({ $0.option == first.option }) else {
      let names = candidates.map { "--" + $0.name }.joined(separator: ", ")
      throw UsageError("--\(typed) may be any of \(names)")
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
