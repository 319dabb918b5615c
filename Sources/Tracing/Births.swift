import Decoding
import Linux
import Ptrace

/// Births of processes and threads.
extension Tracer {
  /// A tracee started a process or thread, which the kernel has seized for us.
  ///
  /// What the child does first and the return of its parent's call are a race. Where both are shown, the call returns
  /// first, so that its line is whole.
  func birthStop(_ tracee: Tracee, _ report: WaitReport) throws(Errno) {
    let child = Int32(truncatingIfNeeded: try tracee.thread.eventMessage())
    if child > 0 { claim(child, by: tracee) }
    if report.isOfTwoThatRun, case .inside(.shown) = tracee.state, let newborn = tracees[child] {
      holdBack(newborn, until: tracee)
    }
    try resume(tracee)
  }

  /// Leaves a newborn in its first stop until its parent's next report was handled.
  private func holdBack(_ newborn: Tracee, until parent: Tracee) {
    guard case .newborn = newborn.state, let report = firstReport(of: newborn) else { return }
    guard case .interrupted = report.change else { return handle(report) }
    meetFirstStop(newborn)
    parent.heldChild = newborn
  }

  /// It stops at once, or dies.
  private func firstReport(of newborn: Tracee) -> WaitReport? {
    if let index = reports.lastIndex(where: { $0.tid == newborn.thread.tid }) { return reports.remove(at: index) }
    while true {
      switch waiting.next(newborn.thread.tid, blocking: true) {
      case .report(let report): return report
      case .interrupted: continue
      case .nothing, .nobody: return nil
      }
    }
  }

  /// Lets the child go on that was held back for a tracee.
  func releaseChild(of tracee: Tracee) {
    guard let child = tracee.heldChild else { return }
    tracee.heldChild = nil
    try? resume(child)
  }

  /// Whether the first stop of a thread that is not known waits for the reports collected with it: its parent's event
  /// may be among them.
  func isPutOff(_ report: WaitReport) -> Bool {
    guard let last = reports.last, last.tid != report.tid, putOff != report.tid else {
      putOff = 0
      return false
    }
    putOff = report.tid
    reports.append(report)
    return true
  }

  private func claim(_ child: Int32, by parent: Tracee) {
    guard let known = tracees[child], known.isUnclaimed else {
      // It may be gone again already; there will be no report of it then.
      if unclaimed.remove(child) == nil && tracees[child] == nil { _ = adopt(child, parent: parent) }
      return
    }
    known.isUnclaimed = false
    placement.forked(child, by: parent.thread.tid)
    if TracerSignals.isThread(child, of: parent.identity.pid) { known.identity.pid = parent.identity.pid }
  }
}
