import Decoding
import Ptrace
import SyscallTables

/// Memory that another thread fills when it is read (userfaultfd(2)).
///
/// Who reads such memory waits for that thread. If it is a tracee, it may stop before it gets to that, and waits for the
/// tracer: neither would ever go on. So such memory is not read before it is there.
extension PtraceEngine {
  /// The call that a tracee is about to make may give it such memory.
  @inline(__always)
  func watchUserFaults(_ abi: ABI) {
    if WatchedCalls.userFaults.contains(place.info.number, abi: abi) { kernel.usesOnlyPresentMemory = true }
  }

  /// A process that runs already may have such memory.
  func lookForUserFaults(_ pid: Int32) {
    if kernel.handlesUserFaults(pid) { kernel.usesOnlyPresentMemory = true }
  }
}
