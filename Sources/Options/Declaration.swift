/// An option: how it may be written, what the help says of it, and what it does to an invocation.
///
/// This is all there is to say of it: the reading of command lines, the help and the completions are made from it.
struct Declaration: Sendable {
  enum Value: Sendable {
    /// `--name` alone.
    case none
    /// `-nVALUE`, `-n VALUE`, `--name=VALUE`, `--name VALUE`.
    case required(String)
    /// `--name`, which means the usual value, or `--name=VALUE`. The short form takes none.
    case optional(String, usual: String)
  }

  /// What a shell may offer for the value.
  enum Offer: Sendable {
    case nothing, files
    case words([String])
  }

  /// Throws a `UsageError` that says what is accepted.
  typealias Effect = @Sendable (inout Invocation, String) throws -> Void

  var short: Character?
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

  /// Another way to write an expression of `-e`: its beginning, with the option's value behind it.
  init(
    _ short: Character? = nil, _ long: String..., value: Value = .none, help: String, offer: Offer = .nothing,
    as beginning: String
  ) {
    self.init(short, value: value, help: help, offer: offer) { invocation, text in
      invocation.filter.qualifiers.append(try Qualifier(parsing: beginning + text))
    }
    self.long = long
  }

  /// Every option, as the topics have them.
  static let all: [Declaration] =
    StartOptions.declarations + FilterOptions.declarations + ExpressionOptions.declarations
    + OutputOptions.declarations + TimeOptions.declarations + StatisticsOptions.declarations
    + OtherOptions.declarations
}

/// Options that belong together, under a title of the help.
protocol OptionTopic {
  static var title: String { get }
  static var declarations: [Declaration] { get }
}
