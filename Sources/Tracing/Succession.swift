import Decoding
import Ptrace

/// What becomes of tracees that a filter in the kernel binds to a tracer, when the tracer is to end before them:
/// without a tracer the calls that the filter selects would fail. Another process takes over, shows nothing, and
/// stays until they have ended.
extension Tracer {
  /// Hands all tracees over and forgets them; false when they need no tracer, or have to be killed.
  func handOver() -> Bool {
    guard usesKernelFilter, !configuration.killsOnExit, tracees.count > 0 else { return false }
    giveAllBack()
    tracees.all.forEach(releaseChild)
    consumer.handle(.flush)
    let options: TracedThread.Options = [.distinctCalls, .forks, .filterHits]
    guard let line = Successor.start(options, serve) else { return false }
    for report in reports { handOver(report, line) }
    reports.removeAll()
    for tracee in tracees.all {
      if case .report(let report) = waiting.next(tracee.thread.tid, blocking: false) {
        handOver(report, line)
      } else if case .held = tracee.state {
        pass(tracee, line, delivering: 0)
      } else {
        try? tracee.thread.interrupt()
      }
    }
    let limit = Clock.monotonic &+ 5_000_000_000
    while tracees.count > 0, Clock.monotonic < limit {
      switch waiting.next(blocking: false) {
      case .report(let report): handOver(report, line)
      case .nothing, .interrupted: TracerSignals.awaitChild(nanoseconds: 10_000_000)
      case .nobody: return true
      }
    }
    return true
  }

  private func handOver(_ report: WaitReport, _ line: borrowing Successor.Line) {
    guard let tracee = tracees[report.tid] ?? metUnawares(report) else { return }
    switch report.change {
    case .exited(let status): ended(tracee, .exited(status))
    case .killed(let signal, let coreDumped): ended(tracee, .killed(signal: signal, coreDumped: coreDumped))
    case .birth:
      // What it started is a tracee of ours, which will report its first stop.
      pass(tracee, line, delivering: 0)
    case .signal(let signal): pass(tracee, line, delivering: signal)
    default: pass(tracee, line, delivering: 0)
    }
  }

  private func pass(_ tracee: Tracee, _ line: borrowing Successor.Line, delivering signal: Int32) {
    _ = line.handOver(tracee.thread, delivering: signal)
    if tracee.isShown {
      consumer.handle(.notice("Process \(tracee.thread.tid) detached"))
      abandonCall(tracee, detaching: true)
      consumer.handle(.detached(tracee.identity, byUs: tracee.isAttached))
    }
    discard(tracee)
  }

  /// The successor's work: whatever its tracees stop for, they go on.
  private func serve(nextOrder: () -> Int32?) {
    var mayGetMore = true
    while true {
      if mayGetMore, nextOrder() == 0 { mayGetMore = false }
      switch waiting.next(blocking: !mayGetMore) {
      case .report(let report): letGoOn(report)
      case .nobody: if !mayGetMore { return }
      case .nothing, .interrupted: break
      }
    }
  }

  private func letGoOn(_ report: WaitReport) {
    let thread = TracedThread(tid: report.tid)
    switch report.change {
    case .signal(let signal): try? thread.resume(.freely, delivering: signal)
    case .groupStop: try? thread.listen()
    case .exited, .killed, .continued: break
    default: try? thread.resume(.freely)
    }
  }
}
