import ArgumentParser

/// What is traced: a command, processes that run already.
public struct StartOptions: ParsableArguments {
  public init() {}

  @Option(
    name: [.customShort("E"), .customLong("env")],
    help: ArgumentHelp("Set a variable in the command's environment, or remove it.", valueName: "VAR[=VALUE]"),
    transform: { $0 })
  public var environment: [String] = []

  @Option(
    name: [.customShort("u"), .customLong("user")],
    help: ArgumentHelp("Run the command as this user.", valueName: "USER|UID:GID"), transform: { $0 })
  public var user: String?

  @Option(help: ArgumentHelp("The command's argument 0, in place of its name.", valueName: "NAME"), transform: { $0 })
  public var argv0: String?

  @Option(
    name: [.customShort("p"), .customLong("attach")],
    help: ArgumentHelp("Trace the processes with these ids.", valueName: "PID[,PID]…"),
    transform: ProcessList.init)
  public var attach: [ProcessList] = []

  @Option(
    name: [.customShort("b"), .customLong("detach-on")],
    help: ArgumentHelp("Detach from a process that makes this call.", valueName: "execve"),
    transform: DetachCall.init)
  public var detachOn: DetachCall?

  @Flag(
    name: .customShort("D"),
    help: "Run the tracer as a detached grandchild (-DD: in a process group, -DDD: in a session of its own).")
  var daemonCount: Int

  @Option(
    name: [.customLong("daemonize"), .customLong("daemonise")],
    help: ArgumentHelp("The same: grandchild, pgroup, session.", valueName: "WHAT"),
    transform: Daemon.init)
  var daemonize: Daemon?

  @Option(
    name: [.customShort("I"), .customLong("interruptible")],
    help: ArgumentHelp(
      """
      When signals may end the tracer: anywhere (1), waiting (2, usual), never (3, usual with -o and a command), \
      never_tstp (4, nor may ^Z stop it).
      """, valueName: "WHEN"),
    transform: Interruptible.init)
  public var interruptible: Interruptible?

  @Flag(help: "Kill the command when the tracer ends.")
  public var killOnExit = false

  @Flag(name: .customShort("f"), help: "Follow forks and threads (-ff: as with --output-separately).")
  var followCount: Int

  @Flag(name: .customLong("follow-forks"), help: "Follow forks and threads.")
  var followForks = false

  @Flag(help: "Write the lines of each process to a file of its own: FILE.PID.")
  var outputSeparately = false

  public var followsForks: Bool { followCount > 0 || followForks }
  public var separatesOutput: Bool { followCount > 1 || outputSeparately }
  public var daemon: Daemon? { daemonize ?? Daemon(rawValue: daemonCount) }
}

/// How far the tracer goes from the command's parent (`-D`).
public enum Daemon: Int, Sendable {
  case grandchild = 1
  case processGroup
  case session

  init(_ text: String) throws {
    switch text {
    case "grandchild": self = .grandchild
    case "pgroup", "pgrp": self = .processGroup
    case "session": self = .session
    default: throw UsageError("accepted are grandchild, pgroup, session")
    }
  }
}

/// When signals may end the tracer (`-I`).
public enum Interruptible: Int, Sendable {
  case anywhere = 1
  case waiting
  case never
  case neverStopped

  init(_ text: String) throws {
    switch text {
    case "1", "anywhere": self = .anywhere
    case "2", "waiting": self = .waiting
    case "3", "never": self = .never
    case "4", "never_tstp": self = .neverStopped
    default: throw UsageError("accepted are 1 or anywhere, 2 or waiting, 3 or never, 4 or never_tstp")
    }
  }
}

/// Ids of processes and threads, separated by commas, spaces and line ends.
public struct ProcessList: Sendable {
  public var ids: [Int32] = []

  init(_ text: String) throws {
    for item in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\n" || $0 == "\t" }) {
      guard let id = decimal(item, in: 1...Int(Int32.max)) else {
        throw UsageError("'\(item)' is no process id: a number from 1 to \(Int32.max)")
      }
      ids.append(Int32(id))
    }
  }
}

/// The one call that `-b` knows.
public struct DetachCall: Sendable {
  init(_ text: String) throws {
    guard text == "execve" else { throw UsageError("the only call accepted is execve") }
  }
}
