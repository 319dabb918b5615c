import SyscallTables

/// What happens in a trace: what an engine tells, decoded, to whoever wants to know.
///
/// Times called `wallClock` are CLOCK_REALTIME in nanoseconds; 0 when not asked for.
public enum TraceEvent {
  /// A call was entered. What is decoded at entry is on the record's tape.
  case callEntered(CallRecord, by: TraceeIdentity)
  /// It returned, or never will (``CallRecord/neverReturns``). The whole tape is there.
  case callReturned(CallRecord, by: TraceeIdentity)
  /// A signal is about to be delivered: `--- SIGINT {…} ---`.
  case signal(SignalRecord, to: TraceeIdentity)
  /// The thread group stopped: `--- stopped by SIGSTOP ---`.
  case stopped(TraceeIdentity, by: Int32, wallClock: UInt64)
  /// The thread is gone.
  case exited(TraceeIdentity, ExitStatus, wallClock: UInt64)
  /// Another thread of its group called exec, which ends this one: `+++ superseded by execve in pid N +++`.
  case superseded(TraceeIdentity, by: Int32, wallClock: UInt64)
  /// The command that the tracer starts is traced from now on: its first call is its exec.
  case started(TraceeIdentity)
  /// A thread is traced from now on. `byUs`: it was asked for (`-p`); else a tracee started it.
  case attached(TraceeIdentity, byUs: Bool)
  /// It is let go and goes on untraced.
  case detached(TraceeIdentity, byUs: Bool)
  /// The thread makes calls by another ABI from now on: `[ Process PID=5 runs in 32 bit mode. ]`.
  case modeChanged(TraceeIdentity, to: ABI, wallClock: UInt64)
  /// Something that was asked for could not be done while the rest goes on, in one line. For standard error.
  case warning(String)
  /// Something the user should know, in one line (`Process 5 attached`).
  case notice(String)
  /// Nothing has happened for some hundredths of a second: what has waited to be written in larger pieces may go now.
  case idle
  /// Everything so far must reach its destination.
  case flush
}

/// How a thread ended.
public enum ExitStatus: Sendable, Equatable {
  /// `+++ exited with N +++`
  case exited(Int32)
  /// `+++ killed by SIG +++`
  case killed(signal: Int32, coreDumped: Bool)
}
