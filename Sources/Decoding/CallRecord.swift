import SyscallTables

/// One system call of one thread, from its entry to its exit: what was called, what it came to, and its tape.
///
/// There is one record a tracee, reused from call to call.
public final class CallRecord {
  @exclusivity(unchecked) public var abi: ABI = .native
  /// The number as the kernel reports it (with its ABI's mark).
  @exclusivity(unchecked) public var number: UInt64 = 0
  /// The call in the tables, or nil for a number that the ABI does not have.
  @exclusivity(unchecked) public var entry: SyscallNumber?
  /// What ``entry`` was for the call before this one; nil when there was none.
  @exclusivity(unchecked) public var previous: SyscallNumber?
  /// Bytes of a register, a pointer and a `long` as this call takes them.
  public var wordSize: Int { abi.layout == .marked ? entry?.wordSize(abi: abi) ?? abi.registerSize : abi.wordSize }
  /// The six argument registers at entry.
  @exclusivity(unchecked) public var arguments: InlineArray<6, UInt64> = .init(repeating: 0)
  @exclusivity(unchecked) public var instructionPointer: UInt64 = 0
  /// The stack at entry, innermost first; empty unless asked for.
  @exclusivity(unchecked) public var stack: [StackFrame] = []
  @exclusivity(unchecked) public var stackPointer: UInt64 = 0

  /// A text that begins in memory and runs into what cannot be read.
  public struct ShortRead: Sendable {
    public let count: Int
    public let wanted: Int
    public let address: UInt64
  }
  /// The last such text that was met at this stop; only of memory that is read as it is now.
  @exclusivity(unchecked) public var shortRead: ShortRead?

  /// The decoded arguments, and behind them the explanation of the result.
  @exclusivity(unchecked) public var tape = Tape()
  /// The tokens that were decoded at entry: `tape.tokens[..<entryTokens]`.
  @exclusivity(unchecked) public var entryTokens = 0
  /// Whether arguments are left that can be shown only at exit.
  @exclusivity(unchecked) public var awaitsExit = false
  /// The tokens from here up to ``dumps`` explain the result (`(in [3])`); none when the two are equal.
  @exclusivity(unchecked) public var explanation = 0
  /// The tokens from here on are dumps of data; `tape.tokens.count` when there are none.
  @exclusivity(unchecked) public var dumps = 0

  /// Whether the call has returned; until then the members below have no meaning.
  @exclusivity(unchecked) public var hasReturned = false
  @exclusivity(unchecked) public var result: Int64 = 0
  /// The errno (positive), or 0 when the call succeeded.
  @exclusivity(unchecked) public var error: Int32 = 0
  /// The call that this one stands for, as socketcall(2) and ipc(2) do: a string of the tables, or 0.
  @exclusivity(unchecked) public var standsFor: UInt32 = 0
  /// The name that is shown: its own, or that of the call that it stands for; nil for a number that the ABI does not have.
  public var name: TableString? { standsFor != 0 ? TableString(standsFor) : entry?.name }
  /// How ``result`` is shown: a type of the tables.
  @exclusivity(unchecked) public var resultType: TypeIndex = .none
  /// What tampering did to the call.
  @exclusivity(unchecked) public var tampering: Tampering = []
  /// The call was detached from, or its thread ended, before it returned.
  @exclusivity(unchecked) public var neverReturns = false
  /// With ``neverReturns``: because it was let go of (` <detached ...>`).
  @exclusivity(unchecked) public var wasDetached = false
  /// It returned, but what it returned could not be read: the thread was killed meanwhile.
  @exclusivity(unchecked) public var isResultUnavailable = false
  /// Arguments and result are shown as plain words (`-e raw=`).
  @exclusivity(unchecked) public var isRaw = false

  /// The row and the variant of the call whose arguments the call has left as words in memory, and those; 0 for others.
  @exclusivity(unchecked) var forwarded: UInt32 = 0
  @exclusivity(unchecked) var forwardedVariant: UInt32 = 0
  @exclusivity(unchecked) var words: InlineArray<6, UInt64> = .init(repeating: 0)
  /// Memory as it was at entry, of calls whose descriptions want it.
  @exclusivity(unchecked) var kept: [UInt8] = []
  /// Descriptors in elements that are not shown, where all are looked for (``DecodingOptions/looksForDescriptors``).
  @exclusivity(unchecked) public internal(set) var descriptorsNotShown: [Int32] = []
  /// CLOCK_REALTIME and CLOCK_MONOTONIC at entry and exit, in nanoseconds; 0 when not asked for.
  @exclusivity(unchecked) public var wallClock: UInt64 = 0
  @exclusivity(unchecked) public var wallClockAtExit: UInt64 = 0
  @exclusivity(unchecked) public var began: UInt64 = 0
  @exclusivity(unchecked) public var ended: UInt64 = 0
  /// CPU time in the kernel, in nanoseconds, as the summaries count it.
  @exclusivity(unchecked) public var systemTime: UInt64 = 0

  // What the decoder keeps between entry and exit.
  @exclusivity(unchecked) var captures: InlineArray<8, Int64> = .init(repeating: 0)
  @exclusivity(unchecked) var isCaptured: InlineArray<8, Bool> = .init(repeating: false)
  @exclusivity(unchecked) var resume = Decoder.Resume()
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
