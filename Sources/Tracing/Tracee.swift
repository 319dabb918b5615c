import Decoding
import Linux
import Ptrace
import SyscallTables

/// A traced thread.
final class Tracee {
  let identity: TraceeIdentity
  let thread: TracedThread
  /// How many became tracees before it.
  var order: UInt64 = 0
  var state: State
  /// The call that it is in, or was in last.
  var call: CallRecord
  /// Its machine's mode, by its last call.
  var abi = ABI.x86_64
  /// Attached to by id.
  let isAttached: Bool
  /// The status that it ends with, if it is not its process's first thread. Who waits for it may get its process's.
  var ownStatus: ExitStatus?
  /// The child that it started in the call that it is in, held back until that returns.
  var heldChild: Tracee?
  /// Its parent's event has not told of it yet.
  var isUnclaimed = false
  /// Whether a filter in the kernel selects its calls.
  var isFiltered: Bool
  /// Whether it stops at the next call, wanted or not, as that may be by another ABI than the last.
  var stopsAtNextCall = false
  /// Its identity has the command name that it has now; see ``CommandName``.
  var isCommandNameRead = false
  /// What is done to the call that it is in.
  var tampering: Tampering?
  /// How often each call with an injection was made.
  var occasions: [Occasion: UInt32] = [:]
  /// CPU time in the kernel at the entry of its call, in nanoseconds.
  var systemTimeAtEntry: UInt64 = 0

  /// Where a tracee stands between the kernel's reports, and what is known of it there.
  enum State {
    /// Our own process before its program is executed: nothing of it is shown.
    case starting
    /// Seized, and told to stop; it has not stopped yet.
    case seized
    /// Started by a tracee; it has not stopped yet.
    case newborn
    /// In user mode, or in a call that it entered before it was traced.
    case outside
    /// In a call.
    case inside(Visit)
    /// Held in a stop by us until a time (CLOCK_MONOTONIC, nanoseconds).
    case held(until: UInt64, Visit)
    /// Stopped with its group.
    case groupStopped
    /// It will not return to user mode.
    case ending
  }

  /// What a call means to us.
  enum Visit: Equatable {
    /// It was handed on, and its return will be.
    case shown
    /// Nobody wants it.
    case skipped
    /// It returned; held before it goes on.
    case returned
  }

  /// What remains to be done to a call after its entry.
  struct Tampering {
    let injection: Int
    /// It is done to what the call stands for, whose arguments are elsewhere.
    let isSubcall: Bool
    var replacesResult = false
  }

  /// A call that is counted: `subcall` is the name of what it stands for, or 0.
  struct Occasion: Hashable {
    let abi: ABI
    let number: UInt64
    let subcall: UInt32
  }

  init(identity: TraceeIdentity, state: State, call: CallRecord, isAttached: Bool, isFiltered: Bool) {
    self.identity = identity
    thread = TracedThread(tid: identity.tid)
    self.state = state
    self.call = call
    self.isAttached = isAttached
    self.isFiltered = isFiltered
  }

  /// In a call that was handed on and has not returned.
  var isInShownCall: Bool {
    switch state {
    case .inside(.shown), .held(_, .shown): true
    default: false
    }
  }
}
