/// What to trace, and how. It knows nothing of a command line or of formats.
public struct TraceConfiguration: Sendable {
  /// A program to start.
  public var command: Command?
  /// Ids of threads or processes to attach to.
  public var attached: [Int32] = []
  /// Whether processes and threads started by tracees are traced too, and all threads of attached processes.
  public var followsForks = false
  /// Whose child the started program is.
  public var placement: TracerPlacement = .parent
  public var interruptibility: Interruptibility = .whileWaiting
  /// Tracees are killed when the tracer ends.
  public var killsOnExit = false
  /// A tracee is let go of when it executes another program (but not when the command itself is executed).
  public var detachesOnExec = false

  /// Children of the tracer's process that it does not trace, and of whose end nothing is told; nil: of nobody's.
  public var knownChildren: [Int32]?
  /// The ends of other children that are not traced are told of; off with `-e quiet=exit`.
  public var tellsUnknownEnds = true

  /// The calls that are decoded and handed on.
  public var calls = SyscallFilter.all
  /// Calls need not be handed on that show none of these descriptors at their entry; nil: all are.
  public var tracedDescriptors: NumberSet?
  /// The signals that are handed on.
  public var signals = NumberSet.all
  /// Tracing ends after so many calls were handed on and not dropped.
  public var callLimit: UInt64?
  /// Tracing ends after so many nanoseconds.
  public var timeLimit: UInt64?
  /// Processes are followed that are at most so many forks away from the command or an attached process; nil: all.
  public var followDepth: Int?
  /// The processes that attached ones have started are attached to as well.
  public var attachesChildren = false
  /// Whether the kernel is given ``calls`` as a seccomp filter, so that others do not stop their tracee at all. The
  /// program can see it, and so it ends with the tracer; a user without privileges gains none by exec then. It is for a
  /// command whose children are followed, where nothing is let go of before its end.
  public var filtersInKernel = false
  /// For a call that several are meant for, the last counts.
  public var injections: [Injection] = []
  public var colocation: Colocation = .automatic
  public var engine = Engine.ptrace
  /// Calls need not be handed on: an engine that can count them at less cost does so, by this time.
  public var countsOnly: CountedTime?
  /// Calls are chosen by paths, with which those are compared that descriptors are open on.
  public var comparesPaths = false
  /// Bytes of the ring that the kernel's programs fill, a power of two; see ``Engine/bpf``.
  public var ringSize: UInt64 = 2 << 20

  /// It is said at the end of which calls memory is missing that the kernel's programs should have recorded.
  public var tellsGaps = false

  /// What records are to carry besides.
  public var stamps: Stamps = []
  /// Keeps `TraceeIdentity.command` up to date.
  public var readsCommandNames = false
  /// Keeps `TraceeIdentity.context` up to date.
  public var readsSecurityContexts = false
  /// Begins messages of the process that becomes the program.
  public var programName = "trapline"

  public init() {}

  /// A program, its arguments and environment, as the kernel takes them: bytes, not text.
  public struct Command: Sendable {
    /// What is looked for: a path if it has a slash, else a name to be found by PATH.
    public var name: [UInt8]
    public var arguments: [[UInt8]]
    /// `NAME=VALUE`
    public var environment: [[UInt8]]
    public var user: User?
    /// The PATH that the program is searched by; nil when there is none.
    public var searchPath: [UInt8]?

    public init(name: [UInt8], arguments: [[UInt8]], environment: [[UInt8]]) {
      self.name = name
      self.arguments = arguments
      self.environment = environment
    }
  }

  /// When SIGHUP, SIGINT, SIGQUIT, SIGPIPE and SIGTERM end the tracer.
  public enum Interruptibility: Sendable {
    /// At once, by their default action: the kernel lets the tracees go.
    case anywhere
    /// After the stop in work; tracees are let go of in an orderly way.
    case whileWaiting
    /// They are ignored.
    case never
    /// They and SIGTSTP are ignored.
    case neverNorStopped
  }

  /// What the times of counted calls are of.
  public enum CountedTime: Sendable {
    /// The time that passes.
    case passed
    /// The time that the processor spends in the kernel.
    case processor
  }

  /// How calls are learned of.
  public enum Engine: Sendable {
    /// The tracee stops at each call.
    case ptrace
    /// Programs in the kernel record calls, and nobody stops for them; with stops where that is not possible.
    case bpf
    /// ``ptrace`` at first; ``bpf`` once there have been many stops, where that is possible.
    case automatic
  }

  public enum Colocation: Sendable {
    /// One CPU for tracer and tracee while one tracee is busy, where that is faster.
    case automatic
    /// The same without asking whether it is faster.
    case always
    case off
  }

  public struct Stamps: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// `wallClock`
    public static let wallClock = Stamps(rawValue: 1)
    /// `began` and `ended`
    public static let duration = Stamps(rawValue: 2)
    /// `systemTime`
    public static let systemTime = Stamps(rawValue: 4)
    /// `instructionPointer` of signals
    public static let signalPlace = Stamps(rawValue: 8)
  }
}
