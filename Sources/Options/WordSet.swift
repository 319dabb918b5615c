/// The words that an option with one of a few values takes.
func words<Choice: CaseIterable & RawRepresentable<String>>(of: Choice.Type) -> [String] {
  Choice.allCases.map(\.rawValue)
}

/// One of a few values by its word.
func word<Choice: CaseIterable & RawRepresentable<String>>(_ text: String) throws(UnacceptableValue) -> Choice {
  guard let choice = Choice(rawValue: text) else {
    throw UnacceptableValue("accepted are \(words(of: Choice.self).joined(separator: ", "))")
  }
  return choice
}

/// The words of a set's members, with which a set is written: `quiet=attach,exit`.
struct WordSet<Members: OptionSet & Sendable>: Sendable where Members.Element == Members {
  /// What an error calls one of them.
  let name: String
  /// Each with what it stands for; the first of several for one member is the usual one.
  let words: [(word: String, member: Members)]

  var everything: Members { Members(words.map(\.member)) }

  /// The usual words.
  var usual: [String] {
    var seen: Members = []
    return words.compactMap { word, member in
      guard !seen.isSuperset(of: member) else { return nil }
      seen.formUnion(member)
      return word
    }
  }

  /// `[!]all`, `[!]none`, or `[!]WORD[,WORD]…`, words in letters of either case.
  func parse(_ text: Substring) throws(UsageError) -> Members {
    let (body, inverted) = withoutInversion(text)
    var set: Members = []
    switch body {
    case "none": break
    case "all": set = everything
    default:
      let items = body.split(separator: ",")
      guard !items.isEmpty else { throw unknown(body) }
      for item in items {
        guard let word = words.first(where: { $0.word == item.lowercased() }) else { throw unknown(item) }
        set.formUnion(word.member)
      }
    }
    return inverted ? everything.subtracting(set) : set
  }

  func unknown(_ item: Substring) -> UsageError {
    let accepted = "accepted are \(usual.joined(separator: ", ")), all, none"
    return UsageError(
      "invalid \(name) '\(item)'", advice: didYouMean(String(item), among: words.map(\.word), or: accepted))
  }
}

/// Takes the exclamation marks off the front of an expression; says whether they invert it.
func withoutInversion(_ text: Substring) -> (Substring, inverted: Bool) {
  let body = text.drop { $0 == "!" }
  return (body, !(text.utf8.count - body.utf8.count).isMultiple(of: 2))
}
