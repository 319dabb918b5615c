import Decoding
import Linux
import Ptrace

/// Execs: the thread that makes one is its process's only one then, and has its id.
extension PtraceEngine {
  func execStop(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    try takeOverId(tracee, stop)
    return try executed(tracee, stop)
  }

  /// A thread stopped for its exec: it has its process's id now.
  func takeOverId(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) {
    if let former = try formerId(stop), former != tracee.tid, let executing = tracees[former] {
      supersede(tracee, by: executing)
    }
  }

  /// The id that the thread had which made the exec; nil when the kernel does not tell.
  private func formerId(_ stop: borrowing PtraceStop) throws(Errno) -> Int32? {
    try answer({ () throws(Errno) in try stop.eventMessage() }).flatMap { Int32(exactly: $0) }
  }

  private func executed(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    tracee.isCommandNameRead = false
    recorder.refreshIdentity(tracee)
    if case .starting = tracee.thread.syscall {
      tracee.thread.syscall = .running
    } else if configuration.detachesOnExec && (command.hasStarted || tracee.tid != command.pid) {
      command.isLetGo = tracee.tid == command.pid && configuration.placement == .parent
      return .detach
    }
    if tracee.tid == command.pid { command.hasStarted = true }
    if tracee.thread.filter.isInstalled {
      try place.info.read(stop, expectingExit: nil)
      tracee.thread.filter.stopsAtNextCall = (place.info.gate == .compat) != (tracee.thread.abi == .compat)
    }
    return .resume(0)
  }

  /// The process's first thread is replaced by the one that called exec, which takes over its id.
  private func supersede(_ leader: Tracee, by executing: Tracee) {
    recorder.consumer.handle(.superseded(leader.identity, by: executing.tid, wallClock: recorder.wallClock))
    if let child = leader.heldChild { release(child, by: leader) }
    takeOver(leader, from: executing)
  }

  private func takeOver(_ leader: Tracee, from executing: Tracee) {
    placement.executed(leader.tid, formerly: executing.tid)
    source?.executed(leader.tid, formerly: executing.tid)
    let record = leader.thread.call
    leader.thread = executing.thread
    leader.ownStatus = nil
    executing.thread.call = record
    discard(executing)
  }

  // MARK: - A process of which only another thread was traced

  /// The tracee that had another id before the exec that an unknown thread stopped for.
  func executingThread(_ stop: borrowing PtraceStop) -> Tracee? {
    guard let former = try? formerId(stop) else { return nil }
    return tracees[former]
  }

  /// A traced thread has executed a program, and has now the id of its process, which was not traced.
  func meetLeader(_ stop: consuming PtraceStop, _ executing: Tracee) {
    let leader = Tracee(
      identity: TraceeIdentity(tid: stop.tid, pid: stop.tid), ThreadState(.running, tracees.newRecord()),
      isAttached: executing.isAttached)
    add(leader)
    takeOver(leader, from: executing)
    let next: Next
    do throws(Errno) {
      next = try executed(leader, stop)
    } catch {
      next = .gone
    }
    carryOut(next, leader, stop)
  }
}
