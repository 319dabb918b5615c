/// The words that an option with one of a few values takes.
func words<Choice: CaseIterable & RawRepresentable<String>>(of: Choice.Type) -> [String] {
  Choice.allCases.map(\.rawValue)
}

/// One of a few values by its word.
func word<Choice: CaseIterable & RawRepresentable<String>>(_ text: String) throws(UsageError) -> Choice {
  guard let choice = Choice(rawValue: text) else {
    throw UsageError("accepted are \(words(of: Choice.self).joined(separator: ", "))")
  }
  return choice
}

/// A set whose members have names: `quiet=attach,exit`.
protocol WordSet: OptionSet where RawValue == UInt16, Element == Self {
  /// Every name with what it stands for; the first of several for one member is the usual one.
  static var words: [(String, Self)] { get }
}

extension WordSet {
  static var everything: Self { Self(words.map(\.1)) }

  /// `[!]all`, `[!]none`, or `[!]WORD[,WORD]…`, words in letters of either case.
  init(parsing text: some StringProtocol) throws(UsageError) {
    let (body, inverted) = withoutInversion(Substring(text))
    var set: Self = []
    switch body {
    case "none": break
    case "all": set = Self.everything
    default:
      let items = body.split(separator: ",")
      guard !items.isEmpty else { throw Self.unknown(body) }
      for item in items {
        guard let word = Self.words.first(where: { $0.0 == item.lowercased() }) else { throw Self.unknown(item) }
        set.formUnion(word.1)
      }
    }
    self = inverted ? Self.everything.subtracting(set) : set
  }

  private static func unknown(_ item: Substring) -> UsageError {
    var seen: Self = []
    var names: [String] = []
    for (name, member) in words where !seen.isSuperset(of: member) {
      seen.formUnion(member)
      names.append(name)
    }
    let near = didYouMean(String(item), among: words.map(\.0))
    return UsageError("'\(item)' is none of \(names.joined(separator: ", ")), all, none\(near)")
  }
}

/// Messages that are left out (`-q`, `-e quiet=`).
public struct QuietSet: OptionSet, WordSet, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let attach = QuietSet(rawValue: 1)
  public static let exit = QuietSet(rawValue: 2)
  public static let pathResolution = QuietSet(rawValue: 4)
  public static let personality = QuietSet(rawValue: 8)
  public static let threadExecve = QuietSet(rawValue: 16)

  static var words: [(String, QuietSet)] {
    [
      ("attach", attach), ("exit", exit), ("exits", exit), ("path-resolution", pathResolution),
      ("personality", personality), ("thread-execve", threadExecve), ("superseded", threadExecve),
    ]
  }
}

/// What is shown of descriptors (`-y`, `-e decode-fds=`).
public struct DescriptorDetails: OptionSet, WordSet, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let path = DescriptorDetails(rawValue: 1)
  public static let socket = DescriptorDetails(rawValue: 2)
  public static let device = DescriptorDetails(rawValue: 4)
  public static let pidfd = DescriptorDetails(rawValue: 8)
  public static let signalfd = DescriptorDetails(rawValue: 16)
  public static let eventfd = DescriptorDetails(rawValue: 32)

  static var words: [(String, DescriptorDetails)] {
    [
      ("dev", device), ("eventfd", eventfd), ("path", path), ("pidfd", pidfd), ("signalfd", signalfd),
      ("socket", socket),
    ]
  }
}

/// What is shown of processes (`-Y`, `--decode-pids=`).
public struct ProcessDetails: OptionSet, WordSet, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let command = ProcessDetails(rawValue: 1)
  public static let namespace = ProcessDetails(rawValue: 2)

  static var words: [(String, ProcessDetails)] { [("comm", command), ("pidns", namespace)] }
}

/// What is shown of security contexts (`--secontext`).
public struct SecurityContexts: OptionSet, WordSet, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  public static let full = SecurityContexts(rawValue: 1)
  public static let mismatch = SecurityContexts(rawValue: 2)
  /// The contexts' types, which `--secontext` alone shows.
  public static let type = SecurityContexts(rawValue: 4)

  static var words: [(String, SecurityContexts)] { [("full", full), ("mismatch", mismatch)] }
}
