import CLinux
import Linux

/// What wait4(2) reports of one child or traced thread.
public struct WaitReport: Sendable {
  public let tid: Int32
  public let status: Int32
  /// CPU time that the thread's group spent in the kernel, in nanoseconds; 0 when not asked for.
  public let systemTime: UInt64

  /// Of a birth: the parent does not wait for its child, as it does in vfork(2).
  @inlinable
  public var isOfTwoThatRun: Bool { status >> 16 != Int32(PTRACE_EVENT_VFORK) }

  /// The status, taken apart.
  public enum Change: Sendable, Equatable {
    /// At a system call's entry or exit.
    case call
    /// A signal is about to be delivered.
    case signal(Int32)
    /// The thread group is stopped by a signal (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU).
    case groupStop(Int32)
    /// Stopped by `PTRACE_INTERRUPT`, by being seized at birth, or because a group stop ended.
    case interrupted
    /// `PTRACE_EVENT_FORK`, `_VFORK` or `_CLONE`.
    case birth
    case exec
    case exiting
    case filterHit
    /// A stop that nobody asked for.
    case other
    case exited(Int32)
    case killed(signal: Int32, coreDumped: Bool)
    /// A stopped child that is not traced went on.
    case continued
  }

  @inlinable
  public var change: Change {
    let low = status & 0x7f
    if status & 0xff == 0x7f {
      let signal = (status >> 8) & 0xff
      let trap: Int32 = 5
      if signal == trap | 0x80 { return .call }
      switch status >> 16 {
      case 0: return .signal(signal)
      case 1, 2, 3: return .birth
      case 4: return .exec
      case 6: return .exiting
      case 7: return .filterHit
      case 128: return signal == trap ? .interrupted : .groupStop(signal)
      default: return .other
      }
    }
    if status == 0xffff { return .continued }
    if low == 0 { return .exited((status >> 8) & 0xff) }
    return .killed(signal: low, coreDumped: status & 0x80 != 0)
  }
}

extension TracedThread {
  /// How the thread, which stopped on its way there (`PTRACE_EVENT_EXIT`), will end.
  public func comingEnd() throws(Errno) -> WaitReport.Change {
    let status = Int32(truncatingIfNeeded: try eventMessage())
    return WaitReport(tid: tid, status: status, systemTime: 0).change
  }
}

/// wait4(2) with `__WALL`: children and traced threads of every kind.
public struct Waiting {
  /// Whether reports carry ``WaitReport/systemTime``, which costs a little more.
  public var measuresTime = false

  public init() {}

  public enum Outcome {
    case report(WaitReport)
    /// Nothing has happened yet (only when not blocking).
    case nothing
    /// A signal to the tracer came first.
    case interrupted
    /// There is no child and no traced thread.
    case nobody
  }

  /// Waits for `tid`, or for any when it is -1.
  @inline(__always)
  public func next(_ tid: Int32 = -1, blocking: Bool) -> Outcome {
    var status: Int32 = 0
    let options = blocking ? 0 : WNOHANG
    let found: Int32
    var systemTime: UInt64 = 0
    if measuresTime {
      var usage = rusage()
      found = tl_wait(tid, &status, options, &usage)
      systemTime =
        UInt64(truncatingIfNeeded: usage.ru_stime.tv_sec) &* 1_000_000_000
        &+ UInt64(truncatingIfNeeded: usage.ru_stime.tv_usec) &* 1000
    } else {
      found = tl_wait(tid, &status, options, nil)
    }
    if found > 0 { return .report(WaitReport(tid: found, status: status, systemTime: systemTime)) }
    if found == 0 { return .nothing }
    return found == -EINTR ? .interrupted : .nobody
  }
}
