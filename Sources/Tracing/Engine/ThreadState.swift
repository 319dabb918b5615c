import Decoding
import SyscallTables

/// What is known of a thread, whatever its id: an exec gives the thread that makes it the id of its process, and all of
/// this with it.
struct ThreadState {
  var syscall: Position
  /// The call that it is in, or was in last.
  var call: CallRecord
  /// Its machine's mode, by its last call.
  var abi = ABI.native
  var filter = Filter()
  /// What is done to the call that it is in.
  var tampering: Tampering?
  /// How often each call with an injection was made.
  var injectionCounts: [Occasion: UInt32] = [:]
  /// CPU time in the kernel at the entry of its call, in nanoseconds.
  var systemTimeAtEntry: UInt64 = 0
  /// A ``CallSource`` records its calls: it does not stop at them.
  var isRecorded = false
  var recording = Recording()

  /// Where a thread stands between the kernel's reports.
  enum Position {
    /// Our own process before its program is executed: nothing of it is shown.
    case starting
    /// Seized, and told to stop; it has not stopped yet.
    case seized
    /// Started by a tracee; its first stop has not been handled yet.
    case new
    /// In user mode, or in a call that it entered before it was traced.
    case running
    case inSyscall(Visit)
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
  }

  /// How the recording of its calls fares.
  struct Recording {
    /// It was sent the signal that has it wait, and has not stopped for that yet.
    var awaitsStop = false
    /// How many of its calls were lost.
    var lost: UInt32 = 0
  }

  /// How a filter in the kernel changes what the thread stops for.
  struct Filter {
    /// It selects the calls that the thread stops at.
    var isInstalled = false
    /// The thread stops at its next call, wanted or not, as that may be by another ABI than the last.
    var stopsAtNextCall = false
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

  init(_ syscall: Position, _ call: CallRecord) {
    self.syscall = syscall
    self.call = call
  }

  /// In a call that was handed on and has not returned.
  var isInShownCall: Bool {
    if case .inSyscall(.shown) = syscall { true } else { false }
  }

  /// False for our own process until its program is executed.
  var hasStarted: Bool {
    if case .starting = syscall { false } else { true }
  }

  /// Whether its first stop has not been handled yet.
  var isNew: Bool {
    if case .new = syscall { true } else { false }
  }
}
