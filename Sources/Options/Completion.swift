import Settings
import SyscallTables

/// What a shell may offer for the word that is typed. The shells' scripts ask the program for it, so that there is one
/// reading of command lines.
public struct Completion: Sendable, Equatable {
  /// The word in front of a command line that asks for this instead of running it.
  static let request = "--candidates"

  public enum Kind: Sendable, Equatable {
    /// Words to choose from, each with what may be said of it.
    case words([Candidate])
    case files
    /// The words from this index on are a command line of their own.
    case command(from: Int)
  }

  public struct Candidate: Sendable, Equatable {
    public var word: String
    public var description: String
    public init(_ word: String, _ description: String = "") {
      self.word = word
      self.description = description
    }
  }

  /// What a shell may offer of the machine that it runs on.
  public struct Machine: Sendable {
    /// Processes by id, users, environment variables.
    public var processes: @Sendable () -> [Candidate]
    public var users: @Sendable () -> [Candidate]
    public var variables: @Sendable () -> [Candidate]

    public init(
      processes: @escaping @Sendable () -> [Candidate], users: @escaping @Sendable () -> [Candidate],
      variables: @escaping @Sendable () -> [Candidate]
    ) {
      self.processes = processes
      self.users = users
      self.variables = variables
    }
  }

  public private(set) var kind: Kind
  /// The part of the typed word that stays in front of what is chosen.
  public private(set) var prefix = ""

  /// - Parameter words: those behind the program's name, the typed one, which may be empty, last.
  public init(of words: [String], on machine: Machine) {
    let typed = words.last ?? ""
    let list = ArgumentList(reading: words.dropLast())
    if list.optionsHaveEnded {
      self.init(.command(from: max(words.count - 1, 0) - list.operands.count))
    } else if case .lacksValue(let option, _) = list.problem {
      self.init(option.offer, for: typed[...], behind: "", on: machine)
    } else if list.problem != nil || list.settings.last?.option.endsReading ?? false {
      self.init(.words([]))
    } else if typed.hasPrefix("-") {
      self.init(option: typed, on: machine)
    } else {
      self.init(.command(from: max(words.count - 1, 0)))
    }
  }

  /// The lines that the shells' scripts read: the kind with the prefix or the index behind a tab; then the words, each with
  /// its description behind a tab.
  public var lines: String {
    switch kind {
    case .words(let candidates):
      "words\t\(prefix)\n" + candidates.map { "\($0.word)\t\($0.description)\n" }.joined()
    case .files: "files\t\(prefix)\n"
    case .command(let index): "command\t\(index)\n"
    }
  }

  private init(_ kind: Kind, behind prefix: String = "") {
    self.kind = kind
    self.prefix = prefix
  }

  /// An option, or a value that stands in one word with it.
  private init(option typed: String, on machine: Machine) {
    guard typed.hasPrefix("--") else {
      self.init(cluster: typed, on: machine)
      return
    }
    if let equals = typed.firstIndex(of: "=") {
      let name = typed[typed.index(typed.startIndex, offsetBy: 2)..<equals]
      let value = typed[typed.index(after: equals)...]
      let offer = (try? ArgumentList.find(long: name, in: typed))?.0.offer ?? .nothing
      self.init(offer, for: value, behind: String(typed[...equals]), on: machine)
      return
    }
    let candidates = Declaration.all.flatMap { option in
      option.long.prefix(1).map { name in
        if case .required = option.value { return Candidate("--\(name)=", option.help) }
        return Candidate("--\(name)", option.help)
      }
    }
    self.init(.words(candidates.filter { $0.word.hasPrefix(typed) }))
  }

  /// `-`, `-ff`, `-olog`
  private init(cluster typed: String, on machine: Machine) {
    for (index, letter) in zip(typed.indices, typed).dropFirst() {
      guard let option = Declaration.all.first(where: { $0.short == letter }) else {
        self.init(.words([]))
        return
      }
      let next = typed.index(after: index)
      if case .required = option.value {
        guard next < typed.endIndex else {
          self.init(.words([Candidate(typed, option.help)]))
          return
        }
        self.init(option.offer, for: typed[next...], behind: String(typed[..<next]), on: machine)
        return
      }
    }
    let more = Declaration.all.compactMap { option in
      option.short.map { Candidate(typed + String($0), option.help) }
    }
    let longs = typed == "-" ? Declaration.all.flatMap(\.long).map { Candidate("--\($0)") } : []
    self.init(.words((typed == "-" ? [] : [Candidate(typed)]) + more + longs))
  }

