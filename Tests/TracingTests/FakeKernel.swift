import CLinux
import Glibc
import Linux
import Ptrace
import Settings

/// A kernel that replays reports: of those whose threads run, the first of its list comes next. It refuses what it is
/// told to, and notes requests to threads that do not stand in a stop.
final class FakeKernel: Kernel {
  struct Report {
    let tid: Int32
    let status: Int32
    var message: UInt = 0
    /// It does not come before (nanoseconds of the kernel's clock).
    var time: UInt64 = 0
    var call: Call?

    /// What `PTRACE_GET_SYSCALL_INFO` says at a stop.
    enum Call { case entry(UInt64, UInt64), exit(Int64) }

    /// An entry to call `number` of x86_64, and the return from one.
    static func entry(_ tid: Int32, _ number: UInt64, _ argument: UInt64 = 0) -> Report {
      Report(tid: tid, status: (SIGTRAP | 0x80) << 8 | 0x7f, call: .entry(number, argument))
    }
    static func exit(_ tid: Int32, _ result: Int64 = 0) -> Report {
      Report(tid: tid, status: (SIGTRAP | 0x80) << 8 | 0x7f, call: .exit(result))
    }
    static func groupStop(_ tid: Int32, _ signal: Int32) -> Report {
      Report(tid: tid, status: 128 << 16 | signal << 8 | 0x7f)
    }
    func at(_ time: UInt64) -> Report {
      var report = self
      report.time = time
      return report
    }

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
    static let seize: Int32 = 0x4206
    static let interrupt: Int32 = 0x4207
    static let listen: Int32 = 0x4208
    static let callInformation: Int32 = 0x420e
  }

  private var reports: [Report]
  /// The last report of each thread.
  private var last: [Int32: Report] = [:]
  private(set) var stopped: Set<Int32> = []
  private var dead: Set<Int32> = []
  /// Errors by request.
  var refusals: [Int32: Int32] = [:]
  private(set) var faults: [String] = []
  private(set) var detached: Set<Int32> = []
  /// In their order.
  private(set) var seized: [Int32] = []
  /// Signals that were delivered, by thread.
  private(set) var delivered: [Int32: [Int32]] = [:]
  /// Signals that were sent by kill(2).
  private(set) var sent: [Int32: [Int32]] = [:]
  /// The threads of each process, as a look at it finds them: one list after another, the last for good.
  var threadsFound: [Int32: [[Int32]]] = [:]
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
    guard let index = next(blocking) else {
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
    last[report.tid] = report
    return report.tid
  }

  /// The first report that can come; one whose time has not come is waited for.
  private func next(_ blocking: Bool) -> Int? {
    if let index = firstDue() { return index }
    guard blocking, let later = reports.map(\.time).filter({ $0 > time }).min() else { return nil }
    time = later
    return firstDue()
  }

  private func firstDue() -> Int? {
    var earlier: Set<Int32> = []
    return reports.firstIndex { report in
      let isFirst = earlier.insert(report.tid).inserted
      return isFirst && report.time <= time && (!stopped.contains(report.tid) || report.status == SIGKILL)
    }
  }

  override func ptrace(_ request: Int32, _ tid: Int32, _ address: UInt, _ data: UInt) -> Int {
    if let error = refusals[request] { return -Int(error) }
    if request == Request.seize { seized.append(tid) }
    if request == Request.interrupt || request == Request.seize { return 0 }
    if dead.contains(tid) { return -Int(ESRCH) }
    guard stopped.contains(tid) else {
      faults.append("request \(request) to \(tid), which runs")
      return -Int(ESRCH)
    }
    switch request {
    case Request.resume, Request.resumeToCall, Request.listen, Request.detach:
      stopped.remove(tid)
      if request == Request.detach { detached.insert(tid) }
      if data != 0 { delivered[tid, default: []].append(Int32(data)) }
    case Request.eventMessage: UnsafeMutablePointer<UInt>(bitPattern: data)?.pointee = last[tid]?.message ?? 0
    case Request.signalInformation:
      let event = (last[tid]?.status ?? 0) >> 8
      if event > 0xff { UnsafeMutablePointer<siginfo_t>(bitPattern: data)?.pointee.si_code = event }
    case Request.callInformation: return tell(last[tid]?.call, data)
    default: return -Int(EIO)
    }
    return 0
  }

  private func tell(_ call: Report.Call?, _ place: UInt) -> Int {
    let information = UnsafeMutablePointer<ptrace_syscall_info>(bitPattern: place)
    guard let call, let information else { return -Int(EINVAL) }
    information.pointee = ptrace_syscall_info()
    information.pointee.arch = UInt32(EM_X86_64) | 0xc000_0000
    switch call {
    case .entry(let number, let argument):
      information.pointee.op = UInt8(PTRACE_SYSCALL_INFO_ENTRY)
      information.pointee.entry.nr = number
      information.pointee.entry.args.0 = argument
    case .exit(let result):
      information.pointee.op = UInt8(PTRACE_SYSCALL_INFO_EXIT)
      information.pointee.exit.rval = result
      information.pointee.exit.is_error = result < 0 ? 1 : 0
    }
    return MemoryLayout<ptrace_syscall_info>.size
  }

  /// What `start` starts.
  static let startedProcess: Int32 = 100

  override func start(
    _ program: Program, _ placement: TracerPlacement, named name: String
  ) throws(Errno) -> Program.Started { Program.Started(pid: Self.startedProcess, gate: -1) }

  override func send(_ signal: Int32, to pid: Int32) { sent[pid, default: []].append(signal) }

  override func threads(of pid: Int32) -> [Int32] {
    guard let lists = threadsFound[pid], let first = lists.first else { return [] }
    if lists.count > 1 { threadsFound[pid]?.removeFirst() }
    return first
  }

  override func handlesUserFaults(_ pid: Int32) -> Bool { false }
  override func isThread(_ tid: Int32, of pid: Int32) -> Bool { tid == pid }
  override func process(of tid: Int32) -> ProcessStatus? { nil }
  override var notedSignal: Int32 { waitsUntilSignal == 0 ? SIGTERM : 0 }
  override var hasTicked: Bool { false }
  override func tick(everyMilliseconds period: UInt32) {}
  override func tick(after nanoseconds: UInt64) {}
  override func awaitChange(nanoseconds: UInt64) { time += nanoseconds }
  override var now: UInt64 { time }
}
