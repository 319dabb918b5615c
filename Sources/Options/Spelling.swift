/// How an option may be written: what `getopt_long(3)` would be told.
struct Spelling: Sendable {
  enum Value: Sendable {
    /// `--name` alone.
    case none
    /// `-nVALUE`, `-n VALUE`, `--name=VALUE`, `--name VALUE`.
    case required
    /// `--name`, which means this value, or `--name=VALUE`. The short form takes none.
    case optional(String)
  }

  var short: Character?
  var long: [String]
  var value: Value
  /// Set where the option is another way to write an expression: what the expression begins with, its value behind it.
  /// They are one option to the parser because the later of two wins, whichever way they are written.
  var expression: String?

  init(_ short: Character? = nil, _ long: String..., value: Value = .none, as expression: String? = nil) {
    self.short = short
    self.long = long
    self.value = value
    self.expression = expression
  }

  /// Every option. The parser's own declarations (`Invocation`) have the same names; a test compares the two.
  static let all: [Spelling] = [
    // Start
    Spelling("E", "env", value: .required),
    Spelling("u", "user", value: .required),
    Spelling(nil, "argv0", value: .required),
    Spelling("p", "attach", value: .required),
    Spelling("b", "detach-on", value: .required),
    Spelling("D"),
    Spelling(nil, "daemonize", "daemonise", value: .optional("grandchild")),
    Spelling("I", "interruptible", value: .required),
    Spelling(nil, "kill-on-exit"),
    Spelling("f"),
    Spelling(nil, "follow-forks"),
    Spelling(nil, "output-separately"),
    // Filtering
    Spelling("e", value: .required),
    Spelling(nil, "trace", value: .required, as: "trace="),
    Spelling(nil, "signal", "signals", value: .required, as: "signal="),
    Spelling(nil, "status", value: .required, as: "status="),
    Spelling("P", "trace-path", value: .required),
    Spelling(nil, "trace-fds", "trace-fd", value: .required, as: "trace-fds="),
    Spelling("z", "successful-only", as: "status=successful"),
    Spelling("Z", "failed-only", "failing-only", as: "status=failed"),
    Spelling(nil, "syscall-limit", value: .required),
    Spelling(nil, "seccomp-bpf"),
    Spelling(nil, "where", value: .required),
    // Output
    Spelling("a", "columns", value: .required),
    Spelling(nil, "color", "colour", value: .optional("always")),
    Spelling(nil, "abbrev", value: .required, as: "abbrev="),
    Spelling(nil, "verbose", value: .required, as: "verbose="),
    Spelling(nil, "raw", value: .required, as: "raw="),
    Spelling(nil, "read", "reads", value: .required, as: "read="),
    Spelling(nil, "write", "writes", value: .required, as: "write="),
    Spelling("q"),
    Spelling(nil, "quiet", "silent", "silence", value: .optional("attach,personality"), as: "quiet="),
    Spelling("y"),
    Spelling(nil, "decode-fds", "decode-fd", value: .optional("path"), as: "decode-fds="),
    Spelling("Y", as: "decode-pids=+comm"),
    Spelling(nil, "decode-pids", "decode-pid", value: .required, as: "decode-pids="),
    Spelling(nil, "kvm", value: .required, as: "kvm="),
    Spelling(nil, "namespace", value: .optional("new"), as: "namespace="),
    Spelling(nil, "secontext", value: .optional("none,full"), as: "secontext="),
    Spelling("i", "instruction-pointer"),
    Spelling("n", "syscall-number"),
    Spelling("N", "arg-names", "argument-names"),
    Spelling("k"),
    Spelling(nil, "stack-trace", "stack-traces", value: .optional("symbol")),
    Spelling(nil, "stack-trace-frame-limit", value: .required),
    Spelling("o", "output", value: .required),
    Spelling("A", "output-append-mode"),
    Spelling("r"),
    Spelling(nil, "relative-timestamps", value: .optional("us")),
    Spelling("t"),
    Spelling(nil, "absolute-timestamps", "timestamps", value: .optional("time")),
    Spelling("T"),
    Spelling(nil, "syscall-times", value: .optional("us")),
    Spelling("s", "string-limit", value: .required),
    Spelling("x"),
    Spelling(nil, "strings-in-hex", value: .optional("all")),
    Spelling("X", "const-print-style", value: .required),
    Spelling("v", "no-abbrev", as: "abbrev=none"),
    Spelling(nil, "always-show-pid"),
    Spelling(nil, "json"),
    Spelling(nil, "format", value: .required),
    Spelling(nil, "whole-lines"),
    Spelling(nil, "no-env"),
    // Statistics
    Spelling("c", "summary-only"),
    Spelling("C", "summary"),
    Spelling("w", "summary-wall-clock"),
    Spelling("S", "summary-sort-by", value: .required),
    Spelling("U", "summary-columns", value: .required),
    Spelling("O", "summary-syscall-overhead", value: .required),
    // Tampering
    Spelling(nil, "inject", value: .required, as: "inject="),
    Spelling(nil, "fault", value: .required, as: "fault="),
    // The rest
    Spelling("d", "debug"),
    Spelling("h", "help"),
    Spelling("V", "version"),
    Spelling(nil, "tips", value: .optional("random")),
    Spelling(nil, "explain", value: .required),
    Spelling(nil, "list", value: .required),
    Spelling(nil, "completions", value: .required),
  ]
}
