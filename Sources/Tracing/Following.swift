import Decoding
import Linux
import Ptrace

/// New tracees, execs and ends of tracees.
extension Tracer {
  /// A thread that is not known stopped or ended.
  ///
  /// A new thread's first stop may be reported before its parent's event. Who ended without being known was a
  /// child of another kind, or a new thread that died at once.
  func meet(_ report: WaitReport) {
    switch report.change {
    case .exited, .killed:
      unclaimed.insert(report.tid)
      return
    case .continued: return
    default: break
    }
    guard configuration.followsForks else { return turnAway(report.tid) }
    if isPutOff(report) { return }
    let tracee = adopt(report.tid, parent: nil)
    do throws(Errno) {
      switch report.change {
      case .groupStop(let signal): try groupStop(tracee, signal)
      default: try interruptStop(tracee)
      }
    } catch {
      // It is being killed.
    }
  }

  /// Lets go of a thread that a tracee has made one of ours (CLONE_PTRACE) though none are followed.
  private func turnAway(_ tid: Int32) {
    do throws(Errno) {
      try TracedThread(tid: tid).detach(delivering: 0)
      consumer.handle(.warning("Detached unknown pid \(tid)"))
    } catch {
      // It is being killed.
    }
  }

  func adopt(_ tid: Int32, parent: Tracee?) -> Tracee {
    let pid: Int32
    if let parent {
      pid = TracerSignals.isThread(tid, of: parent.identity.pid) ? parent.identity.pid : tid
    } else {
      pid = TracerSignals.isThread(tid, of: tid) ? tid : ProcessTable.threadGroup(of: tid) ?? tid
    }
    let tracee = Tracee(
      identity: TraceeIdentity(tid: tid, pid: pid), state: .newborn, call: newRecord(), isAttached: false,
      isFiltered: usesKernelFilter)
    tracee.abi = parent?.abi ?? .x86_64
    tracee.isUnclaimed = parent == nil
    add(tracee)
    placement.forked(tid, by: parent?.thread.tid ?? commandPid)
    return tracee
  }

  /// A tracee executed a program. All other threads of its process are gone, and it has the process's id.
  func execStop(_ tracee: Tracee) throws(Errno) {
    let former = Int32(truncatingIfNeeded: try tracee.thread.eventMessage())
    if former > 0 { placement.executed(tracee.thread.tid, formerly: former) }
    if former > 0, former != tracee.thread.tid, let executing = tracees[former] {
      supersede(tracee, by: executing)
    }
    tracee.isCommandNameRead = false
    refreshIdentity(tracee)
    if case .starting = tracee.state {
      tracee.state = .outside
    } else if configuration.detachesOnExec && (hasStarted || tracee.thread.tid != commandPid) {
      return letGo(tracee)
    }
    if tracee.thread.tid == commandPid { hasStarted = true }
    if tracee.isFiltered {
      try stop.read(tracee.thread, expectingExit: false)
      tracee.stopsAtNextCall = (stop.architecture == .i386) != (tracee.abi == .i386)
    }
    try resume(tracee)
  }

  /// The process's first thread is replaced by the one that called exec, which takes over its id.
  private func supersede(_ leader: Tracee, by executing: Tracee) {
    consumer.handle(.superseded(leader.identity, by: executing.thread.tid, wallClock: wallClock))
    let record = leader.call
    leader.call = executing.call
    leader.state = executing.state
    leader.tampering = executing.tampering
    leader.systemTimeAtEntry = executing.systemTimeAtEntry
    leader.abi = executing.abi
    leader.isFiltered = executing.isFiltered
    executing.call = record
    discard(executing)
  }

  /// A tracee is about to end: its call will not return.
  func exitStop(_ tracee: Tracee) throws(Errno) {
    abandonCall(tracee, detaching: false)
    tracee.state = .ending
    if tracee.thread.tid != tracee.identity.pid {
      if case .exited(let code) = try tracee.thread.comingEnd() { tracee.ownStatus = .exited(code) }
    }
    try resume(tracee)
  }

  /// A tracee is gone.
  func ended(_ tracee: Tracee, _ status: ExitStatus) {
    abandonCall(tracee, detaching: false)
    var status = status
    if case .exited = status, let own = tracee.ownStatus { status = own }
    if tracee.thread.tid == commandPid {
      outcome =
        switch status {
        case .exited(let code): .exited(code)
        case .killed(let signal, _): .killed(signal)
        }
    }
    if tracee.thread.tid == tracee.identity.pid { stacks?.forget(pid: tracee.identity.pid) }
    if !isUnborn(tracee) { consumer.handle(.exited(tracee.identity, status, wallClock: wallClock)) }
    discard(tracee)
  }

  /// A thread that died before its first stop was never shown.
  private func isUnborn(_ tracee: Tracee) -> Bool {
    if case .newborn = tracee.state { true } else { false }
  }

  func add(_ tracee: Tracee) {
    tracee.order = addedCount
    addedCount &+= 1
    tracees.insert(tracee)
  }

  func discard(_ tracee: Tracee) {
    if tracee.isUnclaimed { unclaimed.insert(tracee.thread.tid) }
    placement.ended(tracee.thread.tid)
    tracees.remove(tracee.thread.tid)
    if spareRecords.count < 64 { spareRecords.append(tracee.call) }
  }

  /// False for our own process until its program is executed.
  func hasStarted(_ tracee: Tracee) -> Bool {
    if case .starting = tracee.state { false } else { true }
  }
}
