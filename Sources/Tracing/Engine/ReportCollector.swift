import Linux
import Ptrace

/// Collects the kernel's reports, in its order.
///
/// The kernel reports the first of its list that has something to tell, so with several busy tracees all reports are
/// collected before any tracee goes on, lest the first ones starve the others. One that is busy alone needs no second
/// look.
struct ReportCollector: ~Copyable {
  private let kernel: Kernel
  private let waiting: Waiting
  /// Collected and not yet handled.
  var queue = ReportQueue()
  /// Ids in ``queue`` of threads that were killed, or that threads have taken over which executed a program. What had been
  /// stopped for is over: a request meant for that would reach a thread in its last stop, or the one that has the id now.
  private(set) var replaced: [Int32] = []
  /// The one that stopped last, and for how many stops in a row.
  private var lastTid: Int32 = 0
  private var streak: UInt32 = 0
  private(set) var stopCount: UInt64 = 0
  /// ``stopCount`` at the last tick, which ends waiting.
  private var stopCountAtTick: UInt64 = 0
  private var isTicking = false

  init(_ kernel: Kernel, measuresTime: Bool) {
    self.kernel = kernel
    var waiting = Waiting(kernel)
    waiting.measuresTime = measuresTime
    self.waiting = waiting
  }

  enum Collection: ~Copyable {
    case one(WaitReport)
    /// They are in ``queue``.
    case several
    /// A signal to the tracer, or a tick, came first.
    case interrupted
    /// There is nobody to wait for.
    case nobody
    case refused(Errno)
  }

  /// Waits for reports of at most `count` threads.
  mutating func next(of count: Int) -> Collection {
    switch waiting.next(blocking: true) {
    case .report(let report):
      stopCount &+= 1
      if !isTicking { startTicking() }
      let tid = report.tid
      if tid != lastTid {
        lastTid = tid
        streak = 0
      } else {
        streak &+= 1
        if streak & 15 != 0 { return .one(report) }
      }
      if count == 1 { return .one(report) }
      queue.append(report)
      return rest(of: count)
    case .interrupted: return .interrupted
    case .nothing: return .interrupted
    case .nobody: return .nobody
    case .refused(let error): return .refused(error)
    }
  }

  /// Waits for reports until a time (CLOCK_MONOTONIC, nanoseconds).
  mutating func next(of count: Int, before limit: UInt64) -> Collection {
    switch rest(of: count) {
    case .refused(let error): return .refused(error)
    case .nobody: return .nobody
    default: if !queue.isEmpty { return .several }
    }
    let now = kernel.now
    if limit > now { kernel.awaitChange(nanoseconds: limit - now) }
    return rest(of: count)
  }

  /// Collects what is there.
  mutating func rest(of count: Int) -> Collection {
    // One thread more than there are would have to be a new one.
    while queue.count <= count {
      switch waiting.next(blocking: false) {
      case .report(let report):
        if report.isExec || report.isEnd {
          queue.drop(report.tid)
          replaced.append(report.tid)
        }
        queue.append(report)
      case .refused(let error): return .refused(error)
      case .nobody: return queue.isEmpty ? .nobody : .several
      case .nothing: return .several
      case .interrupted: return .several
      }
    }
    return .several
  }

  mutating func takeReplaced() -> [Int32] {
    defer { replaced = [] }
    return replaced
  }

  private mutating func startTicking() {
    isTicking = true
    kernel.tick(everyMilliseconds: 10)
  }

  /// A tick came before anything else did: where nothing has happened since the last one, there are no more.
  mutating func idle() {
    guard stopCount == stopCountAtTick else {
      stopCountAtTick = stopCount
      return
    }
    stopTicking()
  }

  mutating func stopTicking() {
    isTicking = false
    kernel.tick(everyMilliseconds: 0)
  }
}
