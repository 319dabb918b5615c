import Decoding
import Linux
import Ptrace

/// Letting go of tracees, and what ends the tracer before them.
extension PtraceEngine {
  func handleTracerSignals() {
    TracerSignals.watchChildren()
    defer { TracerSignals.release() }
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
    if command.pid != 0, tracees[command.pid] != nil, configuration.placement == .parent {
      kernel.send(TracerSignals.resume, to: command.pid)
      kernel.send(signal, to: command.pid)
    }
    detachAll()
    command.outcome = .killed(signal)
  }

  /// Nanoseconds that detaching takes at most, and of one look for those that have stopped.
  private static let limit: UInt64 = 80_000_000
  private static let look: UInt64 = 5_000_000

  /// Lets go of all tracees, in the order in which they became tracees. Those that are to end with the tracer stay with
  /// it.
  ///
  /// A tracee can be detached only while it is stopped, and one that is deep in the kernel (a parent in vfork, say) may
  /// not stop until another has gone on. So those that have stopped are let go of when the others are not about to.
  /// What has not stopped by the limit is let go of by the kernel when the tracer ends, which is as good.
  func detachAll() {
    placement.releaseAll()
    if killsOnExit { return }
    for tracee in tracees.inOrder { tracee.heldChild = nil }
    // One that is stopped is let go of only after its report was read: it may have stopped for a signal, which has to
    // be delivered.
    collectStops()
    for tracee in tracees.inOrder where tracee.stop == nil { try? kernel.interrupt(tracee.tid) }
    let limit = kernel.now &+ Self.limit
    var waitedInVain = false
    while true {
      let progressed = collectStops()
      let running = tracees.inOrder.filter { $0.stop == nil }
      // One that was killed when it had started another had no time to tell of that, which may lack CPUs.
      let awaitsOrphan = placement.hasPinned && unknown.expectsOrphan(kernel)
      if running.isEmpty && !awaitsOrphan { break }
      if !progressed && waitedInVain && !awaitsOrphan
        && !running.contains(where: { kernel.process(of: $0.tid)?.mayStopSoon ?? true })
      {
        if !detachStopped() { break }
      }
      guard kernel.now < limit else { break }
      waitedInVain = !progressed
      kernel.awaitChange(nanoseconds: Self.look)
    }
    for tracee in tracees.inOrder {
      detachIfStopped(tracee)
      // What did not stop, the end of the tracer lets go of.
      if tracees[tracee.tid] === tracee { forget(tracee) }
    }
    for tid in unknown.takeAll() { placement.orphaned(tid) }
  }

  /// Collects the stops that have been reported, and leaves the tracees in them; whether there were any.
  @discardableResult
  private func collectStops() -> Bool {
    _ = collector.rest(of: tracees.count)
    let found = !collector.queue.isEmpty
    while let report = collector.queue.next() { receive(report) }
    return found
  }

  private func receive(_ report: consuming WaitReport) {
    switch consume report {
    case .ended(let tid, let end): ended(tid, end)
    case .continued: break
    case .stopped(let stop):
      guard let tracee = tracees[stop.tid] else {
        // A new thread that its parent's event has not told of.
        unknown.add(stop.tid)
        _ = stop.detach()
        return
      }
      dropHold(of: tracee)
      switch stop.reason {
      // The new thread that it tells of may have been let go of, and may never stop while we look.
      case .fork:
        if let child = (try? stop.eventMessage()).flatMap({ Int32(exactly: $0) }) {
          placement.forked(child, by: tracee.tid)
        }
      case .exec: try? takeOverId(tracee, stop)
      case .exiting: expectOrphan(of: tracee)
      default: break
      }
      var signal: Int32 = 0
      if case .signal(let number) = stop.reason, !isOfSource(number, tracee, stop) { signal = number }
      tracee.keep(stop, .delayed(until: 0, signal: signal))
    }
  }

  /// Lets go of all that are stopped; whether there were any.
  private func detachStopped() -> Bool {
    var found = false
    for tracee in tracees.inOrder where detachIfStopped(tracee) { found = true }
    return found
  }

  @discardableResult
  private func detachIfStopped(_ tracee: Tracee) -> Bool {
    var signal: Int32 = 0
    if case .delayed(_, let number) = tracee.hold { signal = number }
    guard let stop = tracee.takeStop() else { return false }
    detach(tracee, stop, delivering: signal)
    return true
  }

  /// Lets go of a tracee that is stopped. One that has been killed meanwhile stays until its end is reported.
  func detach(_ tracee: Tracee, _ stop: consuming PtraceStop, delivering signal: Int32 = 0) {
    placement.release(tracee.tid)
    if tracee.isUnclaimed { placement.orphaned(tracee.tid) }
    switch stop.detach(delivering: signal) {
    case .done: forget(tracee)
    case .gone: break
    case .detached(let error), .stuck(let error):
      recorder.warn("cannot detach from process \(tracee.tid): \(explanation(error)); the end of the trace will")
      command.lostCount += 1
      forget(tracee)
    }
  }
}
