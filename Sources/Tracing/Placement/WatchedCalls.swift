import Decoding
import Ptrace
import SyscallTables

/// The calls by which a tracee sees its CPUs or hands them on.
enum WatchedCalls {
  /// sched_getaffinity(2) and sched_setaffinity(2)
  static let affinity = SyscallFilter(named: ["sched_getaffinity", "sched_setaffinity"])
  static let births = SyscallFilter(named: ["fork", "vfork", "clone", "clone3"])
  /// Those that say by flags what becomes of the new one, in an argument or, clone3(2), in memory.
  static let birthsWithFlags = SyscallFilter(named: ["clone", "clone3"])
  static let birthsWithFlagsInMemory = SyscallFilter(named: ["clone3"])

  /// All that placement has to see.
  static let all: SyscallFilter = {
    var calls = affinity
    calls.formUnion(births)
    calls.formUnion(OpenedPaths.calls)
    return calls
  }()
}

extension Tracer {
  /// Tells placement what the call that the tracee is about to make, as the stop says, could show of CPUs.
  func tellPlacement(_ tracee: Tracee, _ abi: ABI) {
    guard WatchedCalls.all.contains(stop.number, abi: abi) else { return }
    let tid = tracee.thread.tid
    if WatchedCalls.affinity.contains(stop.number, abi: abi) {
      placement.willAskForCPUs()
    } else if WatchedCalls.births.contains(stop.number, abi: abi), !followsBirth(tracee, abi) {
      placement.willStartUnfollowed(tid)
    }
  }

  /// Whether the process or thread that the tracee is about to start will be a tracee.
  private func followsBirth(_ tracee: Tracee, _ abi: ABI) -> Bool {
    guard configuration.followsForks else { return false }
    guard WatchedCalls.birthsWithFlags.contains(stop.number, abi: abi) else { return true }
    return cloneFlags(tracee, abi).map { $0 & KernelConstant.cloneUntraced == 0 } ?? false
  }

  /// The flags of the clone(2) or clone3(2) that the stop is of; nil when they cannot be read.
  private func cloneFlags(_ tracee: Tracee, _ abi: ABI) -> UInt64? {
    guard WatchedCalls.birthsWithFlagsInMemory.contains(stop.number, abi: abi) else { return stop.arguments[0] }
    var flags: UInt64 = 0
    let got = withUnsafeMutableBytes(of: &flags) { tracee.thread.readMemory(stop.arguments[0], into: $0) }
    return got == 8 ? flags : nil
  }
}
