import Decoding
import Ptrace
import SyscallTables

/// Tracer and tracee on one CPU while one tracee is busy: a wake-up across CPUs costs more than everything else that a
/// stop costs.
///
/// The tracee must not be able to tell. It gets its own CPUs back before it can ask for them, or hand them to a process
/// that is not followed; when another is busy at the same time and they are better off apart (``Company``); when nothing
/// happens for a while; and when it is let go of.
struct Colocation {
  var isOn = false
  /// The CPU that the tracer keeps to; nil while it roams.
  var cpu: Int?
  /// The tracer's own CPUs.
  var tracerCPUs = CPUSet.all
  /// What gives a thread that has the tracer's own CPUs these back.
  var widest = CPUSet.all
  /// Tracees on ``cpu`` that are not there by their own choice.
  var placed: [Tracee] = []
  /// What is known of several tracees that are busy at once.
  var company = Company()
  /// Nobody is placed before so many stops.
  var pauseUntil: UInt64 = 0
  var pause: UInt64 = 2048
  /// When the streak of one tracee's stops was as long as at the last look.
  var lastLook: UInt64 = 0

  /// Nanoseconds that sixteen stops of a busy tracee take at most.
  static let busyTime = 16 * longestStop
  /// Nanoseconds from one stop to the next of a busy tracee, at most.
  static let longestStop: UInt64 = 100_000

  static var isPossible: Bool {
    guard let own = try? CPUSet(of: 0) else { return false }
    return own.count > 1
  }

  /// sched_getaffinity(2) and sched_setaffinity(2), by which a thread sees its CPUs.
  static let affinityCalls = SyscallFilter(named: ["sched_getaffinity", "sched_setaffinity"])
  /// Calls by which a thread hands its CPUs on.
  static let births = SyscallFilter(named: ["fork", "vfork", "clone", "clone3"])
  /// Those that say by flags what becomes of the new one, in an argument or, clone3(2), in memory.
  static let callsWithFlags = SyscallFilter(named: ["clone", "clone3"])
  static let callsWithFlagsInMemory = SyscallFilter(named: ["clone3"])
  /// All that matter here.
  static let revealing: SyscallFilter = {
    var calls = affinityCalls
    calls.formUnion(births)
    calls.formUnion(OpenedPaths.calls)
    return calls
  }()
}

extension Tracer {
  /// One tracee has stopped so often in a row: it may be busy alone.
  func place(after streak: UInt32) {
    let now = Clock.monotonic
    defer { colocation.lastLook = now }
    guard let tracee = tracees[lastTid] else { return }
    // The first sixteen have no beginning to measure from.
    guard streak > 16, now &- colocation.lastLook < Colocation.busyTime, stopCount >= colocation.pauseUntil,
      mayBePlaced(tracee)
    else { return }
    place(tracee)
  }

  /// Several tracees are busy, and better off on one CPU: one of them has stopped.
  func gather(_ tid: Int32) {
    if let tracee = tracees[tid], mayBePlaced(tracee) { place(tracee) }
  }

  private func mayBePlaced(_ tracee: Tracee) -> Bool {
    tracee.ownCPUs == nil && !tracee.avoidsPlacing && !tracee.isAttached && hasStarted
  }

  /// A program that starts is busy with that, whatever it does later, and so is what starts it: `birth` makes a process
  /// that has the one CPU from its first moment.
  func bornPlaced(_ birth: () throws(Errno) -> Tracee) throws(Errno) {
    let own = colocation.isOn ? settleAtStart() : nil
    let tracee = try birth()
    guard let own else { return }
    tracee.ownCPUs = own
    colocation.placed.append(tracee)
  }

  /// The tracer's own CPUs, when it has settled on one of them.
  private func settleAtStart() -> CPUSet? {
    do throws(Errno) {
      let own = try CPUSet(of: 0)
      return try settle(among: own) == nil ? nil : own
    } catch {
      colocation.isOn = false
      return nil
    }
  }

  private func place(_ tracee: Tracee) {
    do throws(Errno) {
      let own = try CPUSet(of: tracee.thread.tid)
      guard let cpu = try settle(among: own) else { return }
      tracee.ownCPUs = own
      colocation.placed.append(tracee)
      try CPUSet(only: cpu).apply(to: tracee.thread.tid)
    } catch {
      giveAllBack()
      colocation.isOn = false
    }
  }

