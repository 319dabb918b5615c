import SyscallTables

/// Who does something, as far as it is shown.
public final class TraceeIdentity {
  /// The thread's id in the tracer's pid namespace: what the kernel calls pid.
  public let tid: Int32
  /// Its thread group: what users call the process id. Known from the first stop on.
  @exclusivity(unchecked) public var pid: Int32
  /// The command name (`comm`), UTF-8 not guaranteed; empty when nobody asked for it.
  @exclusivity(unchecked) public var command: [UInt8] = []
  /// Its security context, as far as it is shown; empty when it has none, or nobody asked for it.
  @exclusivity(unchecked) public var context: [UInt8] = []
  /// The number of the call that it entered last, shown or not, as far as it stopped for it.
  @exclusivity(unchecked) public var number: UInt64 = 0
  /// For the consumer's use: an index of its own (an output, a track).
  @exclusivity(unchecked) public var slot = 0

  public init(tid: Int32, pid: Int32) {
    self.tid = tid
    self.pid = pid
  }
}

/// A signal about to be delivered, with its `siginfo_t` decoded on the tape.
public final class SignalRecord {
  @exclusivity(unchecked) public var abi: ABI = .x86_64
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

/// How a thread ended.
public enum ExitStatus: Sendable, Equatable {
  /// `+++ exited with N +++`
  case exited(Int32)
  /// `+++ killed by SIG +++`
  case killed(signal: Int32, coreDumped: Bool)
}

/// Where a trace goes. The tracer calls these in the order in which things happened, each while the thread that it
/// is about is stopped or gone; everything passed is valid only during the call.
///
/// A base class, so that the calls are plain virtual ones.
open class TraceConsumer {
  public init() {}

  /// A call was entered. What is decoded at entry is on the record's tape.
  open func entered(_ call: CallRecord, by tracee: TraceeIdentity) {}
  /// It returned, or never will (`call.neverReturns`). The whole tape is there.
  open func exited(_ call: CallRecord, by tracee: TraceeIdentity) {}
  /// A signal is about to be delivered: `--- SIGINT {…} ---`.
  open func signalled(_ signal: SignalRecord, to tracee: TraceeIdentity) {}
  /// The thread group stopped: `--- stopped by SIGSTOP ---`.
  open func stopped(by signal: Int32, _ tracee: TraceeIdentity, wallClock: UInt64) {}
  /// The thread is gone.
  open func ended(_ tracee: TraceeIdentity, _ status: ExitStatus, wallClock: UInt64) {}
  /// Another thread of its group called exec, which ends this one: `+++ superseded by execve in pid N +++`.
  open func superseded(_ tracee: TraceeIdentity, by other: Int32, wallClock: UInt64) {}
  /// The command that the tracer starts is traced from now on: its first call is its exec.
  open func started(_ tracee: TraceeIdentity) {}
  /// A thread is traced from now on. `byUs`: it was asked for (`-p`); else a tracee started it.
  open func attached(_ tracee: TraceeIdentity, byUs: Bool) {}
  /// It is let go and goes on untraced.
  open func detached(_ tracee: TraceeIdentity, byUs: Bool) {}
  /// The thread makes calls by another ABI from now on: `[ Process PID=5 runs in 32 bit mode. ]`.
  open func modeChanged(_ tracee: TraceeIdentity, to abi: ABI, wallClock: UInt64) {}
  /// Something that was asked for could not be done while the rest goes on, in one line. For standard error.
  open func warning(_ text: String) {}
  /// Something the user should know, in one line (`Process 5 attached`).
  open func notice(_ text: String) {}
  /// Nothing has happened for some hundredths of a second: what has waited to be written in larger pieces may go now.
  open func idle() {}
  /// Everything so far must reach its destination.
  open func flush() {}

  /// How many calls were shown, for a limit on them; nil: all that were handed on.
  open var shownCalls: UInt64? { nil }
}
