/// Which calls and signals are shown.
public struct FilterOptions: Sendable {
  /// The expressions of `-e` and of the options that stand for one, in the order given.
  var qualifiers: [Qualifier] = []
  public var paths: [String] = []
  public var syscallLimit: Int?
  public var seccompBpf = false
  public var condition: String?
  /// How often `-z` and `-Z` were given.
  var statusOptionCount = 0
}

extension FilterOptions: OptionTopic {
  static let title = "Filtering"
  static let declarations: [Declaration] = [
    Declaration(
      "e", value: .required("EXPRESSION"),
      help: """
        An expression: trace=, signal=, status=, trace-fds=, abbrev=, verbose=, raw=, read=, write=, quiet=, \
        decode-fds=, decode-pids=, kvm=, namespace=, secontext=, inject= or fault= and a set; a set alone is one of \
        calls.
        """, offer: .words(Qualifier.names.map { $0 + "=" }), as: ""),
    Declaration(
      "P", "trace-path", value: .required("PATH"),
      help: "Show only calls that name this path or a descriptor of it.", offer: .files
    ) { $0.filter.paths.append($1) },
    Declaration(
      nil, "syscall-limit", value: .required("COUNT"), help: "Detach after so many calls were shown."
    ) { invocation, text in
      guard let limit = decimal(text, in: 1...Int.max) else { throw UsageError("a number from 1 on is needed") }
      invocation.filter.syscallLimit = limit
    },
    Declaration(
      nil, "seccomp-bpf",
      help: """
        With -f, have the kernel stop the command only at the calls traced. The program can tell, may gain no rights \
        by an exec unless root traces it, and is killed when the tracer ends; see SECCOMP FILTER in trapline(1).
        """
    ) { invocation, _ in invocation.filter.seccompBpf = true },
    Declaration(
      nil, "where", value: .required("CONDITION"),
      help: "Show only calls and signals for which it holds: path ~ \"/etc/*\" and ret < 0"
    ) { $0.filter.condition = $1 },
  ]
}
