import Decoding
import Ptrace

@testable import Tracing

/// A history of a few threads, and an engine that follows it.
struct History {
  /// What a history is made of besides its choices.
  struct Kind: Sendable {
    var name: String
    var setting = SimulatedThreads.Setting()
    /// A signal ends the trace after less than so many waits.
    var waitsUntilSignal = 0
    var followDepth: Int?
    var callLimit: UInt64?
    var detachesOnExec = false
    var injections: [Injection] = []

    var endsEarly: Bool { waitsUntilSignal > 0 || callLimit != nil }
    var tellsAll: Bool { !endsEarly && setting.followsForks && followDepth == nil && !detachesOnExec }
  }

  let kind: Kind
  /// What was wrong; empty where nothing was.
  private(set) var faults: [String]
  let choices: [UInt8]
  /// In words, where that was asked for.
  let told: [String]

  init(_ kind: Kind, _ choices: Choices, tells: Bool = false) {
    self.kind = kind
    let kernel = SimulatedKernel(choices, kind.setting)
    kernel.tellsHistory = tells
    if kind.waitsUntilSignal > 0 { kernel.waitsUntilSignal = kernel.choices.below(kind.waitsUntilSignal) }
    let ledger = Ledger()
    let engine = Self.start(kernel, ledger, kind)
    kernel.invariant = { [unowned kernel, unowned engine] in Self.brokenRule(kernel, engine, allIsHandled: $0) }
    engine.follow()
    kernel.invariant = { _ in nil }
    // What was let go of, as that was refused, may come back by an exec of another thread.
    let mayReturn = kernel.refusals > 0 && !kernel.renamed.isEmpty
    faults = kernel.faults + (mayReturn ? [] : ledger.faults)
    self.choices = kernel.choices.taken
    told = kernel.history
    judge(kernel, ledger, engine)
  }

  private static func start(_ kernel: SimulatedKernel, _ ledger: Ledger, _ kind: Kind) -> PtraceEngine {
    let engine = PtraceEngine.pretended(
      on: kernel, ledger, followsForks: kind.setting.followsForks, placement: CPUPlacement(.always, kernel.affinity)
    ) {
      if kind.setting.isAttached { $0.attached = [100] }
      $0.followDepth = kind.followDepth
      $0.callLimit = kind.callLimit
      $0.detachesOnExec = kind.detachesOnExec
      $0.injections = kind.injections
    }
    if kind.setting.isAttached {
      // What cannot be attached to is left alone, and said.
      try? engine.attachToAll()
      return engine
    }
    engine.placement.willStart()
    kernel.affinity.masks[100] = kernel.affinity.masks[0]
    engine.placement.started(100)
    engine.add(Tracee(identity: TraceeIdentity(tid: 100, pid: 100), ThreadState(.running, CallRecord())))
    engine.command.pid = 100
    engine.command.hasStarted = true
    return engine
  }

  /// What must not be, however the trace went.
  private mutating func judge(_ kernel: SimulatedKernel, _ ledger: Ledger, _ engine: PtraceEngine) {
    if kernel.refusals == 0, !kind.endsEarly { faults += ledger.warnings }
    let forgotten = kernel.forgotten.filter { !kernel.stuck.contains($0) }
    if !forgotten.isEmpty { faults.append("left in their stops: \(forgotten)") }
    if kernel.stuck.isEmpty {
      if kernel.lostSignals != 0 { faults.append("signals not delivered: \(kernel.lostSignals)") }
      let left = engine.tracees.inOrder.map(\.tid).filter { kernel.refusals == 0 || !kernel.renamed.contains($0) }
      if !left.isEmpty { faults.append("tracees left: \(left)") }
      if !engine.delays.isEmpty || !engine.unknown.isEmpty { faults.append("somebody waits for nothing") }
    }
    if !kind.setting.reusesIds, Set(ledger.exited).count < ledger.exited.count {
      faults.append("ended twice: \(ledger.exited)")
    }
    // The end of the tracer lets go of whoever is left.
    let narrow = kernel.affinity.narrow.filter { tid in
      kernel.threads[tid].map { !$0.isKilled && !$0.isEnding } ?? true
    }
    if !narrow.isEmpty { faults.append("without all of their CPUs after the trace: \(narrow.sorted())") }
    if !kernel.affinity.insured.isEmpty { faults.append("still insured: \(kernel.affinity.insured.keys.sorted())") }
    if kernel.refusals == 0, kind.tellsAll, !kind.setting.reusesIds { judgeGaps(kernel, ledger) }
  }

