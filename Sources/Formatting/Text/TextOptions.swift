import Decoding

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

  /// Digits behind the point of a time.
  public enum Precision: Int, Sendable {
    case seconds = 0
    case milliseconds = 3
    case microseconds = 6
    case nanoseconds = 9

    /// Nanoseconds in the last digit.
    var unit: UInt64 {
      switch self {
      case .seconds: 1_000_000_000
      case .milliseconds: 1_000_000
      case .microseconds: 1000
      case .nanoseconds: 1
      }
    }
  }

  /// The time of day in front of each line (`-t`, `--absolute-timestamps=`).
  public enum AbsoluteTime: Sendable {
    /// `12:34:56`, local time
    case clock(Precision)
    /// Seconds since the epoch.
    case unix(Precision)
  }

  public var pidPrefix = PidPrefix.never
  /// Command names behind the pids in prefixes (`-Y`); the tracer fills ``TraceeIdentity/command``.
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
  /// `--color=`; `auto` is for the command line to decide.
  public var usesColor = false
  /// Calls of which results are shown (`-z`, `-Z`, `-e status=`).
  public var statuses = StatusFilter()
  /// A call is shown once, when it has returned (`--whole-lines`).
  public var showsWholeLines = false
  /// `+++ exited with 0 +++`; off with `-e quiet=exit`.
  public var showsExits = true
  /// Signals whose `+++ killed by` line is left out, as their delivery is (`-e signal=`).
  public var hiddenSignals: Set<Int32> = []
  /// `+++ superseded by execve in pid 5 +++`; off with `-e quiet=thread-execve`.
  public var showsSuperseded = true
  /// `[ Process PID=5 runs in 32 bit mode. ]`; off with `-e quiet=personality`.
  public var showsModeChanges = true
  /// In front of notices on standard error.
  public var programName = "trapline"

  public init() {}

  /// Whether a call is shown only when it is known how it ended.
  var holdsCalls: Bool { showsWholeLines || !statuses.isComplete }
}

/// Which calls are shown, by how they ended.
public struct StatusFilter: Sendable {
  public struct Kinds: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let successful = Kinds(rawValue: 1)
    public static let failed = Kinds(rawValue: 2)
    /// Calls that do not return: `exit`, a death inside a call.
    public static let unfinished = Kinds(rawValue: 4)
    /// Calls whose result cannot be read.
    public static let unavailable = Kinds(rawValue: 8)
    /// Calls in which the thread was detached from.
    public static let detached = Kinds(rawValue: 16)
    public static let all: Kinds = [.successful, .failed, .unfinished, .unavailable, .detached]
  }

  public var kinds = Kinds.all
  /// Errors that are shown though ``Kinds/failed`` is not among ``kinds``.
  public var errors: [Int32] = []

  public init(_ kinds: Kinds = .all, errors: [Int32] = []) {
    self.kinds = kinds
    self.errors = errors
  }

  var isComplete: Bool { kinds == .all }

  /// Whether a call is shown that returned, or will not return.
  public func accepts(_ call: CallRecord) -> Bool {
    if isComplete { return true }
    if call.neverReturns { return kinds.contains(call.wasDetached ? .detached : .unfinished) }
    if call.isResultUnavailable { return kinds.contains(.unavailable) }
    return call.error == 0 ? kinds.contains(.successful) : kinds.contains(.failed) || errors.contains(call.error)
  }
}
