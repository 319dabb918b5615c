import Decoding
import Linux
import Ptrace

/// Births of processes and threads.
extension PtraceEngine {
  /// A tracee started a process or thread, which the kernel has seized for us.
  ///
  /// What the child does first and the return of its parent's call are a race. Where both are shown, the parent waits
  /// for the child's first stop and the child for the parent's return, so that the call's line is whole. A parent that
  /// waits for its child itself (vfork) is not made to.
  func forkStop(_ tracee: Tracee, _ stop: borrowing PtraceStop, waitsForChild: Bool) throws(Errno) -> Next {
    guard let message = try answer({ () throws(Errno) in try stop.eventMessage() }) else {
      // Who was started will be met without its parent.
      unknown.expectOrphan(kernel)
      return .resume(0)
    }
    guard let id = Int32(exactly: message), id > 0, let child = claim(id, by: tracee) else { return .resume(0) }
    if child.isBeyondDepth, !child.thread.isNew { try? kernel.interrupt(id) }
    guard !waitsForChild, tracee.thread.isInShownCall, child.thread.isNew, !child.isBeyondDepth else {
      if let first = child.takeStop() { handleFirst(first, of: child) }
      return .resume(0)
    }
    guard let first = child.takeStop() else {
      child.awaitingParent = tracee
      return .hold(.untilFirstStop)
    }
    holdFirst(first, of: child, until: tracee)
    return .resume(0)
  }

  /// A request's answer; nil when the kernel refuses it. Throws `ESRCH` alone.
  func answer<Answer>(_ request: () throws(Errno) -> Answer) throws(Errno) -> Answer? {
    do throws(Errno) {
      return try request()
    } catch {
      if error == .noSuchProcess { throw error }
      return nil
    }
  }

  /// Who is the child that a parent's event tells of; nil when it is gone again, or was told of before.
  private func claim(_ id: Int32, by parent: Tracee) -> Tracee? {
    guard let known = tracees[id] else {
      return unknown.hasEnded(id) ? nil : adopt(id, parent: parent)
    }
    guard known.isUnclaimed else { return nil }
    known.isUnclaimed = false
    unknown.claim(id)
    inherit(known, from: parent)
    return known
  }

  func adopt(_ tid: Int32, parent: Tracee?) -> Tracee {
    let pid = parent == nil && !kernel.isThread(tid, of: tid) ? kernel.process(of: tid)?.threadGroup ?? tid : tid
    let tracee = Tracee(identity: TraceeIdentity(tid: tid, pid: pid), ThreadState(.new, tracees.newRecord()))
    tracee.thread.filter.isInstalled = command.usesFilter
    add(tracee)
    if let parent { inherit(tracee, from: parent) } else { tracee.isUnclaimed = true }
    return tracee
  }

  private func inherit(_ tracee: Tracee, from parent: Tracee) {
    let pid = parent.identity.pid
    let isThread = kernel.isThread(tracee.tid, of: pid)
    if isThread {
      tracee.identity.pid = pid
      tracees.noteThreads(of: pid)
    }
    tracee.identity.parent = isThread ? parent.identity.parent : pid
    tracee.depth = parent.depth + (isThread ? 0 : 1)
    if let limit = configuration.followDepth { tracee.isBeyondDepth = tracee.depth > limit }
    if tracee.thread.isNew { tracee.thread.abi = parent.thread.abi }
    placement.forked(tracee.tid, by: parent.tid)
  }

  // MARK: - Threads that are not known

  /// A thread that is not known stopped: mostly a new one, whose parent's event is still to come.
  func meet(_ stop: consuming PtraceStop) {
    if case .exec = stop.reason, let executing = executingThread(stop) { return meetLeader(stop, executing) }
    guard configuration.followsForks else { return turnAway(stop) }
    let tracee = adopt(stop.tid, parent: nil)
    tracee.keep(stop, .unclaimed)
    unknown.add(tracee.tid)
  }

  /// Lets go of a thread that a tracee has made one of ours (CLONE_PTRACE) though none are followed.
  private func turnAway(_ stop: consuming PtraceStop) {
    let tid = stop.tid
    if case .done = stop.detach() { recorder.consumer.handle(.notice("Detached unknown pid \(tid)")) }
  }

  /// Unknown threads wait no longer for their parents' events.
  func meetUnknown() {
    for tid in unknown.takeAll() {
      placement.orphaned(tid)
      guard let tracee = tracees[tid], let stop = tracee.takeStop() else { continue }
      handleFirst(stop, of: tracee)
    }
  }

  // MARK: - Parent and child in order

  /// Handles a new thread's first stop, for which nobody waits.
  private func handleFirst(_ stop: consuming PtraceStop, of tracee: Tracee) {
    let next: Next
    do throws(Errno) {
      switch stop.reason {
      case .groupStop(let signal): next = groupStop(tracee, signal)
      case .exiting: next = try exitStop(tracee, stop)
      default: next = interruptStop(tracee, stop)
      }
    } catch {
      next = refused(error, tracee)
    }
    carryOut(next, tracee, stop)
  }

  /// Leaves a new thread in its first stop until its parent's next report was handled.
  private func holdFirst(_ stop: consuming PtraceStop, of child: Tracee, until parent: Tracee) {
    guard case .interrupted = stop.reason else { return handleFirst(stop, of: child) }
    meetFirstStop(child)
    child.keep(stop, .untilParentReturns)
    parent.heldChild = child
  }

  /// A new thread has stopped for the first time, and its parent waits for that: the parent goes on, and the thread is
  /// held in its turn. False when no parent waits.
  func isHeldForParent(_ child: Tracee) -> Bool {
    guard let parent = child.awaitingParent else { return false }
    child.awaitingParent = nil
    guard case .untilFirstStop = parent.hold, let stop = parent.takeStop() else { return false }
    meetFirstStop(child)
    parent.heldChild = child
    carryOut(.resume(0), parent, stop)
    // It does not wait for a parent that could not go on, and was let go of.
    return parent.heldChild === child
  }

  /// Lets the child go on that was held for its parent.
  func release(_ child: Tracee, by parent: Tracee) {
    if parent.heldChild === child { parent.heldChild = nil }
    guard case .untilParentReturns = child.hold, let stop = child.takeStop() else { return }
    carryOut(.resume(0), child, stop)
  }

  /// What a tracee is held in is over: it was killed, or is let go of.
  func dropHold(of tracee: Tracee) {
    tracee.takeStop()?.abandon()
  }
}
