import Decoding
import Ptrace
import SyscallTables

/// Calls that matter to the tracer itself, whether or not they are shown.
enum WatchedCalls {
  /// sched_getaffinity(2) and sched_setaffinity(2)
  static let affinity = SyscallFilter(.showsAffinity)
  static let births = SyscallFilter(.makesProcess)
  /// Those that say by flags what becomes of the new one, in an argument or, clone3(2), in memory.
  static let birthsWithFlags = SyscallFilter(named: ["clone", "clone3"])
  static let birthsWithFlagsInMemory = SyscallFilter(named: ["clone3"])
  /// Those that replace the program, and its memory.
  static let execs = SyscallFilter(.executes)
  /// Those that let a thread fill memory when another reads it.
  static let userFaults = SyscallFilter(.makesUserFaults)

  /// All that placement has to see: by these a tracee sees its CPUs or hands them on.
  static let all: SyscallFilter = {
    var calls = affinity
    calls.formUnion(births)
    calls.formUnion(OpenedPaths.calls)
    return calls
  }()
}

extension PtraceEngine {
  /// Tells placement what the call that the tracee is about to make, as the stop says, could show of CPUs.
  func tellPlacement(_ tracee: Tracee, _ stop: borrowing PtraceStop, _ abi: ABI) {
    guard WatchedCalls.all.contains(place.info.number, abi: abi) else { return }
    let tid = tracee.tid
    if WatchedCalls.affinity.contains(place.info.number, abi: abi) {
      placement.willAskForCPUs()
    } else if WatchedCalls.births.contains(place.info.number, abi: abi), !followsBirth(stop, abi) {
      placement.willStartUnfollowed(tid)
    }
  }

  /// Whether the process or thread that the tracee is about to start will be a tracee.
  private func followsBirth(_ stop: borrowing PtraceStop, _ abi: ABI) -> Bool {
    guard configuration.followsForks else { return false }
    guard WatchedCalls.birthsWithFlags.contains(place.info.number, abi: abi) else { return true }
    return cloneFlags(stop, abi).map { $0 & KernelConstant.cloneUntraced == 0 } ?? false
  }

  /// The flags of the clone(2) or clone3(2) that the stop is of; nil when they cannot be read.
  private func cloneFlags(_ stop: borrowing PtraceStop, _ abi: ABI) -> UInt64? {
    guard WatchedCalls.birthsWithFlagsInMemory.contains(place.info.number, abi: abi) else {
      return place.info.arguments[0]
    }
    let bytes = UnsafeMutableRawBufferPointer(rebasing: place.path.prefix(8))
    guard stop.readMemory(place.info.arguments[0], into: bytes) == 8 else { return nil }
    return bytes.loadUnaligned(as: UInt64.self)
  }
}
