import CLinux
import Glibc
import Linux
import Ptrace
import SyscallTables

/// What a tracer asks of simulated threads: wait4(2) and ptrace(2), by their rules.
final class SimulatedKernel: SimulatedThreads {
  private var time: UInt64 = 0
  /// After so many waits a signal tells the tracer to end; nil: never.
  var waitsUntilSignal: Int?
  /// What has to be so whenever the tracer waits: what is wrong, where something is. It is told whether the tracer has
  /// handled all that was reported.
  var invariant: (Bool) -> String? = { _ in nil }
  private(set) var refusals = 0
  /// Threads that cannot go on since that was refused, and letting go of them, too.
  private(set) var stuck: Set<Int32> = []
  /// Who was reported to have stopped at a call.
  private(set) var madeCalls: Set<Int32> = [100]

  private func check(_ allIsHandled: Bool) {
    if let fault = invariant(allIsHandled), faults.last != fault { faults.append(fault) }
  }

  override func wait(
    _ tid: Int32, blocking: Bool, _ status: inout Int32, systemTime: UnsafeMutablePointer<UInt64>?
  ) -> Int32 {
    if let waits = waitsUntilSignal { waitsUntilSignal = max(0, waits - 1) }
    check(blocking)
    for _ in 0..<choices.below(4) where hasSteps { _ = step() }
    while true {
      if let found = report(&status) { return found }
      if threads.values.allSatisfy({ $0.state == .untraced }) { return -ECHILD }
      if !blocking { return 0 }
      if notedSignal != 0 { return -EINTR }
      guard step() || continueGroup() || endUntraced() else {
        // What cannot be let go on waits for the end of the trace, and others may wait for it.
        if stuck.isEmpty { faults.append("the tracer waits for threads that wait for it: \(forgotten)") }
        return -ECHILD
      }
    }
  }

  private func report(_ status: inout Int32) -> Int32? {
    let ready = all.filter { thread in
      switch thread.state {
      case .stopped(_, let isReported): !isReported
      // A process's first thread is told of when all others are gone.
      case .dead: thread.tid != thread.pid || !all.contains { $0.pid == thread.pid && $0.tid != thread.pid }
      default: false
      }
    }
    guard let thread = choices.oneOf(ready) else { return nil }
    switch thread.state {
    case .stopped(let value, _):
      thread.state = .stopped(status: value, isReported: true)
      thread.hasReplaced = false
      thread.isKilled = false
      if Self.isSignalStop(value) {
        lostSignals += 1
        tell("\(thread.tid) gets a signal")
      }
      if value >> 8 == SIGTRAP | 0x80 { madeCalls.insert(thread.tid) }
      tell("\(thread.tid) is reported: stop \(String(value >> 8, radix: 16))")
      status = value
    case .dead(let value):
      tell("\(thread.tid) is reported: end")
      threads[thread.tid] = nil
      status = value
    default: return nil
    }
    return thread.tid
  }

  override func ptrace(_ request: Int32, _ tid: Int32, _ address: UInt, _ data: UInt) -> Int {
    guard let found = threads[tid] else { return -Int(ESRCH) }
    if request == FakeKernel.Request.seize { return seize(found) }
    race(found)
    // Another may have its id now.
    guard let thread = threads[tid] else { return -Int(ESRCH) }
    if request == FakeKernel.Request.interrupt {
      tell("\(tid) is interrupted")
      if thread.state == .listening { stop(thread, 128 << 8 | SIGSTOP) }
      // One that has not begun stops first of all anyway.
      if thread.state == .running, thread.hasBegun { thread.isInterrupted = true }
      return 0
    }
    // One that was killed has stopped again meanwhile, or will.
    guard case .stopped(let status, let isReported) = thread.state, isReported || thread.isKilled else {
      if thread.hasReplaced || thread.isDead || thread.isKilled { return -Int(ESRCH) }
      faults.append("request \(request) to \(tid), which does not stand in a reported stop")
      return -Int(ESRCH)
    }
    if let rate = setting.refusesOneIn, choices.isOneIn(rate) { return refuse(request, thread) }
    return answer(request, thread, status, data)
  }

  private func refuse(_ request: Int32, _ thread: Thread) -> Int {
    tell("request \(request) to \(thread.tid) is refused")
    if request == FakeKernel.Request.detach { stuck.insert(thread.tid) }
    refusals += 1
    return -Int([EIO, EINVAL, EPERM, ENOSYS][refusals % 4])
  }

