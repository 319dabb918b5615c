import SyscallTables

/// One system call of one thread, from its entry to its exit: what was called, what it came to, and its tape.
///
/// There is one record a tracee, reused from call to call.
public final class CallRecord {
  public var abi: ABI = .x86_64
  /// The number as the kernel reports it (with x32's bit).
  public var number: UInt64 = 0
  /// The call in the tables, or nil for a number that the ABI does not have.
  public var entry: SyscallNumber?
  /// The six argument registers at entry.
  public var arguments: InlineArray<6, UInt64> = .init(repeating: 0)
  public var instructionPointer: UInt64 = 0
  /// The stack at entry, innermost first; empty unless asked for.
  public var stack: [StackFrame] = []
  public var stackPointer: UInt64 = 0

  /// The decoded arguments, and behind them the explanation of the result.
  public var tape = Tape()
  /// The tokens that were decoded at entry: `tape.tokens[..<entryTokens]`.
  public var entryTokens = 0
  /// Whether arguments are left that can be shown only at exit.
  public var awaitsExit = false
  /// The tokens from here up to ``dumps`` explain the result (`(in [3])`); none when the two are equal.
  public var explanation = 0
  /// The tokens from here on are dumps of data; `tape.tokens.count` when there are none.
  public var dumps = 0

  /// Whether the call has returned; until then the members below have no meaning.
  public var hasReturned = false
  public var result: Int64 = 0
  /// The errno (positive), or 0 when the call succeeded.
  public var error: Int32 = 0
  /// How ``result`` is shown: a type of the tables.
  public var resultType: TypeIndex = .none
  /// What tampering did to the call.
  public var tampering: Tampering = []
  /// The call was detached from, or its thread ended, before it returned.
  public var neverReturns = false
  /// With ``neverReturns``: because it was let go of (` <detached ...>`).
  public var wasDetached = false
  /// It returned, but what it returned could not be read: the thread was killed meanwhile.
  public var isResultUnavailable = false
  /// Arguments and result are shown as plain words (`-e raw=`).
  public var isRaw = false

  /// CLOCK_REALTIME at entry and CLOCK_MONOTONIC at entry and exit, in nanoseconds; 0 when not asked for.
  public var wallClock: UInt64 = 0
  public var began: UInt64 = 0
  public var ended: UInt64 = 0
  /// CPU time in the kernel, in nanoseconds, as the summaries count it.
  public var systemTime: UInt64 = 0

  // What the decoder keeps between entry and exit.
  var captures: InlineArray<8, Int64> = .init(repeating: 0)
  var isCaptured: InlineArray<8, Bool> = .init(repeating: false)
  var resume = Decoder.Resume()
  /// The braces of a merged structure were opened at entry.
  var isStructureOpen = false

  public init() {}

  public struct Tampering: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The result was set by us: ` (INJECTED)`.
    public static let injected = Tampering(rawValue: 1)
    /// The call was delayed: ` (DELAYED)`.
    public static let delayed = Tampering(rawValue: 2)
    /// What its arguments point to was overwritten by us: ` (INJECTED: args)`.
    public static let arguments = Tampering(rawValue: 4)
  }
}
