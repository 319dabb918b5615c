import Glibc
import Linux
import Ptrace

/// A kernel with a few processes of a few threads, which do by chance what threads may do, under the rules of ptrace(2):
/// system calls, births, execs, signals, group stops, ends and kills. One seed is one history.
///
/// What the tracer does against the rules is a fault.
class SimulatedThreads: Kernel {
  final class Thread {
    let tid: Int32
    let pid: Int32
    var state = State.running
    /// The call that it is in.
    var call: Call?
    /// The thread that it is about to tell of.
    var untold: Int32?
    /// An exec of which the event is still to come: the id that it had before.
    var execsFormerly: Int32?
    var isInGroupStop = false
    /// It is to stop for its tracer, once it is back from its call.
    var isInterrupted = false
    var hasBegun: Bool
    var isEnding = false
    /// It was killed, and tells of that next: requests meant for where it was before are too late.
    var isKilled = false
    /// As wait4(2) will report it.
    var endStatus: Int32 = 0
    /// It has taken over the id of another that is gone, and nothing was reported since.
    var hasReplaced = false
    /// A signal that waits to be delivered.
    var pendingSignal: Int32?
    /// The event that tells of ``untold``: fork(2), vfork(2) or clone(2).
    var birthEvent: Int32 = 3
    /// The child that has its memory until it executes a program or ends.
    var lends: Int32?

    init(_ tid: Int32, of pid: Int32, hasBegun: Bool) {
      self.tid = tid
      self.pid = pid
      self.hasBegun = hasBegun
    }

    /// It has executed a program, and that was not reported.
    var isExecuting: Bool { execsFormerly != nil || hasReplaced }
    var isDead: Bool { if case .dead = state { true } else { false } }
    var isReported: Bool { if case .stopped(_, isReported: true) = state { true } else { false } }
  }

  enum State: Equatable {
    case running
    /// Stopped, and reported as such or not yet.
    case stopped(status: Int32, isReported: Bool)
    /// In a group stop that the tracer listens to.
    case listening
    /// Gone, with a status that has not been reported yet.
    case dead(status: Int32)
    case untraced
  }

  /// What a call is for.
  enum Call: Int, CaseIterable { case any, starts, startsUntraced, executes, asksForCPUs }

  /// How a history begins, and what may happen in it.
  struct Setting {
    /// How many steps there are before all end.
    var steps = 60
    var mostThreads = 4
    /// The first process runs already, with three threads, and is not traced.
    var isAttached = false
    /// What a traced thread starts is traced.
    var followsForks = true
    /// Of so many requests that could be fulfilled one is refused; nil: none.
    var refusesOneIn: Int?
    /// Ids are given out again as soon as they are free.
    var reusesIds = false
  }

  var choices: Choices
  let setting: Setting
  var threads: [Int32: Thread] = [:]
  private var messages: [Int32: UInt] = [:]
  private var nextTid: Int32 = 101
  /// How many steps are left before all end.
  private(set) var steps: Int
  /// The CPUs that threads may use.
  let affinity = FakeAffinity()

  var faults: [String] = []
  /// Ids that are gone since their threads executed a program.
  private(set) var renamed: Set<Int32> = []
  /// Signals that were about to be delivered, less those that were.
  var lostSignals = 0
  /// What happened, in words, where that is wanted.
  private(set) var history: [String] = []
  var tellsHistory = false

  init(_ choices: Choices, _ setting: Setting) {
    self.choices = choices
    self.setting = setting
    steps = setting.steps
    for tid in setting.isAttached ? [100, 98, 99] : [100] as [Int32] {
      let thread = Thread(tid, of: 100, hasBegun: true)
      if setting.isAttached { thread.state = .untraced }
      threads[tid] = thread
      affinity.masks[tid] = FakeAffinity.both
    }
  }

  func tell(_ text: @autoclosure () -> String) { if tellsHistory { history.append(text()) } }

  /// In the order of their ids.
  var all: [Thread] { threads.values.sorted { $0.tid < $1.tid } }
  var living: [Thread] { all.filter { !$0.isDead } }
  var hasSteps: Bool { steps > 0 }
  func message(of tid: Int32) -> UInt { messages[tid] ?? 0 }

