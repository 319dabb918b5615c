import Decoding
import Linux
import Ptrace
import SyscallTables

/// Traces a command, and processes attached to, until all have ended or are let go of.
///
/// One thread does everything: the kernel binds a tracee to the thread that seized it.
public final class Tracer {
  let configuration: TraceConfiguration
  let decoder: Decoder
  let consumer: TraceConsumer
  let surroundings: TraceeSurroundings
  /// Reads the stack at each call; nil when nobody wants it.
  let stacks: StackReader?
  let memory = ProcessMemory()
  let stop = SyscallStop()
  let signalRecord = SignalRecord()
  let signalBytes = UnsafeMutableRawBufferPointer.allocate(
    byteCount: TracedThread.signalInformationSize, alignment: 8)
  /// For a path that is looked at; see ``OpenedPaths``.
  let pathBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)

  var tracees = TraceeTable()
  /// Tracees there have been.
  var addedCount: UInt64 = 0
  /// Threads that ended, or were met, before their parent's event told of them.
  var unclaimed: Set<Int32> = []
  /// Call records that no tracee uses.
  var spareRecords: [CallRecord] = []
  var waiting = Waiting()
  /// The thread whose first report was put off to the end of ``reports``; 0 when there is none.
  var putOff: Int32 = 0
  /// Reports collected and not yet handled.
  var reports: [WaitReport] = []
  /// Tracees that are held until some time.
  var held: [Held] = []
  /// The process that became the command; 0 when there is none.
  var commandPid: Int32 = 0
  var startup = Startup.preparing
  /// Whether the command's first exec is over.
  var hasStarted = false
  var outcome = TraceOutcome.exited(0)
  var handedOn: UInt64 = 0
  /// Tracing is to end; the tracees go on.
  var isOver = false
  /// The one that stopped last, and for how many stops in a row.
  var lastTid: Int32 = 0
  var streak: UInt32 = 0
  var stopCount: UInt64 = 0
  /// ``stopCount`` when nothing happened for a tick; ``isTicking`` tells whether there are ticks.
  var stopCountAtTick: UInt64 = 0
  var isTicking = false
  var placement: CPUPlacement
  /// A tracee can change names of others: they are read at each event.
  var commandNamesVary = false
  var usesKernelFilter = false
  /// Calls that tracees were stopped at and that are not traced.
  public internal(set) var callsNotShown: UInt64 = 0

  public init(
    _ configuration: TraceConfiguration, decoder: Decoder, consumer: TraceConsumer,
    surroundings: TraceeSurroundings, stacks: StackReader? = nil
  ) {
    self.configuration = configuration
    self.decoder = decoder
    self.consumer = consumer
    self.surroundings = surroundings
    self.stacks = stacks
    placement = CPUPlacement(configuration.command == nil ? .off : configuration.colocation)
    waiting.measuresTime = configuration.stamps.contains(.systemTime)
    reports.reserveCapacity(64)
  }

  deinit {
    signalBytes.deallocate()
    pathBytes.deallocate()
  }

  /// Starts and attaches what is to be traced, and traces it to its end.
  ///
  /// Throws when there is nothing to trace: the program cannot be found, no process could be attached to. What could
  /// not be attached to while others could is told by ``Decoding/TraceEvent/warning(_:)``.
  public func run() throws(TraceError) -> TraceOutcome {
    let program = try configuration.command.map(findProgram)
    // Who sees that a process is attached to may signal the tracer. A program that is started must not inherit what the
    // tracer does about signals.
    if program == nil { handleTracerSignals() }
    try attachToAll()
    if let program {
      try start(program)
      handleTracerSignals()
    }
    loop()
    placement.end()
    TracerSignals.tick(everyMilliseconds: 0)
    consumer.handle(.flush)
    return outcome
  }

  private func loop() {
    while tracees.count > 0 {
      if TracerSignals.noted != 0 {
        end(by: TracerSignals.noted)
        return
      }
      if isOver {
        outcome = .exited(0)
        letGoOfAll()
        return
      }
      switch collect() {
      case .one(let report): handle(report)
      case .several: handleAll()
      case .nothing: break
      case .nobody: return
      }
    }
  }

  /// What was collected from the kernel.
  enum Collection {
    case one(WaitReport)
    /// They are in ``reports``.
    case several
    case nothing
    /// There is nobody to wait for.
    case nobody
  }

  /// Handles the reports that were collected, up to the end of the trace.
  private func handleAll() {
    var index = 0
    while index < reports.count && !isOver {
      handle(reports[index])
      index += 1
    }
    if index == reports.count { reports.removeAll(keepingCapacity: true) } else { reports.removeFirst(index) }
  }

  /// Waits for reports.
  ///
  /// The kernel reports the first of its list that has something to tell, so with several busy tracees all reports
  /// are collected before any tracee goes on, lest the first ones starve the others. One that is busy alone needs no
  /// second look.
  private func collect() -> Collection {
    if !held.isEmpty { return collectUntilRelease() }
    switch waiting.next(blocking: true) {
    case .report(let report):
      stopCount &+= 1
      if !isTicking { startTicking() }
      placement.stopped(report.tid)
      if report.tid != lastTid {
        lastTid = report.tid
        streak = 0
      } else {
        streak &+= 1
        if streak & 15 != 0 { return .one(report) }
      }
      if tracees.count == 1 { return .one(report) }
      reports.append(report)
      collectRest()
      return .several
    case .interrupted:
      idle()
      return .nothing
    case .nothing: return .nothing
    case .nobody: return .nobody
    }
  }

  private func startTicking() {
    isTicking = true
    TracerSignals.tick(everyMilliseconds: 40)
  }

  /// A tick came while nothing else did.
  private func idle() {
    consumer.handle(.idle)
    placement.idle()
    guard stopCount == stopCountAtTick else {
      stopCountAtTick = stopCount
      return
    }
    isTicking = false
    TracerSignals.tick(everyMilliseconds: 0)
  }

  func collectRest() {
    while case .report(let report) = waiting.next(blocking: false) {
      reports.append(report)
      // The same one again would have to be alone: it cannot stop twice without being resumed.
      if reports.count >= tracees.count { return }
    }
  }

  func handle(_ report: WaitReport) {
    guard let tracee = tracees[report.tid] else { return meet(report) }
    defer { if tracee.heldChild != nil && report.change != .birth { releaseChild(of: tracee) } }
    do throws(Errno) {
      switch report.change {
      case .call: try callStop(tracee, report)
      case .filterHit: try filterStop(tracee, report)
      case .signal(let signal): try signalStop(tracee, signal)
      case .groupStop(let signal): try groupStop(tracee, signal)
      case .interrupted: try interruptStop(tracee)
      case .birth: try birthStop(tracee, report)
      case .exec: try execStop(tracee)
      case .exiting: try exitStop(tracee)
      case .exited(let status): ended(tracee, .exited(status))
      case .killed(let signal, let coreDumped): ended(tracee, .killed(signal: signal, coreDumped: coreDumped))
      case .other: try resume(tracee)
      case .continued: break
      }
    } catch {
      // It was killed between two requests: its end will be reported.
    }
  }

  /// Lets a tracee go on, stopping next where its state needs it.
  @inline(__always)
  func resume(_ tracee: Tracee, delivering signal: Int32 = 0) throws(Errno) {
    let how: TracedThread.Resumption
    switch tracee.state {
    case .ending: how = .freely
    case .inside, .starting: how = .toNextCall
    default:
      how = tracee.isFiltered && !tracee.stopsAtNextCall ? .freely : .toNextCall
    }
    try tracee.thread.resume(how, delivering: signal)
  }

  /// CLOCK_REALTIME, if records are to carry it.
  @inline(__always)
  var wallClock: UInt64 { configuration.stamps.contains(.wallClock) ? Clock.real : 0 }

  @inline(__always)
  var durationClock: UInt64 { configuration.stamps.contains(.duration) ? Clock.monotonic : 0 }

  /// A record for a new tracee, which has made no call.
  func newRecord() -> CallRecord {
    let record = spareRecords.popLast() ?? CallRecord()
    record.previous = nil
    return record
  }
}
