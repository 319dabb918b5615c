/// What the text of a trace looks like. Plain values; each is named after what it does, with the option that sets it.
public struct TextOptions: Sendable {
  /// Whose line it is, in front of each line.
  public enum PidPrefix: Sendable {
    /// Nothing: one process, or a file for each.
    case never
    /// `[pid 1234] ` as long as several are traced: on standard error.
    case whenSeveral
    /// `1234 ` always: several in one file, `--always-show-pid`.
    case always
  }

  public var pidPrefix = PidPrefix.never
  /// Command names behind the pids in prefixes (`-Y`); the tracer fills `TraceeIdentity.command`.
  public var showsCommands = false
  public var absoluteTime: AbsoluteTime?
  /// The time since the line before (`-r`).
  public var relativeTime: Precision?
  /// The time spent in the call, behind its result (`-T`).
  public var timeSpent: Precision?
  /// `-i`
  public var showsInstructionPointer = false
  /// `-n`
  public var showsCallNumber = false
  /// The column at which results stand (`-a`).
  public var resultColumn = 40
  /// `-N`
  public var showsArgumentNames = false
  /// `-X`
  public var constants = ConstantStyle.abbreviated
  /// `-x`, `-xx`, `--strings-in-hex=`
  public var hexStrings = HexStrings.none
  /// `--color=`, `STRACE_COLORS`; nil: none. `auto` is for the command line to decide.
  public var colors: Palette?
  /// Calls of which results are shown (`-z`, `-Z`, `-e status=`).
  public var statuses = StatusFilter.all
  /// A call is shown once, when it has returned (`--whole-lines`).
  public var showsWholeLines = false
  /// `+++ exited with 0 +++`; off with `-e quiet=exit`.
  public var showsExits = true
  /// Signals whose `+++ killed by` line is shown, as their delivery is (`-e signal=`).
  public var shownSignals = NumberSet.all
  /// `+++ superseded by execve in pid 5 +++`; off with `-e quiet=thread-execve`.
  public var showsSuperseded = true
  /// `[ Process PID=5 runs in 32 bit mode. ]`; off with `-e quiet=personality`.
  public var showsModeChanges = true
  /// In front of notices on standard error.
  public var programName = "trapline"

  public init() {}

  /// Whether a call is shown only when it is known how it ended.
  public var holdsCalls: Bool { showsWholeLines || !statuses.isComplete }
}