  /// The CPU that the tracer keeps to, or does from now on, if a thread that may use `own` can be there; nil if it cannot,
  /// or has no other.
  private func settle(among own: CPUSet) throws(Errno) -> Int? {
    guard own.count > 1 else { return nil }
    if let chosen = colocation.cpu { return own.contains(chosen) ? chosen : nil }
    let tracerCPUs = try CPUSet(of: 0)
    colocation.tracerCPUs = tracerCPUs
    try CPUSet.all.apply(to: 0)
    colocation.widest = try CPUSet(of: 0) == tracerCPUs ? .all : tracerCPUs
    let current = CPUSet.current
    guard let cpu = own.contains(current) ? current : own.firstCommon(with: tracerCPUs) else {
      try tracerCPUs.apply(to: 0)
      return nil
    }
    try CPUSet(only: cpu).apply(to: 0)
    colocation.cpu = cpu
    return cpu
  }

  /// Gives a tracee its own CPUs back before the call that it is about to make could tell that it lacks them. The stop
  /// has been read.
  func hidePlacement(_ tracee: Tracee, _ abi: ABI) {
    if Colocation.affinityCalls.contains(stop.number, abi: abi) {
      if !tracee.isAttached { giveAllBackForALook() }
    } else if !tracee.avoidsPlacing, Colocation.births.contains(stop.number, abi: abi), !isFollowed(abi, tracee) {
      // What it starts may look at it at any time.
      tracee.avoidsPlacing = true
      giveBack(tracee)
    }
  }

  /// A tracee is about to look at CPUs: its own or another's. It takes a while until it does.
  func giveAllBackForALook() {
    giveAllBack()
    colocation.pauseUntil = max(colocation.pauseUntil, stopCount &+ colocation.pause)
  }

  /// Whether the process or thread that the tracee is about to start will be a tracee.
  private func isFollowed(_ abi: ABI, _ tracee: Tracee) -> Bool {
    guard configuration.followsForks else { return false }
    guard Colocation.callsWithFlags.contains(stop.number, abi: abi) else { return true }
    return cloneFlags(tracee, abi).map { $0 & KernelConstant.cloneUntraced == 0 } ?? false
  }

  /// The flags of the clone(2) or clone3(2) that the stop is of; nil when they cannot be read.
  private func cloneFlags(_ tracee: Tracee, _ abi: ABI) -> UInt64? {
    guard Colocation.callsWithFlagsInMemory.contains(stop.number, abi: abi) else { return stop.arguments[0] }
    var flags: UInt64 = 0
    let got = withUnsafeMutableBytes(of: &flags) { tracee.thread.readMemory(stop.arguments[0], into: $0) }
    return got == 8 ? flags : nil
  }

  /// A new thread has the CPUs of who started it.
  func inheritPlacement(_ tracee: Tracee, from parent: Tracee?) {
    tracee.avoidsPlacing = parent?.avoidsPlacing ?? false
    if let own = parent?.ownCPUs {
      tracee.ownCPUs = own
      colocation.placed.append(tracee)
    } else if colocation.pauseUntil > 0 || colocation.cpu != nil {
      // Its parent is not known yet, or was given back its CPUs after it started this one.
      let parentId = parent?.thread.tid ?? commandPid
      guard let cpus = try? CPUSet(of: parentId) else { return }
      try? (tracees[parentId]?.ownCPUs ?? cpus).apply(to: tracee.thread.tid)
    }
  }

  func giveBack(_ tracee: Tracee) {
    guard let own = tracee.ownCPUs else { return }
    tracee.ownCPUs = nil
    colocation.placed.removeAll { $0 === tracee }
    restore(own, to: tracee.thread.tid)
    if colocation.placed.isEmpty { freeTracer() }
  }

  func giveAllBack() {
    colocation.company.state = .unknown
    guard colocation.cpu != nil else { return }
    for tracee in colocation.placed {
      if let own = tracee.ownCPUs { restore(own, to: tracee.thread.tid) }
      tracee.ownCPUs = nil
    }
    colocation.placed.removeAll(keepingCapacity: true)
    freeTracer()
  }

  private func freeTracer() {
    guard colocation.cpu != nil else { return }
    try? unrestricted(colocation.tracerCPUs).apply(to: 0)
    colocation.cpu = nil
  }

  /// Somebody else may have chosen CPUs for the tracee meanwhile: that stays.
  private func restore(_ own: CPUSet, to tid: Int32) {
    guard let cpu = colocation.cpu, let now = try? CPUSet(of: tid), now == CPUSet(only: cpu) else { return }
    try? unrestricted(own).apply(to: tid)
  }

  /// A thread that has all CPUs that its control group allows is given all, so that it gains those that the group may
  /// be given later.
  private func unrestricted(_ own: CPUSet) -> CPUSet { own == colocation.tracerCPUs ? colocation.widest : own }
}
