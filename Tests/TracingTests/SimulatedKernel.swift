import CLinux
import Glibc
import Linux
import Ptrace
import TestSupport

/// A kernel with a few processes of a few threads, which do by chance what threads may do, under the rules of ptrace(2):
/// system calls, births, execs, signals, group stops, ends and kills. One seed is one history.
///
/// What the tracer does against the rules is a fault.
final class SimulatedKernel: Kernel {
  private final class Thread {
    let tid: Int32
    var pid: Int32
    var state = State.running
    var isInCall = false
    /// The thread that it is about to tell of.
    var untold: Int32?
    /// An exec of which the event is still to come: the id that it had before.
    var execsFormerly: Int32?
    var isInGroupStop = false
    var hasBegun: Bool
    var isEnding = false
    /// It has taken over the id of another that is gone, and nothing was reported since.
    var hasReplaced = false
    /// A signal that waits to be delivered.
    var pendingSignal: Int32?

    init(_ tid: Int32, of pid: Int32, hasBegun: Bool) {
      self.tid = tid
      self.pid = pid
      self.hasBegun = hasBegun
    }
  }

  private enum State: Equatable {
    case running
    /// Stopped, and reported as such or not yet.
    case stopped(status: Int32, isReported: Bool)
    /// In a group stop that the tracer listens to.
    case listening
    /// Gone, with a status that has not been reported yet.
    case dead(status: Int32)
    case untraced
  }

  private var random: SplitMix
  private var threads: [Int32: Thread] = [:]
  private var messages: [Int32: UInt] = [:]
  private var nextTid: Int32 = 101
  private let mostThreads: Int
  /// How many steps are left before all end.
  private var steps: Int
  private var time: UInt64 = 0
  /// After so many waits a signal tells the tracer to end; nil: never.
  var waitsUntilSignal: Int?

  private(set) var faults: [String] = []
  /// What each thread did that a tracer has to tell of.
  private(set) var births: [Int32] = []
  private(set) var ends: [Int32] = []
  /// Ids that are gone since their threads executed a program.
  private(set) var renamed: [Int32] = []
  /// Who was reported to have stopped at a call.
  private(set) var madeCalls: Set<Int32> = [100]
  private(set) var history: [String] = []
  /// Signals that were about to be delivered, less those that were.
  private(set) var lostSignals = 0

  init(seed: UInt64, steps: Int = 60, mostThreads: Int = 4) {
    random = SplitMix(state: seed)
    self.steps = steps
    self.mostThreads = mostThreads
    threads[100] = Thread(100, of: 100, hasBegun: true)
  }

  /// Who is stopped for the tracer and was reported.
  var forgotten: [Int32] {
    threads.values.filter { if case .stopped(_, isReported: true) = $0.state { true } else { false } }.map(\.tid)
      .sorted()
  }

  // MARK: - What threads do

  private var living: [Thread] {
    threads.values.filter { if case .dead = $0.state { false } else { true } }.sorted { $0.tid < $1.tid }
  }

  private func stop(_ thread: Thread, _ status: Int32, _ message: UInt = 0) {
    thread.state = .stopped(status: status << 8 | 0x7f, isReported: false)
    messages[thread.tid] = message
  }

  private func event(_ thread: Thread, _ event: Int32, _ message: UInt = 0) {
    stop(thread, event << 8 | SIGTRAP, message)
  }

  /// One running thread does something; false when none runs.
  private func step() -> Bool {
    guard let thread = living.filter({ $0.state == .running }).randomElement(using: &random) else { return false }
    steps -= 1
    act(thread)
    return true
  }

  private func act(_ thread: Thread) {
    if !thread.hasBegun {
      thread.hasBegun = true
      history.append("\(thread.tid) begins")
      return event(thread, 128)
    }
    if thread.isEnding { return end(thread, status: 0) }
    if let former = thread.execsFormerly {
      thread.execsFormerly = nil
      return event(thread, 4, UInt(former))
    }
    if let child = thread.untold {
      thread.untold = nil
      return event(thread, 3, UInt(child))
    }
    if thread.isInGroupStop { return stop(thread, 128 << 8 | SIGSTOP) }
    if let signal = thread.pendingSignal, !thread.isInCall {
      thread.pendingSignal = nil
      return stop(thread, signal)
    }
    if steps <= 0 { return startEnding(thread) }
    choose(thread)
  }

