import Decoding
import Linux
import Ptrace

/// Ends of tracees.
extension PtraceEngine {
  /// A tracee is about to end: its call will not return.
  func exitStop(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    if tracee.isBeyondDepth { return .detach }
    expectOrphan(of: tracee)
    meetFirstStop(tracee)
    recorder.abandonCall(tracee, detaching: false)
    tracee.thread.syscall = .ending
    // A call that nobody wants was not recorded either.
    if tracee.thread.isRecorded, let number = try? Registers(of: stop).call { tracee.identity.number = number }
    if tracee.tid != tracee.identity.pid,
      case .exited(let code)? = try answer({ () throws(Errno) in try stop.comingEnd() })
    {
      tracee.ownStatus = .exited(code)
    }
    return .resume(0)
  }

  /// A thread is gone. One that is not known was a child of another kind, or a new thread that died at once.
  func ended(_ tid: Int32, _ end: ThreadEnd) {
    guard let tracee = tracees[tid] else {
      if tid == command.pid, command.isLetGo {
        command.isLetGo = false
      } else if configuration.followsForks {
        unknown.ended(tid)
      } else if configuration.tellsUnknownEnds, configuration.knownChildren?.contains(tid) == false {
        recorder.warn("Exit of unknown pid \(tid) ignored")
      }
      return
    }
    recorder.abandonCall(tracee, detaching: false)
    if mayHaveStartedAnother(tracee) { unknown.expectOrphan(kernel) }
    var end = end
    if case .exited = end, let own = tracee.ownStatus { end = own }
    if tid == command.pid { command.ended(end) }
    if tid == tracee.identity.pid { recorder.stacks?.forget(pid: tid) }
    // A thread that died before its first stop was never shown.
    if !tracee.thread.isNew { recorder.exited(tracee, end) }
    if let parent = tracee.awaitingParent, case .untilFirstStop = parent.hold, let stop = parent.takeStop() {
      carryOut(.resume(0), parent, stop)
    }
    discard(tracee)
    // One that was killed in an exec, of which nobody told, had this id at its end.
    for other in tracees.takeRemainder(of: tid) { discard(other) }
    // Its event may have been the one that unknown threads wait for.
    if !unknown.isEmpty { meetUnknown() }
  }

  /// A tracee that is about to end in a call that starts another was killed, and may have had no time to tell of that.
  func expectOrphan(of tracee: Tracee) {
    guard configuration.followsForks, case .inSyscall = tracee.thread.syscall,
      WatchedCalls.births.contains(tracee.identity.number, abi: tracee.thread.abi)
    else { return }
    unknown.expectOrphan(kernel)
  }

  /// Whether a tracee that was killed may have started a thread that it had no time to tell of.
  private func mayHaveStartedAnother(_ tracee: Tracee) -> Bool {
    guard configuration.followsForks else { return false }
    switch tracee.thread.syscall {
    case .inSyscall:
      return source != nil || WatchedCalls.births.contains(tracee.identity.number, abi: tracee.thread.abi)
    case .running: return source != nil || tracee.thread.filter.isInstalled
    default: return false
    }
  }
}
