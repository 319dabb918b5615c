import Settings

/// What the program shows of itself instead of a trace.
public enum Answer: Sendable, Equatable {
  case help, version
  /// What the tables know of the call of that name.
  case explanation(of: String)
  case list(Listing)
  case completions(for: Shell)
  /// What a shell may offer for the last of these words.
  case candidates(words: [String])
}

/// What `--list` lists.
public enum Listing: String, Sendable, CaseIterable { case syscalls, classes, abis }

/// Shells that there are completions for.
public enum Shell: String, Sendable, CaseIterable { case bash, zsh, fish }

extension Declaration {
  static let otherOptions: [Declaration] = [
    Declaration("d", "debug", help: "Say on standard error what the tracer does.") {
      $0.settings.notices.debug = true
    },
    Declaration("h", "help", help: "Show this help.", endsReading: true) { $0.answer = .help },
    Declaration("V", "version", help: "Show the version.") { $0.answer = .version },
    Declaration(
      nil, "tips", value: .optional("[ID][,FORMAT]", usual: "random"),
      help: "Show a tip at the end: random, or of that number; none, compact or full (in a frame).",
      offer: .list(["random"] + words(of: NoticeOptions.Tip.Format.self))
    ) { $0.settings.notices.tip = try tip($1) },
    Declaration(
      nil, "explain", value: .required("CALL"), help: "Say what is known of a system call, and end.", offer: .call
    ) { $0.answer = .explanation(of: $1) },
    Declaration(
      nil, "list", value: .required("WHAT"), help: "List the syscalls, classes or abis, and end.",
      offer: .words(words(of: Listing.self))
    ) { $0.answer = .list(try word($1)) },
    Declaration(
      nil, "completions", value: .required("SHELL"), help: "Print the completions for bash, zsh or fish, and end.",
      offer: .words(words(of: Shell.self))
    ) { $0.answer = .completions(for: try word($1)) },
  ]

  /// `[[id:]ID][,[format:]FORMAT]`
  private static func tip(_ text: String) throws(UnacceptableValue) -> NoticeOptions.Tip {
    var tip = NoticeOptions.Tip()
    for item in text.split(separator: ",") {
      let colon = item.firstIndex(of: ":")
      let key = colon.map { item[..<$0] }
      let value = colon.map { item[item.index(after: $0)...] } ?? item
      if key == nil || key == "id", value == "random" {
        tip.id = nil
      } else if key == nil || key == "id", let number = decimal(value, in: 0...Int(Int32.max)) {
        tip.id = number
      } else if key == nil || key == "format", let format = NoticeOptions.Tip.Format(rawValue: String(value)) {
        tip.format = format
      } else {
        let formats = words(of: NoticeOptions.Tip.Format.self).joined(separator: ", ")
        throw UnacceptableValue("accepted are a number, random, \(formats)")
      }
    }
    return tip
  }
}
