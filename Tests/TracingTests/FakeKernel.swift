import Glibc
import Linux
import Ptrace

/// A kernel that replays reports: of those whose threads run, the first of its list comes next. It refuses what it is
/// told to, and notes requests to threads that do not stand in a stop.
final class FakeKernel: Kernel {
  struct Report {
    let tid: Int32
    let status: Int32
    var message: UInt = 0

    static func event(_ tid: Int32, _ event: Int32, _ message: Int32 = 0) -> Report {
      Report(tid: tid, status: event << 16 | SIGTRAP << 8 | 0x7f, message: UInt(message))
    }
    static func fork(_ tid: Int32, _ child: Int32) -> Report { event(tid, 1, child) }
    static func vfork(_ tid: Int32, _ child: Int32) -> Report { event(tid, 2, child) }
    static func exec(_ tid: Int32, formerly former: Int32) -> Report { event(tid, 4, former) }
    static func firstStop(_ tid: Int32) -> Report { event(tid, 128) }
    static func signal(_ tid: Int32, _ signal: Int32) -> Report { Report(tid: tid, status: signal << 8 | 0x7f) }
    static func exited(_ tid: Int32) -> Report { Report(tid: tid, status: 0) }
    static func killed(_ tid: Int32) -> Report { Report(tid: tid, status: SIGKILL) }

    var isStop: Bool { status & 0xff == 0x7f }
  }

  /// PTRACE_CONT and so on; see ptrace(2).
  enum Request {
    static let resume: Int32 = 7
    static let detach: Int32 = 17
    static let resumeToCall: Int32 = 24
    static let eventMessage: Int32 = 0x4201
    static let signalInformation: Int32 = 0x4202
    static let interrupt: Int32 = 0x4207
    static let listen: Int32 = 0x4208
  }

  private var reports: [Report]
  private var messages: [Int32: UInt] = [:]
  private(set) var stopped: Set<Int32> = []
  private var dead: Set<Int32> = []
  /// Errors by request.
  var refusals: [Int32: Int32] = [:]
  private(set) var faults: [String] = []
  private(set) var detached: Set<Int32> = []
  /// Whether the tracer waited for reports that its own doing kept from coming.
  private(set) var isStuck = false
  private var time: UInt64 = 0
  /// After so many waits a signal tells the tracer to end; nil: never.
  var waitsUntilSignal: Int?

  init(_ reports: [Report]) { self.reports = reports }

  override func wait(
    _ tid: Int32, blocking: Bool, _ status: inout Int32, systemTime: UnsafeMutablePointer<UInt64>?
  ) -> Int32 {
    if let waits = waitsUntilSignal { waitsUntilSignal = max(0, waits - 1) }
    guard let index = reports.firstIndex(where: { !stopped.contains($0.tid) || $0.status == SIGKILL }) else {
      if reports.isEmpty { return -ECHILD }
      isStuck = isStuck || blocking
      return blocking ? -ECHILD : 0
    }
    let report = reports.remove(at: index)
    status = report.status
    if report.status == SIGKILL {
      dead.insert(report.tid)
      reports.removeAll { $0.tid == report.tid }
    }
    if report.isStop { stopped.insert(report.tid) } else { stopped.remove(report.tid) }
    messages[report.tid] = report.message
    return report.tid
  }

  override func ptrace(_ request: Int32, _ tid: Int32, _ address: UInt, _ data: UInt) -> Int {
    if let error = refusals[request] { return -Int(error) }
    if request == Request.interrupt { return 0 }
    if dead.contains(tid) { return -Int(ESRCH) }
    guard stopped.contains(tid) else {
      faults.append("request \(request) to \(tid), which runs")
      return -Int(ESRCH)
    }
    switch request {
    case Request.resume, Request.resumeToCall, Request.listen: stopped.remove(tid)
    case Request.detach:
      stopped.remove(tid)
      detached.insert(tid)
    case Request.eventMessage: UnsafeMutablePointer<UInt>(bitPattern: data)?.pointee = messages[tid] ?? 0
    case Request.signalInformation: break
    default: return -Int(EIO)
    }
    return 0
  }

  override func isThread(_ tid: Int32, of pid: Int32) -> Bool { tid == pid }
  override func process(of tid: Int32) -> ProcessStatus? { nil }
  override var notedSignal: Int32 { waitsUntilSignal == 0 ? SIGTERM : 0 }
  override var hasTicked: Bool { false }
  override func tick(everyMilliseconds period: UInt32) {}
  override func awaitChange(nanoseconds: UInt64) { time += nanoseconds }
  override var now: UInt64 { time }
}
