import Decoding
import SyscallTables

/// What follows threads and tells a ``Recorder`` what they do: entries to calls, returns, signals, births, execs and
/// ends, each with its time, the registers, and a place where the thread's memory as it was then can be read.
///
/// An engine knows nothing of what calls mean, and the recorder nothing of how the engine knows.
protocol Engine: AnyObject {
  /// Follows what its configuration names until all have ended or are let go of.
  ///
  /// Throws when there is nothing to follow.
  func run() throws(TraceError) -> TraceOutcome
  /// What was counted of calls that are not handed on; see ``Settings/TraceConfiguration/countsOnly``.
  var counts: [CallCount] { get }
}

/// Calls that another than the ptrace engine records: that one follows threads then without stopping them at their
/// calls.
///
/// A source tells the engine's ``Recorder`` of the calls, in their order, and the engine when one has returned.
protocol CallSource: AnyObject {
  /// Records calls from now on, of the threads that `engine` names.
  func begin(for engine: PtraceEngine) throws(CaptureRefusal)
  /// Records the thread's calls from now on. It is stopped: in user mode, or at the entry of a call.
  func follow(_ tracee: Tracee)
  /// Hands on all calls that were recorded so far.
  func drain()
  /// Waits until calls were recorded or a thread has changed its state; so many nanoseconds at most, and no longer than
  /// suits the source. False when nothing came.
  func awaitChange(nanoseconds: UInt64) -> Bool
  /// Whether the source sent this signal, to have the thread wait until its calls are handed on: it is not delivered.
  /// `code`: of its `siginfo_t`.
  func claims(_ signal: Int32, of tracee: Tracee, code: Int32) -> Bool
  /// The thread `former` goes on under the id of its process, in the call that it is in.
  func executed(_ tid: Int32, formerly former: Int32)
  /// The thread is gone, or let go of.
  func removed(_ tracee: Tracee)
  /// What was counted of calls that are not handed on.
  var counts: [CallCount] { get }
  /// The trace is over: records nothing more, and says what could not be kept.
  func end()
}

/// Why calls cannot be recorded, in words that follow a colon.
struct CaptureRefusal: Error {
  let reason: String
}

/// A call at its entry, as an engine knows it.
struct SyscallEntry {
  var abi: ABI
  /// As the kernel reports it (with its ABI's mark).
  var number: UInt64
  var arguments: InlineArray<6, UInt64>
  var instructionPointer: UInt64 = 0
  var stackPointer: UInt64 = 0
  /// CLOCK_REALTIME, in nanoseconds; 0 when nobody asked for it.
  var wallClock: UInt64 = 0
  /// CPU time of the thread's group in the kernel, in nanoseconds; 0 when nobody asked for it.
  var systemTime: UInt64 = 0
}

/// A call's return, as an engine knows it.
struct SyscallReturn {
  /// An error is the negative errno.
  var result: Int64
  var failed: Bool
  /// CLOCK_MONOTONIC, in nanoseconds; 0 when nobody asked for it.
  var ended: UInt64 = 0
  /// CLOCK_REALTIME, the same.
  var wallClock: UInt64 = 0
  var systemTime: UInt64 = 0
}
