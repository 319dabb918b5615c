import Settings

extension Declaration {
  /// What is traced: a command, processes that run already; and how far they are followed.
  static let startOptions: [Declaration] = [
    Declaration(
      "E", "env", value: .required("VAR[=VALUE]"),
      help: "Set a variable in the command's environment, or remove it.", offer: .variables
    ) { $0.environment.append($1) },
    Declaration(
      "u", "user", value: .required("USER|UID:GID"), help: "Run the command as this user.", offer: .users
    ) { $0.user = $1 },
    Declaration(
      nil, "argv0", value: .required("NAME"), help: "The command's argument 0, in place of its name."
    ) { $0.argv0 = $1 },
    Declaration(
      "p", "attach", value: .required("PID[,PID]…"), help: "Trace the processes with these ids.", offer: .processes
    ) { $0.attach(try processes($1)) },
    Declaration(
      "b", "detach-on", value: .required("execve"), help: "Detach from a process that makes this call.",
      offer: .words(["execve"])
    ) { invocation, text in
      guard text == "execve" else {
        throw UsageError("Syscall '\(text)' for -b isn't supported", advice: "accepted is execve")
      }
      invocation.settings.tracing.detachesOnExec = true
    },
    Declaration(
      "D", help: "Run the tracer as a detached grandchild (-DD: in a process group, -DDD: in a session of its own)."
    ) { $0.given.daemonCount += 1 },
    Declaration(
      nil, "daemonize", "daemonised", "daemonized", value: .optional("WHAT", usual: "grandchild"),
      help: "The same: grandchild, pgroup, session.", offer: .words(["grandchild", "pgroup", "session"])
    ) { $0.given.daemonize = try placement($1) },
    Declaration(
      "I", "interruptible", value: .required("WHEN"),
      help: """
        When signals may end the tracer: anywhere or always (1), waiting (2, usual), never (3, usual with -o and a \
        command), never_tstp (4, nor may ^Z stop it).
        """, offer: .words(["anywhere", "always", "waiting", "never", "never_tstp"])
    ) { $0.given.interruptibility = try interruptibility($1) },
    Declaration(nil, "kill-on-exit", help: "Kill the command when the tracer ends.") {
      $0.settings.tracing.killsOnExit = true
    },
    Declaration(
      "f", value: .number("DEPTH"),
      help: """
        Follow forks and threads (-ff: as with --output-separately; -f0: threads alone; -f1: the processes that the \
        command or the attached process starts, and none of theirs; and so on).
        """
    ) { invocation, text in
      invocation.given.followCount += 1
      if !text.isEmpty { invocation.settings.tracing.followDepth = try depth(text) }
    },
    Declaration("F", help: "The same as -f, for scripts that have it still.") { $0.given.followsByOldName = true },
    Declaration(
      nil, "follow-forks", value: .optional("DEPTH", usual: "all"),
      help: """
        Follow forks and threads; threads: threads alone; a number: processes so many forks away from the command or the \
        attached process.
        """, offer: .words(["all", "threads", "1"])
    ) { invocation, text in
      invocation.given.followForks = true
      switch text {
      case "all": invocation.settings.tracing.followDepth = nil
      case "threads": invocation.settings.tracing.followDepth = 0
      default: invocation.settings.tracing.followDepth = try depth(text)
      }
    },
    Declaration(nil, "children", help: "With -p: attach to the processes that those with these ids started, too.") {
      $0.settings.tracing.attachesChildren = true
    },
    Declaration(
      nil, "colocate", value: .required("WHEN"),
      help: """
        Keep the command on the tracer's CPU while it is busy: auto (where that is faster: not on a busy machine), \
        always, off. It is given back its own CPUs before it can ask for them, and when the tracer ends, also by \
        SIGKILL: a process named trapline-guard sleeps until then. See CPU PLACEMENT in trapline(1).
        """, offer: .words(["auto", "always", "off"])
    ) { invocation, text in
      switch text {
      case "auto": invocation.settings.tracing.colocation = .automatic
      case "always": invocation.settings.tracing.colocation = .always
      case "off": invocation.settings.tracing.colocation = .off
      default: throw UnacceptableValue("accepted are auto, always, off")
      }
    },
    Declaration(
      nil, "engine", value: .required("ENGINE"),
      help: """
        How calls are learned of: ptrace (usual), where each stops its thread; bpf, where programs in the kernel record \
        them and no thread stops; auto, which goes over from the one to the other when there are many calls. See ENGINES \
        in trapline(1).
        """, offer: .words(["ptrace", "bpf", "auto"])
    ) { invocation, text in
      switch text {
      case "ptrace": invocation.settings.tracing.engine = .ptrace
      case "bpf": invocation.settings.tracing.engine = .bpf
      case "auto": invocation.settings.tracing.engine = .automatic
      default: throw UnacceptableValue("accepted are ptrace, bpf, auto")
      }
    },
  ]

  /// Ids of processes and threads, separated by commas, spaces and line ends.
  private static func processes(_ text: String) throws(UsageError) -> [Int32] {
    var ids: [Int32] = []
    for item in text.split(whereSeparator: { $0 == "," || $0 == " " || $0 == "\n" || $0 == "\t" }) {
      guard let id = decimal(item, in: 1...Int(Int32.max)) else {
        throw UsageError("Invalid process id: '\(item)'", advice: "a number from 1 to \(Int32.max) is needed")
      }
      ids.append(Int32(id))
    }
    return ids
  }

  /// How many forks away a process may be that is followed.
  private static func depth(_ text: String) throws(UnacceptableValue) -> Int {
    guard let depth = decimal(text, in: 0...Int(Int32.max)) else {
      throw UnacceptableValue("accepted are all, threads and a number")
    }
    return depth
  }

  private static func placement(_ text: String) throws(UnacceptableValue) -> TracerPlacement {
    switch text.lowercased() {
    case "grandchild": .grandchild
    case "pgroup", "pgrp": .grandchildInOwnGroup
    case "session": .grandchildInOwnSession
    default: throw UnacceptableValue("accepted are grandchild, pgroup, session")
    }
  }

  private static func interruptibility(
    _ text: String
  ) throws(UnacceptableValue) -> TraceConfiguration.Interruptibility {
    let number = decimal(text, in: 1...4)
    switch text.lowercased() {
    case _ where number == 1, "anywhere", "always": return .anywhere
    case _ where number == 2, "waiting": return .whileWaiting
    case _ where number == 3, "never": return .never
    case _ where number == 4, "never_tstp": return .neverNorStopped
    default: throw UnacceptableValue("accepted are 1 or anywhere, 2 or waiting, 3 or never, 4 or never_tstp")
    }
  }
}
