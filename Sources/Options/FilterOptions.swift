import ArgumentParser

/// Which calls and signals are shown.
public struct FilterOptions: ParsableArguments {
  public init() {}

  @Option(
    name: .customShort("e"),
    help: ArgumentHelp(
      """
      An expression: trace=, signal=, status=, trace-fds=, abbrev=, verbose=, raw=, read=, write=, quiet=, decode-fds=, \
      decode-pids=, kvm=, namespace=, secontext=, inject= or fault= and a set; a set alone is one of calls.
      """, valueName: "EXPRESSION"),
    transform: Qualifier.init(parsing:))
  var qualifiers: [Qualifier] = []

  @Option(
    name: [.customShort("P"), .customLong("trace-path")],
    help: ArgumentHelp("Show only calls that name this path or a descriptor of it.", valueName: "PATH"), transform: { $0 })
  public var paths: [String] = []

  @Option(
    help: ArgumentHelp("Detach after so many calls were shown.", valueName: "COUNT"),
    transform: {
      guard let limit = decimal($0, in: 1...Int.max) else { throw UsageError("a number from 1 on is needed") }
      return limit
    })
  public var syscallLimit: Int?

  @Flag(help: "Stop the command only at the calls shown. It is so in any case where it can be.")
  public var seccompBpf = false

  @Option(
    name: .customLong("where"),
    help: ArgumentHelp(
      "Show only calls and signals for which it holds: path ~ \"/etc/*\" and ret < 0", valueName: "CONDITION"), transform: { $0 })
  public var condition: String?
}
