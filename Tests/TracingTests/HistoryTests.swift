import Decoding
import Foundation
import Ptrace
import Testing

@testable import Tracing

/// Histories of a few threads, made up from seeds: whatever they do, the engine answers each stop once, tells each
/// thread's end once, and comes to an end. `HISTORIES` says how many.
@Suite struct HistoryTests {
  private static let count = ProcessInfo.processInfo.environment["HISTORIES"].flatMap(UInt64.init) ?? 1000

  private func run(_ kernel: SimulatedKernel) -> (PtraceEngine, Ledger) {
    let ledger = Ledger()
    let engine = PtraceEngine.pretended(on: kernel, ledger)
    engine.add(Tracee(identity: TraceeIdentity(tid: 100, pid: 100), ThreadState(.running, CallRecord())))
    engine.command.pid = 100
    engine.command.hasStarted = true
    engine.follow()
    return (engine, ledger)
  }

  /// What must not be, however the trace went.
  private func faults(_ kernel: SimulatedKernel, _ ledger: Ledger, _ engine: PtraceEngine) -> [String] {
    var faults = kernel.faults + ledger.faults + ledger.warnings
    if !kernel.forgotten.isEmpty { faults.append("left in their stops: \(kernel.forgotten)") }
    if kernel.lostSignals != 0 { faults.append("signals not delivered: \(kernel.lostSignals)") }
    if engine.tracees.count != 0 { faults.append("tracees left: \(engine.tracees.inOrder.map(\.tid))") }
    return faults
  }

  @Test func allIsFollowedToItsEnd() {
    for seed in 1...Self.count {
      let kernel = SimulatedKernel(seed: seed)
      let (engine, ledger) = run(kernel)
      var faults = faults(kernel, ledger, engine)
      if Set(ledger.exited).count < ledger.exited.count { faults.append("ended twice: \(ledger.exited)") }
      let unknown = kernel.madeCalls.subtracting(ledger.attached + [100])
      if !unknown.isEmpty { faults.append("never met: \(unknown)") }
      let endless = Set(ledger.attached + [100]).subtracting(ledger.exited).subtracting(kernel.renamed)
      if !endless.isEmpty { faults.append("no end was told of \(endless)") }
      #expect(faults.isEmpty, "seed \(seed): \(kernel.history)")
      if !faults.isEmpty { return }
    }
  }

  @Test func aTraceEndsWheneverItIsTold() {
    for seed in 1...Self.count {
      let kernel = SimulatedKernel(seed: seed, steps: 200)
      kernel.waitsUntilSignal = Int(seed % 40)
      let (engine, ledger) = run(kernel)
      let faults = faults(kernel, ledger, engine)
      #expect(faults.isEmpty, "seed \(seed): \(kernel.history)")
      if !faults.isEmpty { return }
    }
  }
}