  /// What was not told.
  private mutating func judgeGaps(_ kernel: SimulatedKernel, _ ledger: Ledger) {
    let met = Set(ledger.attached + [100])
    let unknown = kernel.madeCalls.subtracting(met)
    if !unknown.isEmpty { faults.append("never met: \(unknown.sorted())") }
    let endless = met.subtracting(ledger.exited).subtracting(kernel.renamed)
    if !endless.isEmpty { faults.append("no end was told of \(endless.sorted())") }
    let unheard = Set(ledger.exited).subtracting(met)
    if !unheard.isEmpty { faults.append("the end of those who were never met: \(unheard.sorted())") }
  }

  /// What holds at any time: who is untraced has all its CPUs, whoever lacks some gets them back if the tracer is killed, and
  /// the engine keeps nothing of those that are gone.
  private static func brokenRule(
    _ kernel: SimulatedKernel, _ engine: PtraceEngine, allIsHandled: Bool
  ) -> String? {
    guard allIsHandled else { return nil }
    let narrow = kernel.affinity.narrow.subtracting([0])
    // Whether somebody who is let go of at the end has them is seen when all are.
    let untraced = kernel.notedSignal != 0 || engine.recorder.isOver ? [] : kernel.untraced.filter(narrow.contains)
    if !untraced.isEmpty { return "without all of their CPUs: \(untraced)" }
    // A new thread is insured once its parent has told of it, and one with another id once its exec is told.
    let known = narrow.filter { tid in
      engine.tracees[tid].map { !$0.isUnclaimed } ?? false && kernel.threads[tid].map { !$0.isExecuting } ?? true
    }
    let uninsured = known.subtracting(kernel.affinity.insured.keys)
    if !uninsured.isEmpty { return "without insurance: \(uninsured.sorted())" }
    let kept = engine.tracees.inOrder.map(\.tid).filter { !kernel.known.contains($0) }
    if !kept.isEmpty { return "tracees that are gone: \(kept)" }
    let insured = Set(kernel.affinity.insured.keys).subtracting(kernel.known)
    return insured.isEmpty ? nil : "insured though gone: \(insured.sorted())"
  }

  // MARK: - Kinds, and the least history that fails

  static let kinds: [Kind] = {
    typealias Setting = SimulatedThreads.Setting
    let long = Setting(steps: 200, mostThreads: 8)
    return [
      Kind(name: "to their ends"),
      Kind(name: "of more threads", setting: long),
      Kind(name: "attached to", setting: Setting(isAttached: true)),
      Kind(name: "ended by a signal", setting: long, waitsUntilSignal: 40),
      Kind(name: "attached to and let go of", setting: Setting(steps: 200, isAttached: true), waitsUntilSignal: 40),
      Kind(name: "refused now and then", setting: Setting(refusesOneIn: 20)),
      Kind(name: "refused and ended", setting: Setting(steps: 200, refusesOneIn: 50), waitsUntilSignal: 40),
      Kind(name: "attached to and refused", setting: Setting(isAttached: true, refusesOneIn: 20)),
      Kind(name: "with ids that are used again", setting: Setting(steps: 200, reusesIds: true)),
      Kind(name: "not followed", setting: Setting(followsForks: false)),
      Kind(name: "followed for one birth", setting: long, followDepth: 1),
      Kind(name: "up to a number of calls", setting: long, callLimit: 12),
      Kind(name: "let go of at execs", setting: long, detachesOnExec: true),
    ]
  }()

  /// What is told of the first of so many seeds that has faults; nil when none has.
  static func firstFailure(_ kind: Kind, _ seeds: ClosedRange<UInt64>) -> String? {
    for seed in seeds {
      let history = History(kind, Choices(seed: seed))
      if !history.faults.isEmpty { return "seed \(seed), \(kind.name): \(history.faults)\n\(least(history))" }
    }
    return nil
  }

  /// The least history that fails in the same way, in words.
  private static func least(_ history: History) -> String {
    let fault = history.faults.first.map(kindOfFault)
    let choices = Choices.shrunk(history.choices) {
      History(history.kind, Choices($0)).faults.first.map(kindOfFault) == fault
    }
    let least = History(history.kind, Choices(choices), tells: true)
    return "the least: \(least.faults), \(choices.count) choices\n  \(least.told.joined(separator: "\n  "))"
  }

  private static func kindOfFault(_ fault: String) -> String { String(fault.prefix { !$0.isNumber }) }
}