  func stop(_ thread: Thread, _ status: Int32, _ message: UInt = 0) {
    thread.state = .stopped(status: status << 8 | 0x7f, isReported: false)
    messages[thread.tid] = message
  }

  func event(_ thread: Thread, _ event: Int32, _ message: UInt = 0) {
    stop(thread, event << 8 | SIGTRAP, message)
  }

  // MARK: - What threads do

  /// One running thread does something; false when none runs.
  func step() -> Bool {
    let able = living.filter { $0.state == .running && ($0.isKilled || !isLending($0)) }
    guard let thread = choices.oneOf(able) else { return false }
    steps -= 1
    act(thread)
    return true
  }

  /// Whether it waits for the child that has its memory; a signal that kills it does not.
  private func isLending(_ thread: Thread) -> Bool {
    guard let child = thread.lends, thread.untold == nil else { return false }
    if let borrower = threads[child], !borrower.isDead, borrower.state != .untraced { return true }
    thread.lends = nil
    return false
  }

  private func act(_ thread: Thread) {
    if thread.isEnding { return end(thread, status: thread.endStatus) }
    if thread.isKilled { return tellOfEnd(thread) }
    if !thread.hasBegun {
      thread.hasBegun = true
      tell("\(thread.tid) begins")
      return event(thread, 128)
    }
    if let former = thread.execsFormerly {
      thread.execsFormerly = nil
      return event(thread, 4, UInt(former))
    }
    if let child = thread.untold {
      thread.untold = nil
      return event(thread, thread.birthEvent, UInt(child))
    }
    // Stops and signals come at the end of a call, which they interrupt.
    if let call = thread.call, thread.isInGroupStop || thread.isInterrupted { return leave(thread, call) }
    if thread.isInterrupted {
      thread.isInterrupted = false
      return event(thread, 128)
    }
    if thread.isInGroupStop { return stop(thread, 128 << 8 | SIGSTOP) }
    if let signal = thread.pendingSignal, thread.call == nil {
      thread.pendingSignal = nil
      return stop(thread, signal)
    }
    if steps <= 0 { return tellOfEnd(thread) }
    if let call = thread.call { goOn(thread, in: call) } else { choose(thread) }
  }

  /// What is not traced ends some time: a process's first thread is told of only then.
  func endUntraced() -> Bool {
    guard let thread = living.first(where: { $0.state == .untraced }) else { return false }
    end(thread, status: 0)
    return true
  }

  private func choose(_ thread: Thread) {
    switch choices.below(14) {
    case 0: tellOfEnd(thread)
    case 1: kill(thread.pid)
    case 2: thread.pendingSignal = SIGUSR1
    case 3: thread.pendingSignal = SIGTSTP
    case 4: stopGroup(thread)
    case 5: exitGroup(thread)
    default:
      let call = choices.oneOf(Call.allCases) ?? .any
      tell("\(thread.tid) calls: \(call)")
      thread.call = call
      stop(thread, SIGTRAP | 0x80)
    }
  }

  private func goOn(_ thread: Thread, in call: Call) {
    let isDone = choices.below(3) < 2
    switch call {
    case .starts where !isDone: return giveBirth(thread, isTraced: setting.followsForks)
    case .startsUntraced where !isDone: giveBirth(thread, isTraced: false)
    case .executes where !isDone: return execute(thread)
    default: break
    }
    leave(thread, call)
  }

  private func leave(_ thread: Thread, _ call: Call) {
    if call == .asksForCPUs, affinity.masks[thread.tid] != FakeAffinity.both {
      faults.append("\(thread.tid) sees that it lacks a CPU")
    }
    tell("\(thread.tid) returns")
    thread.call = nil
    stop(thread, SIGTRAP | 0x80)
  }

  private func freeId() -> Int32 {
    if setting.reusesIds {
      let isTaken = { [self] (id: Int32) in
        threads[id] != nil || threads.values.contains { $0.pid == id || $0.execsFormerly == id }
      }
      return (101...).first { !isTaken($0) } ?? nextTid
    }
    defer { nextTid += 1 }
    return nextTid
  }

