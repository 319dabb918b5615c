import Linux
import Ptrace

/// Tracer and tracee on one CPU while one tracee is busy: a wake-up across CPUs costs more than everything else that a
/// stop costs.
///
/// A tracee that is pinned must not be able to tell. It gets its original affinity back before it can ask for it, or hand
/// it to a process that is not followed; when others want the CPU; when it stops seldom; when it is let go of; and when
/// the tracer ends, in whatever way.
struct CPUPlacement {
  private(set) var isOn: Bool
  /// Whether it is worth it is not asked.
  private let isUnconditional: Bool
  private let affinity: any CPUAffinity
  private var home = Home()
  /// The affinity that pinned tracees had, by thread id.
  private var originals: [Int32: CPUSet] = [:]
  /// Tracees that can see their CPUs by a way that cannot be watched: they are not pinned.
  private var exempt: Set<Int32> = []
  private var trial = ContentionTrial()
  private var rhythm = Rhythm()
  /// Nobody is pinned before so many stops.
  private var pauseUntil: UInt64 = 0
  private var pause: UInt64 = 2048

  /// Where the tracer is.
  private struct Home {
    /// The CPU that the tracer keeps to; nil while it roams.
    var cpu: Int?
    /// The last such.
    var lastCPU: Int?
    /// The tracer's own affinity.
    var tracerCPUs = CPUSet.all
    /// What gives a thread that has the tracer's affinity this back.
    var widest = CPUSet.all
    /// The affinity of the process that is about to be started there.
    var beginning: CPUSet?
    /// The affinity of the last one that was pinned.
    var lastOwn: CPUSet?
    /// The affinity of one that was gone when it ought to get it back: it executed a program, and has another id.
    var missed: CPUSet?
  }

  /// How tracees stop.
  private struct Rhythm {
    var stops: UInt64 = 0
    /// The one that stopped last, and for how many stops in a row.
    var lastTid: Int32 = 0
    var streak: UInt32 = 0
    /// When the streak was as long as at the last look at it.
    var streakSince: UInt64 = 0
    /// When it was last looked at all, and after how many stops.
    var lookedAt: UInt64 = 0
    var lookedAtStop: UInt64 = 0
    /// How many there were when the tracer last waited for a while.
    var stopsAtIdle: UInt64 = .max
  }

  /// Nanoseconds from one stop to the next of a busy tracee, at most.
  static let longestStop: UInt64 = 100_000
  /// … of several that are pinned, on average.
  static let longestShared: UInt64 = 4 * longestStop

  init(_ use: TraceConfiguration.Colocation, _ affinity: any CPUAffinity = KernelAffinity()) {
    self.affinity = affinity
    isUnconditional = use == .always
    let count = use == .off ? 0 : (try? affinity.cpus(of: 0))?.count ?? 0
    isOn = count > 1
  }

  func isPinned(_ tid: Int32) -> Bool { originals[tid] != nil }

  // MARK: - The life of tracees

  /// A process is about to be started: it is busy with starting, whatever it does later, so it is born pinned.
  mutating func willStart() {
    guard isOn, !isOverloaded(), let own = try? affinity.cpus(of: 0) else { return }
    do throws(Errno) {
      if try settle(among: own) != nil { home.beginning = own }
    } catch {
      turnOff()
    }
  }

  /// It is there, and has done nothing yet.
  mutating func started(_ tid: Int32) {
    guard let own = home.beginning, let cpu = home.cpu else { return }
    home.beginning = nil
    do throws(Errno) {
      try pin(tid, whoseWas: own, isThereAlready: true, cpu)
    } catch {
      try? affinity.confine(tid, to: unrestricted(own))
      turnOff()
    }
  }

  /// A tracee is not ours to pin.
  mutating func exempt(_ tid: Int32) { if isOn { exempt.insert(tid) } }

  /// A new thread, which has the affinity of who started it, has made no call yet.
  mutating func forked(_ child: Int32, by parent: Int32) {
    if isOn, exempt.contains(parent) { exempt.insert(child) }
    if let own = originals[parent], let cpu = home.cpu {
      do throws(Errno) {
        try pin(child, whoseWas: own, isThereAlready: true, cpu)
      } catch {
        restore(own, to: child, cpu)
      }
    } else if let cpu = home.lastCPU, let now = try? affinity.cpus(of: child), now == CPUSet(only: cpu),
      let own = try? affinity.cpus(of: parent), own != now
    {
      // Its parent got back its own after it had started this one.
      try? affinity.confine(child, to: own)
    }
  }

