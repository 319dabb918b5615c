import Decoding
import Linux
import Ptrace
import SyscallTables

/// Follows threads by ptrace(2), and stops them at their calls unless another source records these.
///
/// One thread does everything: the kernel binds a tracee to the thread that seized it. This file has the loop; what
/// each kind of stop leads to is in the files beside it. A stop's handler says what becomes of the thread (``Next``),
/// and one place carries that out, so that no stop is forgotten, whatever fails.
final class PtraceEngine: Engine {
  let configuration: TraceConfiguration
  let kernel: Kernel
  let recorder: Recorder
  /// What records the calls in our place; nil: the tracees stop at them.
  var source: (any CallSource)?
  /// Makes one when there have been many stops; nil where that is not wanted, or was tried.
  var laterSource: (() -> (any CallSource)?)?
  let place: StopPlace
  var tracees = Tracees()
  var collector: ReportCollector
  var unknown = UnknownThreads()
  var delays = Delays()
  var command = CommandProgress()
  var placement: CPUPlacement
  /// When tracing ends, CLOCK_MONOTONIC in nanoseconds.
  private var end = UInt64.max

  init(
    _ recorder: Recorder, kernel: Kernel = Kernel(), source: (any CallSource)? = nil, placement: CPUPlacement
  ) {
    self.recorder = recorder
    self.kernel = kernel
    self.source = source
    self.placement = placement
    configuration = recorder.configuration
    place = StopPlace(kernel)
    collector = ReportCollector(kernel, measuresTime: configuration.stamps.contains(.systemTime))
  }

  /// What becomes of a thread that is stopped, once its stop has been handled.
  enum Next {
    /// It goes on, and a signal is delivered where that is not 0.
    case resume(Int32)
    /// It stays in its group stop.
    case listen
    case hold(Tracee.Hold)
    case detach
    /// It was killed meanwhile.
    case gone
  }

  func run() throws(TraceError) -> TraceOutcome {
    let program = try configuration.command.map(findProgram)
    TracerSignals.hold()
    // Who sees that a process is attached to may signal the tracer. A program that is started must not inherit what the
    // tracer does about signals.
    if program == nil { handleTracerSignals() }
    if let source { begin(source) }
    try attachToAll()
    if let program {
      try start(program)
      handleTracerSignals()
    }
    follow()
    return command.outcome
  }

  /// Handles what the kernel reports, until no tracee is left.
  func follow() {
    if let limit = configuration.timeLimit { limitTime(limit) }
    loop()
    if configuration.timeLimit != nil { try? kernel.tick(after: 0) }
    source?.end()
    placement.end()
    collector.stopTicking()
    if command.lostCount > 0 {
      recorder.warn("\(command.lostCount) of the processes and threads could not be traced to their end")
      if case .exited(0) = command.outcome { command.outcome = .exited(1) }
    }
    recorder.consumer.handle(.flush)
  }

  private func loop() {
    while tracees.count > 0 || command.isLetGo || unknown.expectsOrphan(kernel) {
      if kernel.notedSignal != 0 { return end(by: kernel.notedSignal) }
      if recorder.isOver {
        if recorder.reachedLimit {
          recorder.consumer.handle(.notice("System call limit has been reached, detaching tracees"))
        }
        command.outcome = .exited(0)
        return detachAll()
      }
      // A tracee that is busy all the time leaves no wait for a tick to end.
      if kernel.hasTicked { idle() }
      switch collect() {
      case .one(let report): handle(report)
      case .several: handleQueue()
      case .interrupted: idle()
      case .nobody: return
      case .refused(let error):
        recorder.warn("cannot wait for tracees: \(explanation(error)); they go on untraced")
        command.lostCount += tracees.count
        return
      }
    }
  }

  private func collect() -> ReportCollector.Collection {
    if let source { return collect(beside: source) }
    if laterSource != nil { considerSource() }
    guard !delays.isEmpty || !unknown.isEmpty || tracees.count == 0 && !command.isLetGo else {
      let collection = collector.next(of: max(tracees.count, 1))
      dropReplaced()
      return collection
    }
    var limit = delays.first ?? .max
    if !unknown.isEmpty || tracees.count == 0 && !command.isLetGo {
      limit = min(limit, kernel.now &+ UnknownThreads.wait)
    }
    let collection = collector.next(of: tracees.count, before: limit)
    dropReplaced()
    releaseDelayed()
    if unknown.waited(inVain: collector.queue.isEmpty) { meetUnknown() }
    return collection
  }

  /// Nobody is held any more who was killed, or whose id another thread has taken over.
  @inline(__always)
  func dropReplaced() {
    if collector.replaced.isEmpty { return }
    for tid in collector.takeReplaced() { if let tracee = tracees[tid] { dropHold(of: tracee) } }
  }

  /// Handles the reports that were collected, up to the end of the trace.
  private func handleQueue() {
    while !recorder.isOver, kernel.notedSignal == 0, let report = collector.queue.next() { handle(report) }
  }

  /// Tracing ends after so many nanoseconds.
  private func limitTime(_ limit: UInt64) {
    let (sum, overflows) = kernel.now.addingReportingOverflow(limit)
    end = overflows ? .max : sum
    do throws(Errno) {
      try kernel.tick(after: limit)
    } catch {
      recorder.warn("cannot watch the time: \(explanation(error)); tracing ends at the first event after it")
    }
  }