  private func choose(_ thread: Thread) {
    guard thread.isInCall else {
      switch Int.random(in: 0..<12, using: &random) {
      case 0: startEnding(thread)
      case 1: kill(thread.pid, SIGKILL)
      case 2: thread.pendingSignal = SIGUSR1
      case 3: stopGroup(thread)
      default:
        thread.isInCall = true
        stop(thread, SIGTRAP | 0x80)
      }
      return
    }
    switch Int.random(in: 0..<6, using: &random) {
    case 0, 1: giveBirth(thread)
    case 2: execute(thread)
    default:
      thread.isInCall = false
      stop(thread, SIGTRAP | 0x80)
    }
  }

  private func giveBirth(_ parent: Thread) {
    guard living.count < mostThreads else { return }
    let tid = nextTid
    nextTid += 1
    let isThread = Bool.random(using: &random)
    threads[tid] = Thread(tid, of: isThread ? parent.pid : tid, hasBegun: false)
    births.append(tid)
    history.append("\(parent.tid) starts \(tid)\(isThread ? " as a thread" : "")")
    parent.untold = tid
  }

  /// The other threads of its process end, and it has the process's id then; the first thread's end is not told.
  private func execute(_ thread: Thread) {
    history.append("\(thread.tid) executes")
    for other in living where other.pid == thread.pid && other !== thread && other.tid != thread.pid {
      end(other, status: SIGKILL)
    }
    guard thread.tid != thread.pid else {
      thread.execsFormerly = thread.tid
      return
    }
    let leader = Thread(thread.pid, of: thread.pid, hasBegun: true)
    leader.isInCall = true
    leader.hasReplaced = true
    renamed.append(thread.tid)
    leader.execsFormerly = thread.tid
    leader.pendingSignal = thread.pendingSignal
    if threads[thread.pid]?.state == .stopped(status: Self.signalStop, isReported: true) { lostSignals -= 1 }
    threads[thread.tid] = nil
    threads[thread.pid] = leader
  }

  private func stopGroup(_ thread: Thread) {
    history.append("\(thread.pid) stops")
    for member in living where member.pid == thread.pid && member.hasBegun && !member.isEnding {
      member.isInGroupStop = true
      if member.state == .running { stop(member, 128 << 8 | SIGSTOP) }
    }
  }

  /// A process that is stopped goes on some time: nothing else may be left to happen.
  private func continueGroup() -> Bool {
    guard let thread = living.filter(\.isInGroupStop).randomElement(using: &random) else { return false }
    history.append("\(thread.pid) goes on")
    for member in living where member.pid == thread.pid && member.isInGroupStop {
      member.isInGroupStop = false
      if member.state == .listening { event(member, 128) }
    }
    return true
  }

  private func startEnding(_ thread: Thread) {
    thread.isEnding = true
    history.append("\(thread.tid) ends")
    event(thread, 6)
  }

  private func kill(_ pid: Int32, _ signal: Int32) {
    history.append("\(pid) is killed")
    for member in living where member.pid == pid { end(member, status: signal) }
  }

  private func end(_ thread: Thread, status: Int32) {
    ends.append(thread.tid)
    if case .stopped(Self.signalStop, isReported: true) = thread.state { lostSignals -= 1 }
    if thread.state == .untraced { threads[thread.tid] = nil } else { thread.state = .dead(status: status) }
  }

  // MARK: - What the tracer asks

  override func wait(
    _ tid: Int32, blocking: Bool, _ status: inout Int32, systemTime: UnsafeMutablePointer<UInt64>?
  ) -> Int32 {
    if let waits = waitsUntilSignal { waitsUntilSignal = max(0, waits - 1) }
    for _ in 0..<Int.random(in: 0..<4, using: &random) where steps > 0 { _ = step() }
    while true {
      if let found = report(&status) { return found }
      if threads.values.allSatisfy({ $0.state == .untraced }) { return -ECHILD }
      if !blocking { return 0 }
      if notedSignal != 0 { return -EINTR }
      guard step() || continueGroup() else {
        faults.append("the tracer waits for threads that wait for it: \(forgotten)")
        return -ECHILD
      }
    }
  }

