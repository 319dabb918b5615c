/// One expression of `-e`: what it qualifies, and by what set.
enum Qualifier: Sendable {
  case trace(CallSet)
  case abbreviate(CallSet)
  case verbose(CallSet)
  case raw(CallSet)
  case signals(NumberSet)
  case status(StatusFilter)
  case read(NumberSet)
  case write(NumberSet)
  case descriptors(NumberSet)
  case quiet(QuietSet)
  case decodeDescriptors(DescriptorDetails)
  case decodeProcesses(ProcessDetails)
  /// `-Y`, `--pidns-translation`: on top of what is decoded already.
  case decodeProcessesToo(ProcessDetails)
  case kvm(exits: Bool)
  case newNamespaces
  case contexts(SecurityContexts)
  case inject(Injection)

  /// `NAME=VALUE`; what has no name of a qualifier before its first `=` is a set of calls to trace.
  init(parsing text: String) throws(UsageError) {
    let equals = text.firstIndex(of: "=")
    let name = text[..<(equals ?? text.startIndex)]
    let value = equals.map { text[text.index(after: $0)...] } ?? text[...]
    switch name {
    case "trace", "t": self = .trace(try CallSet(parsing: value))
    case "abbrev", "a": self = .abbreviate(try CallSet(parsing: value))
    case "verbose", "v": self = .verbose(try CallSet(parsing: value))
    case "raw", "x": self = .raw(try CallSet(parsing: value))
    case "signal", "signals", "s": self = .signals(try SignalName.set(parsing: value))
    case "status": self = .status(try StatusFilter(parsing: value))
    case "read", "reads", "r": self = .read(try .descriptors(value))
    case "write", "writes", "w": self = .write(try .descriptors(value))
    case "trace-fds", "trace-fd", "fds", "fd": self = .descriptors(try .descriptors(value))
    case "quiet", "silent", "silence", "q": self = .quiet(try QuietSet(parsing: value))
    case "decode-fds", "decode-fd": self = .decodeDescriptors(try DescriptorDetails(parsing: value))
    case "decode-pids", "decode-pid":
      self =
        value.first == "+"
        ? .decodeProcessesToo(try ProcessDetails(parsing: value.dropFirst()))
        : .decodeProcesses(try ProcessDetails(parsing: value))
    case "kvm":
      guard value == "vcpu" || value == "vcpu+" else { throw UsageError("'\(value)' is none of vcpu, vcpu+") }
      self = .kvm(exits: value == "vcpu+")
    case "namespace":
      guard value == "new" else { throw UsageError("'\(value)': accepted is new") }
      self = .newNamespaces
    case "secontext": self = .contexts(try Self.contexts(value))
    case "inject": self = .inject(try Injection(parsing: value, isFault: false))
    case "fault": self = .inject(try Injection(parsing: value, isFault: true))
    case "": self = .trace(try CallSet(parsing: text))
    default:
      throw UsageError("no qualifier '\(name)='" + didYouMean(String(name), among: Self.names, or: "-h lists them"))
    }
  }

  static let names = [
    "trace", "abbrev", "verbose", "raw", "signal", "status", "read", "write", "trace-fds", "quiet", "decode-fds",
    "decode-pids", "kvm", "namespace", "secontext", "inject", "fault",
  ]

  /// A list of `full` and `mismatch`; `none,full`, which nobody writes, is `--secontext` without a value.
  private static func contexts(_ value: Substring) throws(UsageError) -> SecurityContexts {
    if value == "none,full" { return .type }
    let contexts = try SecurityContexts(parsing: value)
    return contexts.isEmpty ? [] : contexts.union(.type)
  }
}