  /// A tick came before anything else did.
  func idle() {
    if kernel.now >= end { recorder.isOver = true }
    recorder.consumer.handle(.idle)
    placement.idle()
    collector.idle()
  }

  func handle(_ report: consuming WaitReport) {
    switch consume report {
    case .stopped(let stop): handle(stop)
    case .ended(let tid, let end): ended(tid, end)
    case .continued: break
    }
  }

  private func handle(_ stop: consuming PtraceStop) {
    guard let tracee = tracees[stop.tid] else { return meet(stop) }
    placement.stopped(stop.tid)
    // One that was held and stops again has been killed: what it was held in is over.
    if tracee.stop != nil { dropHold(of: tracee) }
    let child = tracee.heldChild
    let next: Next
    do throws(Errno) {
      next = try respond(to: stop, of: tracee)
    } catch {
      next = refused(error, tracee)
    }
    carryOut(next, tracee, stop)
    if let child { release(child, by: tracee) }
  }

  private func respond(to stop: borrowing PtraceStop, of tracee: Tracee) throws(Errno) -> Next {
    switch stop.reason {
    case .call: try callStop(tracee, stop)
    case .filterHit: try filterStop(tracee, stop)
    case .signal(let signal): try signalStop(tracee, stop, signal)
    case .groupStop(let signal): groupStop(tracee, signal)
    case .interrupted: interruptStop(tracee, stop)
    case .fork(let waitsForChild): try forkStop(tracee, stop, waitsForChild: waitsForChild)
    case .exec: try execStop(tracee, stop)
    case .exiting: try exitStop(tracee, stop)
    case .other: .resume(0)
    }
  }

  /// The kernel refused a request, so that what the thread does cannot be told.
  func refused(_ error: Errno, _ tracee: Tracee) -> Next {
    // It was killed between two requests: its end will be reported.
    if error == .noSuchProcess { return .gone }
    recorder.warn("cannot trace process \(tracee.tid): \(explanation(error)); it goes on untraced")
    command.lostCount += 1
    return .detach
  }

  /// Does with a stopped thread what was decided.
  func carryOut(_ next: Next, _ tracee: Tracee, _ stop: consuming PtraceStop) {
    switch next {
    case .resume(let signal): note(stop.resume(resumption(of: tracee), delivering: signal), tracee)
    case .listen: note(stop.listen(), tracee)
    case .hold(let hold): tracee.keep(stop, hold)
    case .detach: detach(tracee, stop)
    case .gone: stop.abandon()
    }
  }

  /// How a tracee goes on, so that it stops next where its state needs it.
  @inline(__always)
  private func resumption(of tracee: Tracee) -> PtraceStop.Resumption {
    if let source { return resumption(of: tracee, beside: source) }
    switch tracee.thread.syscall {
    case .ending: return .freely
    case .starting, .inSyscall: return .toNextCall
    default:
      let filter = tracee.thread.filter
      return filter.isInstalled && !filter.stopsAtNextCall ? .freely : .toNextCall
    }
  }

  @inline(__always)
  private func note(_ outcome: PtraceStop.Outcome, _ tracee: Tracee) {
    switch outcome {
    case .done, .gone: break
    case .detached(let error):
      lose(tracee, "cannot trace process \(tracee.tid): \(explanation(error)); it goes on untraced")
    case .stuck(let error):
      lose(tracee, "cannot let process \(tracee.tid) go on: \(explanation(error)); it waits for the end of the trace")
    }
  }

  private func lose(_ tracee: Tracee, _ reason: String) {
    recorder.warn(reason)
    command.lostCount += 1
    forget(tracee)
  }

  func add(_ tracee: Tracee) { tracees.add(tracee) }

  /// A tracee goes on without us.
  func forget(_ tracee: Tracee) {
    placement.release(tracee.tid)
    // One that was never shown is not said to go.
    if !tracee.isBeyondDepth || !tracee.thread.isNew { recorder.detached(tracee) }
    discard(tracee)
  }

  /// A tracee is none any more.
  func discard(_ tracee: Tracee) {
    dropHold(of: tracee)
    if let child = tracee.heldChild { release(child, by: tracee) }
    if tracee.isUnclaimed {
      unknown.claim(tracee.tid)
      unknown.ended(tracee.tid)
    }
    placement.ended(tracee.tid)
    source?.removed(tracee)
    tracees.remove(tracee)
  }

  /// Leaves a tracee in its stop for so many nanoseconds, while others go on.
  func hold(_ tracee: Tracee, for delay: UInt64, delivering signal: Int32) -> Next {
    let until = kernel.now &+ delay
    delays.add(tracee.tid, until: until)
    return .hold(.delayed(until: until, signal: signal))
  }

  /// Lets those go on whose delay is over.
  func releaseDelayed() {
    guard !delays.isEmpty else { return }
    for item in delays.takeDue(kernel.now) {
      guard let tracee = tracees[item.tid], case .delayed(item.until, let signal) = tracee.hold,
        let stop = tracee.takeStop()
      else { continue }
      carryOut(.resume(signal), tracee, stop)
    }
  }
}