  private func report(_ status: inout Int32) -> Int32? {
    let ready = threads.values.sorted { $0.tid < $1.tid }.filter {
      switch $0.state {
      case .stopped(_, let isReported): !isReported
      // A process's first thread is told of when all others are gone.
      case .dead: $0.tid != $0.pid || !threads.values.contains { [pid = $0.pid] in $0.pid == pid && $0.tid != pid }
      default: false
      }
    }
    guard let thread = ready.randomElement(using: &random) else { return nil }
    switch thread.state {
    case .stopped(let value, _):
      thread.state = .stopped(status: value, isReported: true)
      thread.hasReplaced = false
      if value == Self.signalStop {
        lostSignals += 1
        history.append("\(thread.tid) gets a signal")
      }
      if value >> 8 == SIGTRAP | 0x80 { madeCalls.insert(thread.tid) }
      status = value
    case .dead(let value):
      threads[thread.tid] = nil
      status = value
    default: return nil
    }
    return thread.tid
  }

  override func ptrace(_ request: Int32, _ tid: Int32, _ address: UInt, _ data: UInt) -> Int {
    guard let thread = threads[tid] else { return -Int(ESRCH) }
    if request == FakeKernel.Request.interrupt {
      if thread.state == .running, thread.hasBegun { event(thread, 128) }
      if thread.state == .listening { stop(thread, 128 << 8 | SIGSTOP) }
      return 0
    }
    guard case .stopped(let status, isReported: true) = thread.state else {
      if thread.hasReplaced { return -Int(ESRCH) }
      if case .dead = thread.state { return -Int(ESRCH) }
      faults.append("request \(request) to \(tid), which does not stand in a reported stop")
      return -Int(ESRCH)
    }
    switch request {
    case FakeKernel.Request.resume, FakeKernel.Request.resumeToCall:
      thread.state = .running
      deliver(data, status)
    case FakeKernel.Request.listen:
      guard status >> 16 == 128 else { return -Int(EIO) }
      if thread.isInGroupStop { thread.state = .listening } else { event(thread, 128) }
    case FakeKernel.Request.detach:
      history.append("\(tid) is let go of\(data == 0 ? "" : " with signal \(data)")")
      thread.state = .untraced
      thread.isInGroupStop = false
      deliver(data, status)
    case FakeKernel.Request.eventMessage: UnsafeMutablePointer<UInt>(bitPattern: data)?.pointee = messages[tid] ?? 0
    case FakeKernel.Request.signalInformation: break
    case FakeKernel.Request.callInformation: return tell(thread, data)
    default: return -Int(EIO)
    }
    return 0
  }

  private static let signalStop = SIGUSR1 << 8 | 0x7f

  private func deliver(_ signal: UInt, _ status: Int32) {
    if status != Self.signalStop { return }
    if signal == UInt(SIGUSR1) { lostSignals -= 1 } else { history.append("the signal is lost") }
  }

  private func tell(_ thread: Thread, _ place: UInt) -> Int {
    guard let information = UnsafeMutablePointer<ptrace_syscall_info>(bitPattern: place) else { return -Int(EFAULT) }
    information.pointee = ptrace_syscall_info()
    information.pointee.arch = UInt32(EM_X86_64) | 0xc000_0000
    information.pointee.op = UInt8(thread.isInCall ? PTRACE_SYSCALL_INFO_ENTRY : PTRACE_SYSCALL_INFO_EXIT)
    if thread.isInCall { information.pointee.entry.nr = EngineRun.clone }
    return MemoryLayout<ptrace_syscall_info>.size
  }

  override func isThread(_ tid: Int32, of pid: Int32) -> Bool { threads[tid]?.pid == pid }
  override func process(of tid: Int32) -> ProcessStatus? { nil }
  override func threads(of pid: Int32) -> [Int32] { [] }
  override func send(_ signal: Int32, to pid: Int32) {}
  override func readMemory(_ tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }
  override var notedSignal: Int32 { waitsUntilSignal == 0 ? SIGTERM : 0 }
  override var hasTicked: Bool { false }
  override func tick(everyMilliseconds period: UInt32) {}
  override func tick(after nanoseconds: UInt64) {}
  override func awaitChange(nanoseconds: UInt64) {
    time += nanoseconds
    _ = step()
  }
  override var now: UInt64 { time }
}
