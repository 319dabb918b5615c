/// What is no trace.
public struct OtherOptions: Sendable {
  public var debug = false
  public var help = false
  public var version = false
  public var tips: Tips?
  public var explain: String?
  public var list: Listing?
  public var completions: Shell?

  /// Whether the program shows something of its own and traces nothing.
  public var endsAtOnce: Bool { help || version || explain != nil || list != nil || completions != nil }
}

extension OtherOptions: OptionTopic {
  static let title = "Miscellaneous"
  static let declarations: [Declaration] = [
    Declaration("d", "debug", help: "Say on standard error what the tracer does.") { invocation, _ in
      invocation.other.debug = true
    },
    Declaration("h", "help", help: "Show this help.", endsReading: true) { invocation, _ in
      invocation.other.help = true
    },
    Declaration("V", "version", help: "Show the version.") { invocation, _ in invocation.other.version = true },
    Declaration(
      nil, "tips", value: .optional("[ID][,FORMAT]", usual: "random"),
      help: "Show a tip at the end: random, or of that number; none, compact or full (in a frame)."
    ) { $0.other.tips = try Tips($1) },
    Declaration(nil, "explain", value: .required("CALL"), help: "Say what is known of a system call, and end.") {
      $0.other.explain = $1
    },
    Declaration(
      nil, "list", value: .required("WHAT"), help: "List the syscalls, classes or abis, and end.",
      offer: .words(words(of: Listing.self))
    ) { $0.other.list = try word($1) },
    Declaration(
      nil, "completions", value: .required("SHELL"), help: "Print the completions for bash, zsh or fish, and end.",
      offer: .words(words(of: Shell.self))
    ) { $0.other.completions = try word($1) },
  ]
}

/// What `--list` lists.
public enum Listing: String, Sendable, CaseIterable { case syscalls, classes, abis }

/// Shells that there are completions for.
public enum Shell: String, Sendable, CaseIterable { case bash, zsh, fish }
