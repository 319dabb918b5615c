import Ptrace
import SyscallTables

/// The command that was started, and how it and the trace fare.
struct CommandProgress {
  /// The process that became it; 0 when there is none.
  var pid: Int32 = 0
  var startup = Startup.preparing
  /// Whether its first exec is over.
  var hasStarted = false
  var outcome = TraceOutcome.exited(0)
  /// Whether the kernel is given a filter of calls.
  var usesFilter = false
  /// It is our child, and was let go of when it executed another program: its end is still waited for.
  var isLetGo = false
  /// Tracees that had to be let go of before their end.
  var lostCount = 0

  /// How far our process has come on the way to its program.
  enum Startup { case preparing, installingFilter, executing }

  mutating func ended(_ end: ThreadEnd) {
    outcome =
      switch end {
      case .exited(let code): .exited(code)
      case .killed(let signal, _): .killed(signal)
      }
  }
}

/// The numbers of what our own code does before the exec; it calls as we do.
enum StartingCalls {
  static let execve = SyscallNumber.named("execve", abi: .native)?.number
  static let prctl = SyscallNumber.named("prctl", abi: .native)?.number
}
