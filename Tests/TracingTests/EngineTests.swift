import Decoding
import Glibc
import Linux
import Ptrace
import Testing

@testable import Tracing

/// The ptrace engine on a kernel that replays reports in every order.
@Suite struct EngineTests {
  typealias Report = FakeKernel.Report

  /// What came of a run.
  private struct Run {
    let kernel: FakeKernel
    let counter: Counter
    let outcome: TraceOutcome
  }

  private final class Counter: TraceConsumer {
    var attached: [Int32] = []
    var exited: [Int32] = []
    var detached: [Int32] = []
    var warnings: [String] = []

    override func handle(_ event: TraceEvent) {
      switch event {
      case .attached(let tracee, _): attached.append(tracee.tid)
      case .exited(let tracee, _, _): exited.append(tracee.tid)
      case .detached(let tracee, _): detached.append(tracee.tid)
      case .warning(let text): warnings.append(text)
      default: break
      }
    }
  }

  private static let parent: Int32 = 100

  /// An engine with one tracee, which is in user mode or in a call that is shown.
  private func engine(on kernel: FakeKernel, _ counter: Counter, isInCall: Bool) -> PtraceEngine {
    var configuration = TraceConfiguration()
    configuration.followsForks = true
    let recorder = Recorder(
      configuration, decoder: Decoder(options: DecodingOptions()), consumer: counter,
      surroundings: TraceeSurroundings(), stacks: nil)
    let engine = PtraceEngine(recorder, kernel: kernel, placement: CPUPlacement(.off))
    let identity = TraceeIdentity(tid: Self.parent, pid: Self.parent)
    engine.add(Tracee(identity: identity, ThreadState(isInCall ? .inSyscall(.shown) : .running, CallRecord())))
    engine.command.pid = Self.parent
    return engine
  }

  /// Follows a process whose reports are these. `isInCall`: it is in a call that is shown.
  private func run(_ reports: [Report], isInCall: Bool, _ change: (FakeKernel) -> Void = { _ in }) -> Run {
    let kernel = FakeKernel(reports)
    change(kernel)
    let counter = Counter()
    let engine = engine(on: kernel, counter, isInCall: isInCall)
    engine.follow()
    return Run(kernel: kernel, counter: counter, outcome: engine.command.outcome)
  }

  /// All orders of several sequences in which each keeps its own.
  private func interleavings(_ sequences: [[Report]]) -> [[Report]] {
    if sequences.allSatisfy(\.isEmpty) { return [[]] }
    return sequences.indices.flatMap { index -> [[Report]] in
      guard let first = sequences[index].first else { return [] }
      var rest = sequences
      rest[index].removeFirst()
      return interleavings(rest).map { [first] + $0 }
    }
  }

  private func expectAllFollowed(_ run: Run, _ children: [Int32]) {
    #expect(run.kernel.faults.isEmpty)
    #expect(!run.kernel.isStuck)
    #expect(run.counter.warnings.isEmpty)
    #expect(run.counter.exited.sorted() == [Self.parent] + children)
    #expect(run.counter.attached.sorted() == children)
  }

  @Test(arguments: [false, true]) func twoBirthsInEveryOrder(isInCall: Bool) {
    let orders = interleavings([
      [.fork(100, 101), .fork(100, 102), .exited(100)], [.firstStop(101), .exited(101)],
      [.firstStop(102), .exited(102)],
    ])
    #expect(orders.count == 210)
    for order in orders { expectAllFollowed(run(order, isInCall: isInCall), [101, 102]) }
  }

  @Test func birthsSignalsAndAKillInEveryOrder() {
    let orders = interleavings([
      [.fork(100, 101), .signal(100, 10), .vfork(100, 102), .killed(100)],
      [.firstStop(101), .signal(101, 12), .exited(101)], [.firstStop(102), .exited(102)],
    ])
    for order in orders {
      let run = run(order, isInCall: true)
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      // One that the parent was killed before telling of, and that had not stopped when nobody else was left, is not met.
      #expect(run.counter.exited.filter { $0 != 100 }.sorted() == run.counter.attached.sorted())
      #expect(run.outcome == .killed(9))
    }
  }

  @Test(arguments: [false, true]) func anExecByAnotherThreadInEveryOrder(isInCall: Bool) {
    for birth in interleavings([[.fork(100, 101)], [.firstStop(101)]]) {
      let run = run(birth + [.exec(100, formerly: 101), .signal(100, 10), .exited(100)], isInCall: isInCall)
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      #expect(run.counter.exited == [100])
    }
  }

  @Test func whatIsKnownOfAThreadGoesOnAfterItsExec() {
    let engine = engine(on: FakeKernel([.exec(100, formerly: 101)]), Counter(), isInCall: false)
    var state = ThreadState(.inSyscall(.shown), CallRecord())
    state.injectionCounts[.init(abi: .x86_64, number: 1, subcall: 0)] = 2
    engine.add(Tracee(identity: TraceeIdentity(tid: 101, pid: 100), state))
    engine.follow()
    #expect(engine.tracees.count == 1)
    #expect(engine.tracees[100]?.thread.injectionCounts.values.first == 2)
    #expect(engine.tracees[100]?.thread.isInShownCall == true)
  }

  @Test func aThreadWhoseParentTellsNothingIsFollowedAllTheSame() {
    let run = run([.firstStop(101), .exited(101), .exited(100)], isInCall: false)
    expectAllFollowed(run, [101])
  }

  @Test func aSignalToTheTracerEndsABusyTrace() {
    let busy = (0..<500).map { _ in Report.signal(100, 10) }
    let run = run(busy, isInCall: false) { $0.waitsUntilSignal = 20 }
    #expect(run.outcome == .killed(15))
    #expect(run.kernel.detached == [100] && run.counter.detached == [100])
  }

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func aThreadThatCannotGoOnIsLetGoOfAndThatIsSaid(error: Int32) {
    let run = run([.signal(100, 10), .exited(100)], isInCall: false) {
      $0.refusals = [FakeKernel.Request.resume: error, FakeKernel.Request.resumeToCall: error]
    }
    #expect(run.kernel.detached == [100])
    #expect(run.counter.warnings.count == 2)
    #expect(run.outcome == .exited(1))
  }
}
