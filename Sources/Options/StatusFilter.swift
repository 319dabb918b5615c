/// Which calls are printed by how they ended (`-e status=`).
public struct StatusFilter: Sendable, Equatable {
  public var outcomes: Outcomes
  /// Failed calls with one of these errnos are printed too.
  public var errors: Set<Int32> = []

  public static let all = StatusFilter(outcomes: .everything)

  public struct Outcomes: OptionSet, WordSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let successful = Outcomes(rawValue: 1)
    public static let failed = Outcomes(rawValue: 2)
    /// The call did not return: the process ended meanwhile.
    public static let unfinished = Outcomes(rawValue: 4)
    /// It returned, but what it returned could not be had.
    public static let unavailable = Outcomes(rawValue: 8)
    /// The thread was detached from meanwhile.
    public static let detached = Outcomes(rawValue: 16)

    static var words: [(String, Outcomes)] {
      [
        ("successful", successful), ("failed", failed), ("unfinished", unfinished), ("unavailable", unavailable),
        ("detached", detached),
      ]
    }
  }

  init(outcomes: Outcomes, errors: Set<Int32> = []) {
    self.outcomes = outcomes
    self.errors = errors
  }

  /// Outcomes and names of errors: `failed`, `unfinished,ENOENT`, `!EAGAIN`.
  init(parsing text: some StringProtocol) throws(UsageError) {
    let (body, inverted) = withoutInversion(Substring(text))
    var errors: Set<Int32> = []
    var words: [Substring] = []
    for item in body.split(separator: ",") {
      if item.first == "E" {
        guard let error = ErrnoName.number(item) else {
          throw UsageError(
            "no error '\(item)'"
              + didYouMean(
                String(item), among: ErrnoName.names, or: "accepted are names of errors beside the outcomes"))
        }
        errors.insert(error)
      } else {
        words.append(item)
      }
    }
    var outcomes: Outcomes = []
    if !words.isEmpty || errors.isEmpty {
      outcomes = try Outcomes(parsing: words.joined(separator: ","))
    }
    self.init(outcomes: outcomes, errors: errors)
    if inverted { invert() }
  }

  private mutating func invert() {
    let hasFailed = outcomes.contains(.failed)
    outcomes = .everything.subtracting(outcomes)
    // All errors but these are the failed ones without them: listed, as a set cannot say "others".
    if !errors.isEmpty, !hasFailed {
      outcomes.remove(.failed)
      errors = Set(1...Int32(ErrnoName.most)).subtracting(errors)
    } else {
      errors = []
    }
  }
}
