import SyscallTables

/// A signal about to be delivered, with its `siginfo_t` decoded on the tape.
public final class SignalRecord {
  @exclusivity(unchecked) public var abi: ABI = .native
  @exclusivity(unchecked) public var signal: Int32 = 0
  /// `{si_signo=SIGINT, …}`; empty when the kernel gave no information.
  @exclusivity(unchecked) public var tape = Tape()
  /// Where the thread was; 0 when not asked for.
  @exclusivity(unchecked) public var instructionPointer: UInt64 = 0
  /// The stack that the signal interrupts, innermost first; empty unless asked for.
  public var stack: [StackFrame] = []
  @exclusivity(unchecked) public var wallClock: UInt64 = 0
  public init() {}
}
