/// A command line as `getopt_long(3)` reads it, rewritten to one that leaves the parser no choices: clusters are taken
/// apart (`-ffo log`), values joined to their options, cut long names completed, and `--` put before the first operand.
///
/// Options end at the first operand: those behind the command belong to it.
struct ArgumentList {
  /// The rewritten options, then `--` and the operands if there are any.
  private(set) var arguments: [String] = []
  private var rest: ArraySlice<String>

  /// - Throws: `UsageError` for an option that does not exist, lacks its value, or has one that it does not take.
  init(_ commandLine: some Collection<String>) throws(UsageError) {
    rest = Array(commandLine)[...]
    while let word = rest.first, word.utf8.count > 1, word.utf8.first == UInt8(ascii: "-") {
      rest.removeFirst()
      if word == "--" { break }
      if word.hasPrefix("--") {
        try takeLong(word)
      } else {
        try takeCluster(word)
      }
    }
    if !rest.isEmpty {
      arguments.append("--")
      arguments += rest
    }
  }

  private mutating func takeLong(_ word: String) throws(UsageError) {
    let end = word.firstIndex(of: "=")
    let typed = word[word.index(word.startIndex, offsetBy: 2)..<(end ?? word.endIndex)]
    let given = end.map { String(word[word.index(after: $0)...]) }
    let (spelling, name) = try Self.find(long: String(typed))
    switch spelling.value {
    case .none:
      guard given == nil else { throw UsageError("--\(name) takes no value, but has '\(given ?? "")'") }
      add(spelling, "--\(name)", nil)
    case .required:
      let value = given ?? rest.popFirst()
      guard let value else { throw UsageError("--\(name) needs a value: --\(name)=VALUE") }
      add(spelling, "--\(name)", value)
    case .optional(let usual):
      add(spelling, "--\(name)", given ?? usual)
    }
  }

  private mutating func takeCluster(_ word: String) throws(UsageError) {
    var letters = word.dropFirst()
    while let letter = letters.popFirst() {
      guard let spelling = Spelling.all.first(where: { $0.short == letter }) else {
        throw UsageError("no option -\(letter)\(word.utf8.count > 2 ? " (in \(word))" : ""); -h lists the options")
      }
      guard case .required = spelling.value else {
        add(spelling, "-\(letter)", nil)
        continue
      }
      let value = letters.isEmpty ? rest.popFirst() : String(letters)
      guard let value else { throw UsageError("-\(letter) needs a value: -\(letter) VALUE") }
      add(spelling, "-\(letter)", value)
      return
    }
  }

  private mutating func add(_ spelling: Spelling, _ name: String, _ value: String?) {
    if let expression = spelling.expression {
      arguments.append("-e=" + expression + (value ?? ""))
    } else if let value {
      // To the parser, nothing behind a sign is no value.
      arguments += value.isEmpty ? [name, value] : [name + "=" + value]
    } else {
      arguments.append(name)
    }
  }

  /// The option with this long name, or the only one that begins with it.
  private static func find(long typed: String) throws(UsageError) -> (Spelling, name: String) {
    var candidates: [(spelling: Int, name: String)] = []
    for (index, spelling) in Spelling.all.enumerated() {
      for name in spelling.long {
        if name == typed { return (spelling, name) }
        if name.hasPrefix(typed) { candidates.append((index, name)) }
      }
    }
    guard let first = candidates.first else {
      let near = nearest(to: typed).map { "; did you mean --\($0)?" } ?? ""
      throw UsageError("no option --\(typed)\(near.isEmpty ? "; -h lists the options" : near)")
    }
    guard candidates.allSatisfy({ $0.spelling == first.spelling }) else {
      let names = candidates.map { "--" + $0.name }.joined(separator: ", ")
      throw UsageError("--\(typed) may be any of \(names)")
    }
    return (Spelling.all[first.spelling], first.name)
  }

  /// The long name that `typed` was most likely meant to be, or to begin.
  private static func nearest(to typed: String) -> String? {
    let names = Spelling.all.flatMap(\.long)
    if let name = suggestion(for: typed, among: names) { return name }
    let beginnings = names.map { String($0.prefix { $0 != "-" }) }
    guard let beginning = suggestion(for: typed, among: beginnings) else { return nil }
    return names.first { $0 == beginning || $0.hasPrefix(beginning + "-") }
  }
}