  /// Whether any has been pinned: what such a one starts is born so, however late it is told of.
  var hasPinned: Bool { home.lastCPU != nil }

  /// A thread that nobody told of: who started it is gone, or the kernel does not say. That was pinned, it seems.
  mutating func orphaned(_ tid: Int32) {
    guard let cpu = home.lastCPU, let own = home.lastOwn, originals[tid] == nil else { return }
    restore(own, to: tid, cpu)
  }

  /// A thread executed a program: it has the id of its process now, and all others of it are gone.
  mutating func executed(_ tid: Int32, formerly former: Int32) {
    guard former != tid else { return }
    let own = originals.removeValue(forKey: former)
    if exempt.remove(former) != nil { exempt.insert(tid) } else { exempt.remove(tid) }
    affinity.endInsurance(of: former)
    affinity.endInsurance(of: tid)
    originals[tid] = nil
    guard let own, let cpu = home.cpu else {
      if let missed = home.missed, let cpu = home.lastCPU { restore(missed, to: tid, cpu) }
      return
    }
    do throws(Errno) {
      try pin(tid, whoseWas: own, isThereAlready: true, cpu)
    } catch {
      restore(own, to: tid, cpu)
    }
  }

  /// A thread is gone.
  mutating func ended(_ tid: Int32) {
    guard isOn else { return }
    exempt.remove(tid)
    if originals.removeValue(forKey: tid) != nil { affinity.endInsurance(of: tid) }
  }

  // MARK: - What tracees do

  /// A tracee has stopped.
  @inline(__always)
  mutating func stopped(_ tid: Int32) {
    guard isOn else { return }
    rhythm.stops &+= 1
    if rhythm.stops % ContentionTrial.looksEvery == 0 { look() }
    if tid != rhythm.lastTid {
      rhythm.lastTid = tid
      rhythm.streak = 0
    } else {
      rhythm.streak &+= 1
      if rhythm.streak & 15 == 0 { lookAtStreak() }
    }
    if trial.gathers { pinUnlessPinned(tid) }
  }

  /// A tracee is about to ask for an affinity, its own or another's, or to set it.
  mutating func willAskForCPUs() {
    releaseAll()
    pauseUntil = max(pauseUntil, rhythm.stops &+ pause)
  }

  /// A tracee is about to open what will tell it of an affinity, whenever it reads that.
  mutating func willOpenStatus(_ tid: Int32) {
    guard isOn else { return }
    exempt.insert(tid)
    willAskForCPUs()
  }

  /// A tracee is about to start what is not followed, and may look at its affinity at any time.
  mutating func willStartUnfollowed(_ tid: Int32) {
    guard isOn else { return }
    exempt.insert(tid)
    release(tid)
  }

  /// A while has gone by in which the tracer waited.
  mutating func idle() {
    guard isOn else { return }
    defer { rhythm.stopsAtIdle = rhythm.stops }
    if home.cpu != nil, rhythm.stops == rhythm.stopsAtIdle || isSlow(affinity.now) { releaseAll() }
  }

  // MARK: - Giving back

  mutating func release(_ tid: Int32) {
    guard let own = originals.removeValue(forKey: tid) else { return }
    if let cpu = home.cpu { restore(own, to: tid, cpu) }
    affinity.endInsurance(of: tid)
    if originals.isEmpty { freeTracer() }
  }

  mutating func releaseAll() {
    home.beginning = nil
    trial.forget()
    guard let cpu = home.cpu else { return }
    for (tid, own) in originals {
      restore(own, to: tid, cpu)
      affinity.endInsurance(of: tid)
    }
    originals.removeAll(keepingCapacity: true)
    freeTracer()
  }

  /// The trace is over.
  mutating func end() {
    releaseAll()
    isOn = false
    affinity.endInsurance()
  }

  // MARK: - Looking

  /// A look each so many stops.
  private mutating func look() {
    if isUnconditional { return }
    let now = affinity.now
    defer { (rhythm.lookedAt, rhythm.lookedAtStop) = (now, rhythm.stops) }
    if home.cpu != nil, isOverloaded() || isSlow(now) { return rest() }
    switch trial.look(isCrowded, stop: rhythm.stops, now: now) {
    case .goOn: break
    case .separate:
      let state = trial
      releaseAll()
      trial = state
      pauseUntil = rhythm.stops &+ 2 &* ContentionTrial.looksEvery
    case .keepApart: rest()
    }
  }

