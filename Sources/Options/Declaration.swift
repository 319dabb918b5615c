/// An option: how it may be written, what the help says of it, what a shell may offer for it, and what it does.
///
/// This is all there is to say of it: the reading of command lines, the help, the options of the manual page and the
/// completions are made from it.
struct Declaration: Sendable {
  enum Value: Sendable {
    /// `--name` alone.
    case none
    /// `-nVALUE`, `-n VALUE`, `--name=VALUE`, `--name VALUE`.
    case required(String)
    /// `--name`, which means the usual value, or `--name=VALUE`. The short form takes none.
    case optional(String, usual: String)
    /// `-n`, or `-n12`: a number right behind the letter.
    case number(String)
  }

  /// Throws an `UnacceptableValue`, or a `UsageError` where there is more to say.
  typealias Effect = @Sendable (inout Invocation, String) throws -> Void

  var short: Character?
  /// The usual name first.
  var long: [String]
  /// The value's form and its name in the help.
  var value: Value
  var help: String
  var offer: Offer
  /// Whether the words behind it are not read any more.
  var endsReading: Bool
  /// Applies a value, the empty text where there is none.
  var effect: Effect

  init(
    _ short: Character? = nil, _ long: String..., value: Value = .none, help: String, offer: Offer = .nothing,
    endsReading: Bool = false, effect: @escaping Effect
  ) {
    self.short = short
    self.long = long
    self.value = value
    self.help = help
    self.offer = offer
    self.endsReading = endsReading
    self.effect = effect
  }

  /// An option without a value.
  init(
    _ short: Character? = nil, _ long: String..., help: String, endsReading: Bool = false,
    sets: @escaping @Sendable (inout Invocation) -> Void
  ) {
    self.init(short, help: help, endsReading: endsReading) { invocation, _ in sets(&invocation) }
    self.long = long
  }

  /// Another way to write an expression of `-e`.
  init(
    _ short: Character? = nil, _ long: String..., value: Value = .none, help: String, as expression: Expression,
    of fixed: String? = nil
  ) {
    self.init(short, value: value, help: help, offer: expression.offer) { invocation, text in
      try expression.apply(&invocation, (fixed ?? text)[...])
    }
    self.long = long
  }

  /// Every option under the title of its topic, in the order of the help.
  static let topics: [(title: String, options: [Declaration])] = [
    ("Startup", startOptions), ("Filtering", filterOptions), ("Details", detailOptions), ("Output", outputOptions),
    ("Times", timeOptions), ("Statistics", statisticsOptions), ("Tampering", tamperingOptions),
    ("Miscellaneous", otherOptions),
  ]

  static let all: [Declaration] = topics.flatMap(\.options)

  /// Long names of options that strace does not have.
  static let namesUnknownToStrace: Set<String> = [
    "children", "colocate", "completions", "engine", "explain", "format", "json", "keep-last", "latency", "list",
    "no-env", "redact", "time-limit", "where", "whole-lines",
  ]
}