  private func answer(_ request: Int32, _ thread: Thread, _ status: Int32, _ data: UInt) -> Int {
    switch request {
    case FakeKernel.Request.resume, FakeKernel.Request.resumeToCall:
      thread.state = .running
      deliver(data, status, thread)
    case FakeKernel.Request.listen:
      guard status >> 16 == 128 else { return -Int(EIO) }
      if thread.isInGroupStop { thread.state = .listening } else { event(thread, 128) }
    case FakeKernel.Request.detach:
      tell("\(thread.tid) is let go of\(data == 0 ? "" : " with signal \(data)")")
      thread.state = .untraced
      thread.isInGroupStop = false
      deliver(data, status, thread)
      if thread.isEnding { end(thread, status: 0) }
    case FakeKernel.Request.eventMessage:
      UnsafeMutablePointer<UInt>(bitPattern: data)?.pointee = message(of: thread.tid)
    case FakeKernel.Request.signalInformation:
      guard let information = UnsafeMutablePointer<siginfo_t>(bitPattern: data) else { return -Int(EFAULT) }
      information.pointee = siginfo_t()
      information.pointee.si_signo = status >> 8 & 0x7f
      information.pointee.si_code = status >> 16 != 0 ? status >> 8 : 0
    case FakeKernel.Request.callInformation: return tell(thread, data)
    default: return -Int(EIO)
    }
    return 0
  }

  /// Between a report and a request threads go on, and may be killed.
  private func race(_ thread: Thread) {
    guard hasSteps, thread.isReported else { return }
    if choices.isOneIn(24) { kill(thread.pid) }
    if choices.isOneIn(16) { _ = step() }
  }

  private func seize(_ thread: Thread) -> Int {
    guard thread.state == .untraced else { return -Int(EPERM) }
    thread.state = .running
    return 0
  }

  private func deliver(_ signal: UInt, _ status: Int32, _ thread: Thread) {
    guard Self.isSignalStop(status) else { return }
    if signal == UInt(status >> 8) { lostSignals -= 1 } else { tell("the signal is lost") }
    if signal == UInt(SIGTSTP), thread.state == .running { stopGroup(thread) }
  }

  private static let numbers: [UInt64] = Call.allCases.map { call in
    let name =
      switch call {
      case .any: "getpid"
      case .starts, .startsUntraced: "clone"
      case .executes: "execve"
      case .asksForCPUs: "sched_getaffinity"
      }
    return SyscallNumber.named(name, abi: .native)?.number ?? 0
  }
  private static let untraced = ConstantSet(named: "clone_flags")?.value(of: "CLONE_UNTRACED", wordSize: 8) ?? 0

  private func tell(_ thread: Thread, _ place: UInt) -> Int {
    guard let information = UnsafeMutablePointer<ptrace_syscall_info>(bitPattern: place) else { return -Int(EFAULT) }
    information.pointee = ptrace_syscall_info()
    information.pointee.arch = UInt32(EM_X86_64) | 0xc000_0000
    information.pointee.op = UInt8(thread.call != nil ? PTRACE_SYSCALL_INFO_ENTRY : PTRACE_SYSCALL_INFO_EXIT)
    if let call = thread.call {
      information.pointee.entry.nr = Self.numbers[call.rawValue]
      information.pointee.entry.args.0 = call == .startsUntraced ? Self.untraced : 0
    }
    return MemoryLayout<ptrace_syscall_info>.size
  }

  override func isThread(_ tid: Int32, of pid: Int32) -> Bool { threads[tid]?.pid == pid }
  override func process(of tid: Int32) -> ProcessStatus? { nil }
  override func threads(of pid: Int32) -> [Int32] { living.filter { $0.pid == pid }.map(\.tid) }
  override func handlesUserFaults(_ pid: Int32) -> Bool { false }
  override func send(_ signal: Int32, to pid: Int32) {}
  override func readMemory(_ tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }
  override var notedSignal: Int32 { waitsUntilSignal == 0 ? SIGTERM : 0 }
  override var hasTicked: Bool { false }
  override func tick(everyMilliseconds period: UInt32) {}
  override func tick(after nanoseconds: UInt64) {}
  override func awaitChange(nanoseconds: UInt64) {
    check(true)
    time += nanoseconds
    _ = step()
  }
  override var now: UInt64 { time }

  // MARK: - What the tracer left

  /// Who is stopped for the tracer and was reported.
  var forgotten: [Int32] { all.filter(\.isReported).map(\.tid) }
  /// Who is let go of, or was never traced.
  var untraced: [Int32] { all.filter { $0.state == .untraced }.map(\.tid) }
  /// Ids that a tracer may still know.
  var known: Set<Int32> {
    // An exec's former id is known until that is reported, or the end of who was killed in it.
    let isTold = all.allSatisfy { !$0.isExecuting && ($0.tid != $0.pid || !$0.isDead && !$0.isKilled && !$0.isEnding) }
    // Where the kernel does not say which it was, that takes until the end of the process.
    return Set(threads.keys).union(isTold && refusals == 0 ? [] : renamed)
  }
}