  /// One tracee has stopped so often in a row: it may be busy alone.
  private mutating func lookAtStreak() {
    let now = affinity.now
    defer { rhythm.streakSince = now }
    // The first sixteen have no beginning to measure from.
    guard rhythm.streak > 16, now &- rhythm.streakSince < 16 &* Self.longestStop, rhythm.stops >= pauseUntil,
      originals[rhythm.lastTid] == nil
    else { return }
    if isOverloaded() { return rest() }
    pinUnlessPinned(rhythm.lastTid)
  }

  /// Nobody is pinned for a while, a longer one each time.
  private mutating func rest() {
    releaseAll()
    pauseUntil = rhythm.stops &+ pause
    pause = min(pause * 2, 1 << 20)
  }

  /// Whether others than pinned tracees want all CPUs: waking another CPU costs no more then than staying.
  private func isOverloaded() -> Bool {
    if isUnconditional { return false }
    let others = affinity.runnableCount
    let count = home.cpu == nil ? (try? affinity.cpus(of: 0))?.count ?? 1 : home.tracerCPUs.count
    guard others >= count else { return false }
    let own = originals.keys.prefix(8).count { affinity.isRunnable($0) }
    return others - own >= count
  }

  /// Whether several are pinned that stop seldom: they had better run at the same time.
  private func isSlow(_ now: UInt64) -> Bool {
    !isUnconditional && originals.count > 1
      && now &- rhythm.lookedAt > (rhythm.stops &- rhythm.lookedAtStop) &* Self.longestShared
  }

  /// Whether other pinned tracees could run while the last one is stopped.
  private var isCrowded: Bool {
    originals.count > 1
      && originals.keys.prefix(8).contains { $0 != rhythm.lastTid && affinity.isRunnable($0) }
  }

  // MARK: - Pinning

  private mutating func pinUnlessPinned(_ tid: Int32) {
    guard originals[tid] == nil, !exempt.contains(tid) else { return }
    do throws(Errno) {
      let own = try affinity.cpus(of: tid)
      guard let cpu = try settle(among: own) else { return }
      try pin(tid, whoseWas: own, isThereAlready: false, cpu)
    } catch {
      // It is gone, or somebody does not let us.
      if error != .noSuchProcess { turnOff() }
    }
  }

  private mutating func pin(
    _ tid: Int32, whoseWas own: CPUSet, isThereAlready: Bool, _ cpu: Int
  ) throws(Errno) {
    try affinity.insure(tid, confinedTo: cpu, giving: unrestricted(own))
    originals[tid] = own
    home.lastOwn = own
    if !isThereAlready { try affinity.confine(tid, to: CPUSet(only: cpu)) }
  }

  private mutating func turnOff() {
    releaseAll()
    isOn = false
  }

  /// The CPU that the tracer keeps to, or does from now on, if a thread that may use `own` can be there; nil if it
  /// cannot, or has no other.
  private mutating func settle(among own: CPUSet) throws(Errno) -> Int? {
    guard own.count > 1 else { return nil }
    if let chosen = home.cpu { return own.contains(chosen) ? chosen : nil }
    let tracerCPUs = try affinity.cpus(of: 0)
    try affinity.confine(0, to: .all)
    home.tracerCPUs = tracerCPUs
    home.widest = try affinity.cpus(of: 0) == tracerCPUs ? .all : tracerCPUs
    let current = affinity.currentCPU
    guard let cpu = own.contains(current) ? current : own.firstCommon(with: tracerCPUs) else {
      try affinity.confine(0, to: tracerCPUs)
      return nil
    }
    try affinity.confine(0, to: CPUSet(only: cpu))
    (home.cpu, home.lastCPU) = (cpu, cpu)
    (rhythm.lookedAt, rhythm.lookedAtStop) = (affinity.now, rhythm.stops)
    return cpu
  }

  private mutating func freeTracer() {
    guard home.cpu != nil else { return }
    try? affinity.confine(0, to: unrestricted(home.tracerCPUs))
    home.cpu = nil
  }

  /// Somebody else may have chosen CPUs for the tracee meanwhile: that stays.
  private mutating func restore(_ own: CPUSet, to tid: Int32, _ cpu: Int) {
    guard let now = try? affinity.cpus(of: tid) else {
      home.missed = own
      return
    }
    if now != CPUSet(only: cpu) { return }
    try? affinity.confine(tid, to: unrestricted(own))
  }

  /// A thread that has all CPUs that its control group allows is given all, so that it gains those that the group may
  /// be given later.
  private func unrestricted(_ own: CPUSet) -> CPUSet { own == home.tracerCPUs ? home.widest : own }
}
