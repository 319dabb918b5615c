import Decoding
import Linux
import Ptrace

/// Beside a ``CallSource``: threads do not stop at their calls, and the loop waits for records as well as reports.
extension PtraceEngine {
  /// Has a source record the calls; where it cannot, a line says why, and the threads stop at their calls.
  func begin(_ source: any CallSource) {
    do throws(CaptureRefusal) {
      try source.begin(for: self)
      placement.releaseAll()
      placement = CPUPlacement(.off)
    } catch {
      self.source = nil
      recorder.refuse(error)
    }
  }

  /// How many stops make a trace busy: starting to record costs as much time as some thousands.
  private static let busyStops: UInt64 = 4096

  /// Goes over to a source when the trace is busy. Each thread follows when it returns from the call that it is in.
  func considerSource() {
    guard collector.stopCount >= Self.busyStops, let make = laterSource else { return }
    laterSource = nil
    guard !command.usesFilter, let source = make() else { return }
    self.source = source
    begin(source)
  }

  var counts: [CallCount] { source?.counts ?? [] }

  /// Collects reports, waiting for them or for records.
  func collect(beside source: any CallSource) -> ReportCollector.Collection {
    if let collection = reports(after: source) { return collection }
    var limit = delays.first.map { $0 > kernel.now ? $0 - kernel.now : 0 } ?? .max
    if !unknown.isEmpty || tracees.count == 0 { limit = min(limit, UnknownThreads.wait) }
    let hasNews = source.awaitChange(nanoseconds: limit)
    releaseDelayed()
    if unknown.waited(inVain: !hasNews) { meetUnknown() }
    if let collection = reports(after: source) { return collection }
    if !hasNews {
      releaseHeldChildren()
      return .interrupted
    }
    return .several
  }

  /// What has been reported, when all calls are handed on that were recorded before; nil when nothing was.
  private func reports(after source: any CallSource) -> ReportCollector.Collection? {
    let collection = collector.rest(of: tracees.count)
    dropReplaced()
    switch collection {
    case .refused(let error): return .refused(error)
    case .nobody:
      source.drain()
      return .nobody
    default:
      source.drain()
      return collector.queue.isEmpty && !recorder.isOver ? nil : .several
    }
  }

  /// A call of a recorded thread has returned: the new thread goes on that was held for that.
  func callReturned(_ tracee: Tracee) {
    if let child = tracee.heldChild { release(child, by: tracee) }
    guard !command.hasStarted && tracee.tid == command.pid else { return }
    failedToExecute(tracee)
    source?.removed(tracee)
  }

  /// Stops a thread for a moment, so that what was recorded is handed on before it goes on.
  func interrupt(_ tracee: Tracee) {
    if tracee.stop == nil { try? kernel.interrupt(tracee.tid) }
  }

  /// Nothing happens: where a parent's return was lost, its new thread does not wait any longer.
  private func releaseHeldChildren() {
    for parent in tracees.inOrder {
      if let child = parent.heldChild { release(child, by: parent) }
    }
  }

  /// How a tracee goes on: from call to call until it is one whose calls are recorded.
  func resumption(of tracee: Tracee, beside source: any CallSource) -> PtraceStop.Resumption {
    if tracee.thread.isRecorded { return .freely }
    switch tracee.thread.syscall {
    case .ending: return .freely
    case .starting where command.startup == .executing, .running:
      source.follow(tracee)
      tracee.thread.isRecorded = true
      return .freely
    case .starting, .seized, .new, .inSyscall, .groupStopped: return .toNextCall
    }
  }
}
