import Settings

extension StatusFilter {
  static let words = WordSet<Outcomes>(
    name: "status",
    words: [
      ("successful", .successful), ("failed", .failed), ("unfinished", .unfinished), ("unavailable", .unavailable),
      ("detached", .detached),
    ])

  /// Outcomes and names of errors: `failed`, `unfinished,ENOENT`, `!EAGAIN`.
  init(parsing text: Substring) throws(UsageError) {
    let (body, inverted) = withoutInversion(text)
    var errors: Set<Int32> = []
    var outcomes: [Substring] = []
    for item in body.split(separator: ",") {
      if item.first == "E" {
        guard let error = ErrnoName.number(item) else {
          let accepted = "accepted are names of errors beside \(Self.words.usual.joined(separator: ", "))"
          throw UsageError(
            "invalid status '\(item)'", advice: didYouMean(String(item), among: ErrnoName.names, or: accepted))
        }
        errors.insert(error)
      } else {
        outcomes.append(item)
      }
    }
    self.init([], errors: errors)
    if outcomes.isEmpty, errors.isEmpty { throw Self.words.unknown(body) }
    if !outcomes.isEmpty { self.outcomes = try Self.words.parse(outcomes.joined(separator: ",")[...]) }
    if inverted { invert() }
  }

  private mutating func invert() {
    let hasFailed = outcomes.contains(.failed)
    outcomes = Outcomes.all.subtracting(outcomes)
    // All errors but these are the failed ones without them: listed, as a set cannot say "others".
    if !errors.isEmpty, !hasFailed {
      outcomes.remove(.failed)
      errors = Set(1...Int32(ErrnoName.most)).subtracting(errors)
    } else {
      errors = []
    }
  }
}