  private init(_ offer: Offer, for typed: Substring, behind prefix: String, on machine: Machine) {
    switch offer {
    case .nothing: self.init(.words([]), behind: prefix)
    case .files: self.init(.files, behind: prefix)
    case .expression: self.init(expression: typed, behind: prefix, on: machine)
    case .injection: self.init(injection: typed, behind: prefix, on: machine)
    case .words, .call, .users, .variables:
      self.init(.words(Self.candidates(of: offer, on: machine).filter { $0.word.hasPrefix(typed) }), behind: prefix)
    case .list, .calls, .signals, .statuses, .processes:
      self.init(items: Self.candidates(of: offer, on: machine), for: typed, behind: prefix)
    }
  }

  /// Items of a list: those that are not in it yet, behind its last comma.
  private init(items: [Candidate], for typed: Substring, behind prefix: String) {
    let start = typed.lastIndex(of: ",").map { typed.index(after: $0) } ?? typed.startIndex
    let marks = typed[start...].prefix { $0 == "!" || $0 == "?" }
    let item = typed[marks.endIndex...]
    let there = Set(typed[..<start].split(separator: ",").map { $0.drop { "!?".contains($0) } })
    let candidates = items.filter { $0.word.hasPrefix(item) && !there.contains($0.word[...]) }
    self.init(.words(candidates), behind: prefix + typed[..<marks.endIndex])
  }

  /// What `-e` takes: the name of an expression or a call, or behind a name its value.
  private init(expression typed: Substring, behind prefix: String, on machine: Machine) {
    if let equals = typed.firstIndex(of: "="), let expression = Expression.named(typed[..<equals]) {
      let next = typed.index(after: equals)
      self.init(expression.offer, for: typed[next...], behind: prefix + typed[..<next], on: machine)
      return
    }
    let names = typed.utf8.contains(UInt8(ascii: ",")) ? [] : Expression.all.map { Candidate($0.names[0] + "=") }
    self.init(items: names + Self.candidates(of: .calls, on: machine), for: typed, behind: prefix)
  }

  /// `SET:error=…:when=…`
  private init(injection typed: Substring, behind prefix: String, on machine: Machine) {
    guard let colon = typed.lastIndex(of: ":") else {
      self.init(.calls, for: typed, behind: prefix, on: machine)
      return
    }
    let part = typed[typed.index(after: colon)...]
    guard let equals = part.firstIndex(of: "=") else {
      let names = Injection.parts.map { Candidate($0 + "=") }.filter { $0.word.hasPrefix(part) }
      self.init(.words(names), behind: prefix + typed[...colon])
      return
    }
    let value = part[part.index(after: equals)...]
    let candidates: [String] =
      switch part[..<equals] {
      case "error": ErrnoName.names
      case "signal": SignalName.names
      case "syscall": Self.pureCalls
      default: []
      }
    self.init(
      .words(candidates.filter { $0.hasPrefix(value) }.map { Candidate($0) }),
      behind: prefix + typed[..<value.startIndex])
  }

  private static func candidates(of offer: Offer, on machine: Machine) -> [Candidate] {
    func plain(_ words: [String]) -> [Candidate] { words.map { Candidate($0) } }
    return switch offer {
    case .nothing, .files, .expression, .injection: []
    case .words(let words): plain(words)
    case .list(let words): plain(words + ["all", "none"].filter { !words.contains($0) })
    case .calls: plain(SyscallFilter.names + SyscallClasses.filters + ["all", "none"])
    case .call: plain(SyscallFilter.names)
    case .signals: plain(SignalName.names + ["all", "none"])
    case .statuses: plain(StatusFilter.words.usual + ErrnoName.names + ["all", "none"])
    case .processes: machine.processes()
    case .users: machine.users()
    case .variables: machine.variables()
    }
  }

  private static var pureCalls: [String] {
    guard let pure = SyscallClasses.named("pure") else { return [] }
    return SyscallNumber.all(of: .native).filter { !$0.classes.isDisjoint(with: pure) }.map(\.name.description)
  }
}