  private func giveBirth(_ parent: Thread, isTraced: Bool) {
    guard living.count < setting.mostThreads else { return }
    let tid = freeId()
    let isThread = choices.below(2) == 0
    let child = Thread(tid, of: isThread ? parent.pid : tid, hasBegun: false)
    threads[tid] = child
    affinity.masks[tid] = affinity.masks[parent.tid]
    guard isTraced else {
      child.state = .untraced
      return tell("\(parent.tid) starts \(tid), which is not traced")
    }
    parent.birthEvent = isThread ? 3 : Int32(choices.below(3)) + 1
    if parent.birthEvent == 2 { parent.lends = tid }
    tell("\(parent.tid) starts \(tid)" + (isThread ? " as a thread" : parent.birthEvent == 2 ? " by vfork" : ""))
    parent.untold = tid
  }

  /// The other threads of its process end, and it has the process's id then; the first thread's end is not told.
  private func execute(_ thread: Thread) {
    tell("\(thread.tid) executes")
    for parent in threads.values where parent.lends == thread.tid { parent.lends = nil }
    for other in living where other.pid == thread.pid && other !== thread && other.tid != thread.pid {
      end(other, status: SIGKILL)
    }
    guard thread.tid != thread.pid else {
      thread.execsFormerly = thread.tid
      return
    }
    let leader = Thread(thread.pid, of: thread.pid, hasBegun: true)
    leader.call = .executes
    leader.hasReplaced = true
    renamed.insert(thread.tid)
    leader.execsFormerly = thread.tid
    leader.pendingSignal = thread.pendingSignal
    if let first = threads[thread.pid], isToGetSignal(first) { lostSignals -= 1 }
    affinity.masks[thread.pid] = affinity.masks.removeValue(forKey: thread.tid)
    threads[thread.tid] = nil
    threads[thread.pid] = leader
  }

  func stopGroup(_ thread: Thread) {
    tell("\(thread.pid) stops")
    for member in living where member.pid == thread.pid && member.hasBegun && !member.isEnding {
      member.isInGroupStop = true
      if member.state == .running, member.call == nil, !member.isKilled { stop(member, 128 << 8 | SIGSTOP) }
    }
  }

  /// A process that is stopped goes on some time: nothing else may be left to happen.
  func continueGroup() -> Bool {
    guard let thread = choices.oneOf(living.filter(\.isInGroupStop)) else { return false }
    tell("\(thread.pid) goes on")
    for member in living where member.pid == thread.pid && member.isInGroupStop {
      member.isInGroupStop = false
      if member.state == .listening { event(member, 128) }
    }
    return true
  }

  // MARK: - How they end

  private func tellOfEnd(_ thread: Thread) {
    thread.isEnding = true
    tell("\(thread.tid) ends")
    event(thread, 6, UInt(thread.endStatus))
  }

  /// A thread ends its process: the others are killed.
  private func exitGroup(_ thread: Thread) {
    tell("\(thread.tid) ends its process")
    for member in living where member.pid == thread.pid && member !== thread { killOne(member) }
    tellOfEnd(thread)
  }

  func kill(_ pid: Int32) {
    tell("\(pid) is killed")
    for member in living where member.pid == pid { killOne(member) }
  }

  /// It is gone at once, or tells of its end first, whatever it was stopped for.
  private func killOne(_ thread: Thread) {
    guard thread.state != .untraced, !thread.isEnding, choices.below(2) == 1 else {
      return end(thread, status: SIGKILL)
    }
    if isToGetSignal(thread) { lostSignals -= 1 }
    thread.isKilled = true
    thread.endStatus = SIGKILL
    thread.isInGroupStop = false
    thread.state = .running
  }

  static func isSignalStop(_ status: Int32) -> Bool {
    status == SIGUSR1 << 8 | 0x7f || status == SIGTSTP << 8 | 0x7f
  }

  /// Whether it was reported to have stopped for a signal, and is held there.
  private func isToGetSignal(_ thread: Thread) -> Bool {
    if case .stopped(let status, isReported: true) = thread.state { Self.isSignalStop(status) } else { false }
  }

  func end(_ thread: Thread, status: Int32) {
    tell("\(thread.tid) is gone")
    affinity.masks[thread.tid] = nil
    if isToGetSignal(thread) { lostSignals -= 1 }
    if thread.state == .untraced { threads[thread.tid] = nil } else { thread.state = .dead(status: status) }
  }
}
