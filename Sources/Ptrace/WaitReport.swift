import CLinux
import Linux

/// How a thread ended.
public enum ThreadEnd: Sendable, Equatable {
  case exited(Int32)
  case killed(signal: Int32, coreDumped: Bool)

  /// From a status of wait4(2).
  init(status: Int32) {
    let signal = status & 0x7f
    self = signal == 0 ? .exited((status >> 8) & 0xff) : .killed(signal: signal, coreDumped: status & 0x80 != 0)
  }
}

/// What wait4(2) reports of one child or traced thread.
public enum WaitReport: ~Copyable {
  case stopped(PtraceStop)
  case ended(tid: Int32, ThreadEnd)
  /// A stopped child that is not traced went on.
  case continued(tid: Int32)

  public var tid: Int32 {
    switch self {
    case .stopped(let stop): stop.tid
    case .ended(let tid, _): tid
    case .continued(let tid): tid
    }
  }

  /// Whether a thread has executed a program, and has its process's id from now on.
  public var isExec: Bool {
    switch self {
    case .stopped(let stop): stop.reason == .exec
    case .ended: false
    case .continued: false
    }
  }

  /// Whether what was reported of the thread before is over, handled or not: it has been killed, or is gone. An exec is told
  /// of by ``isExec``.
  public var isEnd: Bool {
    switch self {
    case .stopped(let stop): stop.reason == .exiting
    case .ended: true
    case .continued: false
    }
  }

  /// There is nothing to do about it any more.
  consuming func abandon() {
    if case .stopped(let stop) = consume self { stop.abandon() }
  }

  init(tid: Int32, status: Int32, systemTime: UInt64, kernel: Kernel) {
    if status & 0xff == 0x7f {
      self = .stopped(PtraceStop(tid: tid, status: status, systemTime: systemTime, kernel: kernel))
    } else if status == 0xffff {
      self = .continued(tid: tid)
    } else {
      self = .ended(tid: tid, ThreadEnd(status: status))
    }
  }
}

/// wait4(2) with `__WALL` and `__WNOTHREAD`: children and traced threads of every kind that the calling thread started or
/// seized. Children of other threads are not touched: a program that traces may have some of its own.
public struct Waiting {
  /// Whether stops carry ``PtraceStop/systemTime``, which costs a little more.
  public var measuresTime = false
  let kernel: Kernel

  public init(_ kernel: Kernel) { self.kernel = kernel }

  public enum Outcome: ~Copyable {
    case report(WaitReport)
    /// Nothing has happened yet (only when not blocking).
    case nothing
    /// A signal to the tracer came first.
    case interrupted
    /// There is no child and no traced thread.
    case nobody
    /// The kernel does not let the tracer wait.
    case refused(Errno)
  }

  /// Waits for any.
  @inline(__always)
  public func next(blocking: Bool) -> Outcome {
    var status: Int32 = 0
    var systemTime: UInt64 = 0
    let found =
      measuresTime
      ? withUnsafeMutablePointer(to: &systemTime) { kernel.wait(-1, blocking: blocking, &status, systemTime: $0) }
      : kernel.wait(-1, blocking: blocking, &status, systemTime: nil)
    if found > 0 {
      return .report(WaitReport(tid: found, status: status, systemTime: systemTime, kernel: kernel))
    }
    switch -found {
    case 0: return .nothing
    case EINTR: return .interrupted
    case ECHILD: return .nobody
    default: return .refused(Errno(rawValue: -found))
    }
  }
}

/// Reports that were collected and wait to be handled, in the kernel's order.
public struct ReportQueue: ~Copyable {
  private var slots: UnsafeMutableBufferPointer<WaitReport>
  private var first = 0
  public private(set) var count = 0
  public var isEmpty: Bool { count == 0 }

  public init() { slots = .allocate(capacity: 64) }

  deinit {
    for index in 0..<count {
      // The tracer ends, and with it its tracees are let go.
      if case .stopped(let stop) = slots.moveElement(from: (first + index) % slots.count) { stop.abandon() }
    }
    slots.deallocate()
  }

  public mutating func append(_ report: consuming WaitReport) {
    if count == slots.count { grow() }
    slots.initializeElement(at: (first + count) % slots.count, to: report)
    count += 1
  }

  /// The next one; nil when there is none.
  public mutating func next() -> WaitReport? {
    guard count > 0 else { return nil }
    let index = first
    first = (first + 1) % slots.count
    count -= 1
    return slots.moveElement(from: index)
  }

  /// Takes out what was reported of a thread, where there is something.
  public mutating func drop(_ tid: Int32) {
    guard (0..<count).contains(where: { slots[(first + $0) % slots.count].tid == tid }) else { return }
    for _ in 0..<count {
      guard let report = next() else { return }
      if report.tid == tid { report.abandon() } else { append(report) }
    }
  }

  private mutating func grow() {
    let larger = UnsafeMutableBufferPointer<WaitReport>.allocate(capacity: slots.count * 2)
    for index in 0..<count {
      larger.initializeElement(at: index, to: slots.moveElement(from: (first + index) % slots.count))
    }
    slots.deallocate()
    slots = larger
    first = 0
  }
}
