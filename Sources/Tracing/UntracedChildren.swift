import Decoding
import Ptrace
import SyscallTables

/// Children that are started with CLONE_UNTRACED. A filter in the kernel is handed on to them too, and without a tracer
/// the calls that it selects would fail, so they are followed, unseen: the flag is taken out while the call is made.
struct UntracedChildren {
  /// Tracees that are in such a call.
  var parents = 0
  /// Threads whose first stop came before it is known who started them.
  var early: [Int32] = []

  /// clone(2) and clone3(2)
  static let calls = SyscallFilter(named: ["clone", "clone3"])

  /// clone3(2), which has its flags in memory.
  static let callsWithFlagsInMemory = SyscallFilter(named: ["clone3"])
}

extension Tracer {
  /// The tracee is about to start a process or thread, as the stop says: sees to it that it can be followed.
  func keepTraced(_ tracee: Tracee, _ abi: ABI) {
    let isInMemory = UntracedChildren.callsWithFlagsInMemory.contains(stop.number, abi: abi)
    let address = isInMemory ? stop.arguments[0] : nil
    guard let flags = cloneFlags(tracee, abi), flags & KernelConstant.cloneUntraced != 0,
      set(flags & ~KernelConstant.cloneUntraced, address, tracee, abi)
    else { return }
    tracee.ownCloneFlags = flags
    tracee.cloneFlagsAddress = address
    tracee.abi = abi
    untracedChildren.parents += 1
  }

  /// The flags of the clone(2) or clone3(2) that the stop is of; nil when they cannot be read.
  func cloneFlags(_ tracee: Tracee, _ abi: ABI) -> UInt64? {
    guard UntracedChildren.callsWithFlagsInMemory.contains(stop.number, abi: abi) else { return stop.arguments[0] }
    var flags: UInt64 = 0
    let got = withUnsafeMutableBytes(of: &flags) { tracee.thread.readMemory(stop.arguments[0], into: $0) }
    return got == 8 ? flags : nil
  }

  private func set(_ flags: UInt64, _ address: UInt64?, _ tracee: Tracee, _ abi: ABI) -> Bool {
    if let address {
      return withUnsafeBytes(of: flags) { tracee.thread.writeMemory(address, $0) } == 8
    }
    return (try? tracee.thread.replaceFirstArgument(by: flags, is32Bit: abi == .i386)) != nil
  }

  /// Puts the flags back, in who made the call or in whom it started.
  func restoreCloneFlags(_ tracee: Tracee) {
    guard let flags = tracee.ownCloneFlags else { return }
    _ = set(flags, tracee.cloneFlagsAddress, tracee, tracee.abi)
    forgetCloneFlags(tracee)
  }

  func forgetCloneFlags(_ tracee: Tracee) {
    tracee.ownCloneFlags = nil
    untracedChildren.parents -= 1
    guard untracedChildren.parents == 0 else { return }
    let early = untracedChildren.early
    untracedChildren.early = []
    for tid in early { try? interruptStop(adopt(tid, parent: nil)) }
  }

  /// Follows, unseen, whom `parent` started.
  func claimUntraced(_ child: Int32, by parent: Tracee) {
    let early = untracedChildren.early.firstIndex(of: child)
    if let early { untracedChildren.early.remove(at: early) }
    let tracee = adopt(child, parent: parent)
    tracee.ownCloneFlags = parent.ownCloneFlags
    tracee.cloneFlagsAddress = parent.cloneFlagsAddress
    untracedChildren.parents += 1
    if early != nil { try? interruptStop(tracee) }
  }
}
