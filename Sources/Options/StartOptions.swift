/// What is traced: a command, processes that run already.
public struct StartOptions: Sendable {
  /// Changes of the command's environment: `NAME=VALUE` or `NAME`.
  public var environment: [String] = []
  public var user: String?
  public var argv0: String?
  public var attach: [ProcessList] = []
  public var detachOn: DetachCall?
  var daemonCount = 0
  var daemonize: Daemon?
  public var interruptible: Interruptible?
  public var killOnExit = false
  var followCount = 0
  var followForks = false
  /// `-F`.
  var followsByOldName = false
  var outputSeparately = false
  public var colocation = Colocation.auto

  public var followsForks: Bool { followCount > 0 || followForks || followsByOldName }
  public var separatesOutput: Bool { followCount > 1 || outputSeparately }
  public var daemon: Daemon? { daemonize ?? Daemon(rawValue: daemonCount) }
}

extension StartOptions: OptionTopic {
  static let title = "Start"
  static let declarations: [Declaration] = [
    Declaration(
      "E", "env", value: .required("VAR[=VALUE]"), help: "Set a variable in the command's environment, or remove it."
    ) { $0.start.environment.append($1) },
    Declaration("u", "user", value: .required("USER|UID:GID"), help: "Run the command as this user.") {
      $0.start.user = $1
    },
    Declaration(nil, "argv0", value: .required("NAME"), help: "The command's argument 0, in place of its name.") {
      $0.start.argv0 = $1
    },
    Declaration("p", "attach", value: .required("PID[,PID]…"), help: "Trace the processes with these ids.") {
      $0.start.attach.append(try ProcessList($1))
    },
    Declaration(
      "b", "detach-on", value: .required("execve"), help: "Detach from a process that makes this call.",
      offer: .words(["execve"])
    ) { $0.start.detachOn = try DetachCall($1) },
    Declaration(
      "D", help: "Run the tracer as a detached grandchild (-DD: in a process group, -DDD: in a session of its own)."
    ) { invocation, _ in invocation.start.daemonCount += 1 },
    Declaration(
      nil, "daemonize", "daemonise", value: .optional("WHAT", usual: "grandchild"),
      help: "The same: grandchild, pgroup, session.", offer: .words(["grandchild", "pgroup", "session"])
    ) { $0.start.daemonize = try Daemon($1) },
    Declaration(
      "I", "interruptible", value: .required("WHEN"),
      help: """
        When signals may end the tracer: anywhere (1), waiting (2, usual), never (3, usual with -o and a command), \
        never_tstp (4, nor may ^Z stop it).
        """, offer: .words(["anywhere", "waiting", "never", "never_tstp"])
    ) { $0.start.interruptible = try Interruptible($1) },
    Declaration(nil, "kill-on-exit", help: "Kill the command when the tracer ends.") { invocation, _ in
      invocation.start.killOnExit = true
    },
    Declaration("f", help: "Follow forks and threads (-ff: as with --output-separately).") { invocation, _ in
      invocation.start.followCount += 1
    },
    Declaration("F", help: "The same as -f, for scripts that have it still.") { invocation, _ in
      invocation.start.followsByOldName = true
    },
    Declaration(nil, "follow-forks", help: "Follow forks and threads.") { invocation, _ in
      invocation.start.followForks = true
    },
    Declaration(
      nil, "output-separately", help: "Write the lines of each process to a file of its own: FILE.PID."
    ) { invocation, _ in invocation.start.outputSeparately = true },
    Declaration(
      nil, "colocate", value: .required("WHEN"),
      help: """
        Keep the command on the tracer's CPU while it is busy: auto (where that is faster: not on a busy machine), \
        always, off.
        """,
      offer: .words(words(of: Colocation.self))
    ) { $0.start.colocation = try word($1) },
  ]
}

/// Whether tracer and tracee share a CPU where that makes them faster.
public enum Colocation: String, Sendable, CaseIterable { case auto, always, off }

/// How far the tracer goes from the command's parent (`-D`).
public enum Daemon: Int, Sendable {
  case grandchild = 1
  case processGroup
  case session

  init(_ text: String) throws(UsageError) {
    switch text.lowercased() {
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

  init(_ text: String) throws(UsageError) {
    let number = decimal(text, in: 1...4)
    switch text.lowercased() {
    case _ where number == 1, "anywhere": self = .anywhere
    case _ where number == 2, "waiting": self = .waiting
    case _ where number == 3, "never": self = .never
    case _ where number == 4, "never_tstp": self = .neverStopped
    default: throw UsageError("accepted are 1 or anywhere, 2 or waiting, 3 or never, 4 or never_tstp")
    }
  }
}

/// Ids of processes and threads, separated by commas, spaces and line ends.
public struct ProcessList: Sendable {
  public var ids: [Int32] = []

  init(_ text: String) throws(UsageError) {
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
  init(_ text: String) throws(UsageError) {
    guard text == "execve" else { throw UsageError("the only call accepted is execve") }
  }
}
