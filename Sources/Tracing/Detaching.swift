import Decoding
import Linux
import Ptrace

/// Letting go of tracees, and what ends the tracer before them.
extension Tracer {
  func handleTracerSignals() {
    TracerSignals.watchChildren()
    switch configuration.interruptibility {
    case .anywhere: return
    case .whileWaiting: TracerSignals.note(TracerSignals.fatal)
    case .never: TracerSignals.ignore(TracerSignals.fatal)
    case .neverNorStopped: TracerSignals.ignore(TracerSignals.fatal + [TracerSignals.terminalStop])
    }
    TracerSignals.ignore(TracerSignals.background)
  }

  /// The tracer was told to end: the command gets the signal too, and all tracees are let go of.
  func end(by signal: Int32) {
    if commandPid != 0, tracees[commandPid] != nil, configuration.placement == .parent {
      TracerSignals.send(TracerSignals.resume, to: commandPid)
      TracerSignals.send(signal, to: commandPid)
    }
    letGoOfAll()
    outcome = .killed(signal)
  }

  /// Lets go of all tracees, in the order in which they became tracees. One that does not stop within a second (it is
  /// deep in the kernel) is let go of by the kernel when the tracer ends. Those that are to end with the tracer stay with
  /// it.
  func letGoOfAll() {
    placement.releaseAll()
    if killsOnExit { return }
    tracees.all.forEach(releaseChild)
    var stops: [Int32: WaitReport] = [:]
    for report in reports { stops[report.tid] = report }
    reports.removeAll()
    let all = tracees.all.sorted { $0.order < $1.order }
    for tracee in all where stops[tracee.thread.tid] == nil {
      if case .held = tracee.state { continue }
      // One that is stopped is let go of only after its report was read: it may have stopped for a signal, which has to
      // be delivered.
      if case .report(let report) = waiting.next(tracee.thread.tid, blocking: false) {
        stops[report.tid] = report
      } else {
        try? tracee.thread.interrupt()
      }
    }
    let limit = Clock.monotonic &+ 1_000_000_000
    for tracee in all {
      if case .held = tracee.state, tryToLetGo(tracee, delivering: 0) { continue }
      if let report = stops[tracee.thread.tid] ?? stop(of: tracee, before: limit) { letGoAfter(report) }
    }
  }

  /// Waits for a tracee's next report; nil when there was none in time.
  private func stop(of tracee: Tracee, before limit: UInt64) -> WaitReport? {
    while true {
      switch waiting.next(tracee.thread.tid, blocking: false) {
      case .report(let report): return report
      case .nobody: return nil
      case .nothing, .interrupted:
        guard Clock.monotonic < limit else { return nil }
        TracerSignals.awaitChild(nanoseconds: 10_000_000)
      }
    }
  }

  private func letGoAfter(_ report: WaitReport) {
    guard let tracee = tracees[report.tid] else { return }
    switch report.change {
    case .exited(let status): ended(tracee, .exited(status))
    case .killed(let signal, let coreDumped): ended(tracee, .killed(signal: signal, coreDumped: coreDumped))
    case .signal(let signal): _ = tryToLetGo(tracee, delivering: signal)
    default: _ = tryToLetGo(tracee, delivering: 0)
    }
  }

  /// Lets go of a tracee that is stopped.
  func letGo(_ tracee: Tracee) {
    _ = tryToLetGo(tracee, delivering: 0)
  }

  private func tryToLetGo(_ tracee: Tracee, delivering signal: Int32) -> Bool {
    placement.release(tracee.thread.tid)
    guard (try? tracee.thread.detach(delivering: signal)) != nil else { return false }
    consumer.handle(.notice("Process \(tracee.thread.tid) detached"))
    abandonCall(tracee, detaching: true)
    consumer.handle(.detached(tracee.identity, byUs: tracee.isAttached))
    discard(tracee)
    return true
  }
}
