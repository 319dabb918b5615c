import Decoding
import Ptrace

/// A traced thread.
final class Tracee {
  let identity: TraceeIdentity
  /// What is known of it besides its id.
  var thread: ThreadState
  /// How many became tracees before it.
  var order: UInt64 = 0
  /// How many forks it is away from the command, or from a process that was attached to.
  var depth = 0
  /// It is further away than processes are followed: it is let go of as soon as it stops.
  var isBeyondDepth = false
  /// Attached to by id.
  let isAttached: Bool
  /// The stop that it is held in; nil while it runs, or its stop is being handled.
  var stop: PtraceStop?
  /// Why it is held in ``stop``.
  var hold = Hold.none
  /// The new thread that it started in the call that it is in, held in its first stop until that returns.
  var heldChild: Tracee?
  /// The parent that waits in its event for the first stop of this new thread.
  weak var awaitingParent: Tracee?
  /// Its parent's event has not told of it yet.
  var isUnclaimed = false
  /// The status that it ends with, if it is not its process's first thread. Who waits for it may get its process's.
  var ownStatus: ThreadEnd?
  /// Its identity has the command name that it has now; see ``CommandName``.
  var isCommandNameRead = false

  var tid: Int32 { identity.tid }

  enum Hold {
    case none
    /// Until a time, CLOCK_MONOTONIC in nanoseconds; a signal is delivered then.
    case delayed(until: UInt64, signal: Int32)
    /// A new thread, until its parent's event tells of it.
    case unclaimed
    /// A new thread, until its parent's call has returned.
    case untilParentReturns
    /// A parent in the event that told of its child, until that has stopped.
    case untilFirstStop
  }

  init(identity: TraceeIdentity, _ thread: ThreadState, isAttached: Bool = false) {
    self.identity = identity
    self.thread = thread
    self.isAttached = isAttached
  }

  deinit { stop.take()?.abandon() }

  /// Leaves it in its stop.
  func keep(_ stop: consuming PtraceStop, _ hold: Hold) {
    self.stop = consume stop
    self.hold = hold
  }

  /// Ends the hold; nil when it is not held.
  func takeStop() -> PtraceStop? {
    hold = .none
    return stop.take()
  }
}
