import Decoding

/// Keeps what a formatter writes of the last calls of each thread, and hands that on only when there is a reason: a process
/// was killed or failed, somebody asks, or the trace ends (`--keep-last`).
public final class KeepingConsumer: TraceConsumer {
  /// A formatter that writes whole lines to `memory`.
  private let formatter: TraceConsumer
  private let memory: OutputSink
  private let outputs: TraceOutputs
  private let limit: Int
  private let requests: Requests
  /// What the formatter writes before any event: the beginning of each output, never dropped.
  private let heading: [UInt8]
  private var isHeadingWritten = false
  private var watchesRequests = false
  private var threads: [Int32: Thread] = [:]
  private var order: UInt64 = 0

  /// How somebody asks for what is kept.
  public struct Requests {
    let watch: () -> Void
    let take: () -> Bool
    /// - Parameters:
    ///   - watch: called once, when a program that is started cannot inherit any more what is done about signals.
    ///   - take: whether somebody has asked since this was called last.
    public init(watch: @escaping () -> Void, take: @escaping () -> Bool) {
      self.watch = watch
      self.take = take
    }
  }

  /// What is kept of a thread.
  private final class Thread {
    let identity: TraceeIdentity
    let output: OutputSink
    var kept = KeptLines()
    /// The call that it is in.
    var entered: CallRecord?

    init(_ identity: TraceeIdentity, _ output: OutputSink) {
      self.identity = identity
      self.output = output
    }
  }

  /// - Parameters:
  ///   - limit: how many calls of a thread are kept.
  ///   - outputs: where they are written at last.
  ///   - formatter: makes the formatter, which writes to the sink that it gets.
  public init(
    limit: Int, outputs: TraceOutputs, requests: Requests, _ formatter: (OutputSink) -> TraceConsumer
  ) {
    let memory = OutputSink()
    self.memory = memory
    self.formatter = formatter(memory)
    heading = Array(memory.buffer.bytes)
    memory.buffer.removeAll()
    self.limit = limit
    self.outputs = outputs
    self.requests = requests
  }

  public override func handle(_ event: TraceEvent) {
    formatter.handle(event)
    switch event {
    case .callEntered(let call, let tracee): thread(tracee).entered = call
    case .callReturned(_, let tracee):
      let thread = thread(tracee)
      thread.entered = nil
      keep(of: thread, isCall: true)
    case .attached(let tracee, _):
      watch()
      keep(of: thread(tracee), isCall: false)
    case .signal(_, let tracee), .stopped(let tracee, _, _), .modeChanged(let tracee, _, _):
      keep(of: thread(tracee), isCall: false)
    case .superseded(let leader, let other, _):
      let thread = thread(leader)
      keep(of: thread, isCall: false)
      // From here on the leader's identity stands for the thread that called exec, and is in its call.
      thread.entered = threads[other]?.entered
      threads[other]?.entered = nil
    case .exited(let tracee, let status, _): exited(tracee, status)
    case .detached(let tracee, _): keep(of: thread(tracee), isCall: false)
    case .flush: write { _ in true }
    case .started: watch()
    case .warning, .notice, .idle: break
    }
    if watchesRequests, requests.take() { writeAll() }
  }

  private func watch() {
    if !watchesRequests { requests.watch() }
    watchesRequests = true
  }

  private func thread(_ tracee: TraceeIdentity) -> Thread {
    // An id may come again.
    if let known = threads[tracee.tid], known.identity === tracee { return known }
    let output: OutputSink
    switch outputs {
    case .shared(let sink): output = sink
    case .perTracee(let sink):
      output = sink(tracee)
      heading.withUnsafeBytes { output.buffer.append($0) }
    }
    let new = Thread(tracee, output)
    threads[tracee.tid] = new
    return new
  }

  /// Takes what the formatter has just written.
  private func keep(of thread: Thread, isCall: Bool) {
    guard !memory.buffer.isEmpty else { return }
    thread.kept.append(memory.buffer.bytes, isCall: isCall, order: order, limit: limit)
    order &+= 1
    memory.buffer.removeAll()
  }

  private func exited(_ tracee: TraceeIdentity, _ status: ExitStatus) {
    let thread = thread(tracee)
    keep(of: thread, isCall: false)
    thread.entered = nil
    let failed = status != .exited(0)
    if tracee.tid == tracee.pid {
      if failed { write { $0.identity.pid == tracee.pid } }
      for (tid, one) in threads where one.identity.pid == tracee.pid { forget(tid, one) }
    } else if !failed {
      forget(tracee.tid, thread)
    }
  }

  private func forget(_ tid: Int32, _ thread: Thread) {
    threads[tid] = nil
    if case .perTracee = outputs { thread.output.close() }
  }

  /// What is kept, and the calls that threads are in.
  private func writeAll() {
    for thread in threads.values {
      // Of one that was left out at its return nobody told.
      guard let call = thread.entered, !call.hasReturned else { continue }
      // As if it never returned: what is known of it is written.
      call.neverReturns = true
      formatter.handle(.callReturned(call, by: thread.identity))
      call.neverReturns = false
      formatter.handle(.callEntered(call, by: thread.identity))
      keep(of: thread, isCall: true)
    }
    write { _ in true }
  }

  /// Writes what is kept of some threads, in the order in which it happened, and keeps it no longer.
  private func write(_ isMeant: (Thread) -> Bool) {
    var lines: [(line: KeptLines.Line, thread: Thread)] = []
    for thread in threads.values where isMeant(thread) {
      for line in thread.kept.takeAll() { lines.append((line, thread)) }
    }
    lines.sort { $0.line.order < $1.line.order }
    if case .shared(let sink) = outputs, !lines.isEmpty, !isHeadingWritten {
      isHeadingWritten = true
      heading.withUnsafeBytes { sink.buffer.append($0) }
    }
    for (line, thread) in lines {
      line.bytes.withUnsafeBytes { thread.output.buffer.append($0) }
      thread.output.settle()
    }
    for (_, thread) in lines { thread.output.flush() }
  }
}
