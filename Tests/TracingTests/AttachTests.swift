import Glibc
import Linux
import Ptrace
import Testing

@testable import Tracing

/// Attaching to threads, starting a command, and letting go, on a kernel that is only pretended.
@Suite struct AttachTests {
  typealias Report = FakeKernel.Report

  /// A run that has attached to threads.
  private func attached(_ ids: [Int32], followsForks: Bool = false, _ reports: [Report]) throws -> EngineRun {
    let run = EngineRun(reports, followsForks: followsForks) { $0.attached = ids }
    try run.engine.attachToAll()
    return run
  }

  // MARK: - Attaching

  @Test func threadsThatAreStartedMeanwhileAreFoundToo() throws {
    let run = EngineRun([.firstStop(100), .firstStop(101), .firstStop(102)]) { $0.attached = [100] }
    run.kernel.threadsFound[100] = [[100, 101], [100, 101, 102], [100, 101, 102]]
    try run.engine.attachToAll()
    #expect(run.kernel.seized == [100, 101, 102])
    #expect(run.ledger.attached == [100, 101, 102])
  }

  @Test func onlyTheThreadThatIsNamedIsAttachedToUnlessAllAreFollowed() throws {
    let run = EngineRun([], followsForks: false) { $0.attached = [100] }
    run.kernel.threadsFound[100] = [[100, 101]]
    try run.engine.attachToAll()
    #expect(run.kernel.seized == [100])
  }

  @Test func severalFirstStopsInEveryOrder() throws {
    for order in EngineRun.interleavings([
      [.firstStop(100), .exited(100)], [.firstStop(101), .exited(101)],
      [.signal(102, 10), .firstStop(102), .exited(102)],
    ]) {
      let run = try attached([100, 101, 102], order)
      run.engine.follow()
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      #expect(run.ledger.exited.sorted() == [100, 101, 102])
      #expect(run.kernel.delivered[102] == [10])
    }
  }

  @Test(arguments: [EPERM, EIO, EINVAL, ENOSYS]) func whatCannotBeAttachedToIsSaid(error: Int32) {
    let run = EngineRun([]) { $0.attached = [100, 101] }
    run.kernel.refusals = [FakeKernel.Request.seize: error]
    #expect(throws: TraceError.self) { try run.engine.attachToAll() }
    #expect(run.ledger.warnings.count == 1, "the first; the last is thrown")
  }

  @Test(arguments: [EPERM, EIO, EINVAL, ENOSYS]) func aThreadThatCannotBeStoppedIsNoTracee(error: Int32) {
    let run = EngineRun([]) { $0.attached = [100] }
    run.kernel.refusals = [FakeKernel.Request.interrupt: error]
    #expect(throws: TraceError.self) { try run.engine.attachToAll() }
    #expect(run.ledger.attached.isEmpty)
  }

  // MARK: - Starting

  private var program: Program { Program(path: Array("/bin/true".utf8), arguments: [], environment: []) }

  @Test func whatComesBeforeTheProgramIsNotShown() throws {
    let getpid: UInt64 = 39
    let run = EngineRun([
      .signal(100, 10), .firstStop(100), .entry(100, getpid), .exit(100),
      .entry(100, try #require(StartingCalls.execve)),
      .exec(100, formerly: 100), .exit(100), .entry(100, getpid), .exit(100), .exited(100),
    ])
    try run.engine.start(program)
    run.engine.follow()
    #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
    #expect(run.ledger.returned == [100, 100], "the exec and what follows it")
    #expect(run.ledger.signals.isEmpty)
    #expect(run.kernel.delivered[100] == [10])
    #expect(run.outcome == .exited(0))
  }

  @Test func anExecThatFailsIsShownAndWhatFollowsIsNot() throws {
    let execve = try #require(StartingCalls.execve)
    let run = EngineRun([
      .firstStop(100), .entry(100, execve), .exit(100, -2), .entry(100, 1), .exit(100), .entry(100, 231), .exited(100),
    ])
    try run.engine.start(program)
    run.engine.follow()
    #expect(run.kernel.faults.isEmpty && run.ledger.returned == [100])
  }

  @Test(arguments: [FakeKernel.Request.seize, FakeKernel.Request.interrupt], [EPERM, EIO, EINVAL, ENOSYS])
  func aCommandThatCannotBeTracedIsNotStarted(request: Int32, error: Int32) {
    let run = EngineRun([])
    run.kernel.refusals = [request: error]
    #expect(throws: TraceError.self) { try run.engine.start(program) }
    #expect(run.engine.tracees.count == 0)
  }

  // MARK: - Letting go

  @Test func allAreLetGoOfInTheOrderInWhichTheyWereAttachedTo() throws {
    let ids: [Int32] = [104, 101, 103, 100, 102]
    // However late each of them stops, and after the limit too.
    for late in ids {
      let stops = ids.map { Report.firstStop($0).at($0 == late ? 500_000_000 : 1_000_000) }
      let run = try attached(ids, Array(stops.reversed()))
      run.kernel.waitsUntilSignal = 0
      run.engine.follow()
      #expect(run.ledger.detached == ids)
      #expect(run.kernel.detached == Set(ids).subtracting([late]))
      #expect(run.kernel.faults.isEmpty)
      #expect(run.kernel.now < 100_000_000)
    }
  }

  @Test func aSignalThatWaitsIsDeliveredWhenATraceEnds() throws {
    let run = try attached([100, 101], [.signal(101, 10), .firstStop(100)])
    run.kernel.waitsUntilSignal = 0
    run.engine.follow()
    #expect(run.kernel.delivered == [101: [10]])
    #expect(run.ledger.detached == [100, 101])
  }

  @Test func whoEndsWhileOthersAreLetGoOfIsToldToHaveEnded() throws {
    let run = try attached([100, 101], [.killed(100), .firstStop(101)])
    run.kernel.waitsUntilSignal = 0
    run.engine.follow()
    #expect(run.ledger.exited == [100] && run.ledger.detached == [101])
    #expect(run.ledger.faults.isEmpty)
  }

  @Test func aSignalToTheTracerEndsABusyTrace() {
    let busy = (0..<500).map { _ in Report.signal(100, 10) }
    let run = EngineRun.following(busy) { $0.waitsUntilSignal = 20 }
    #expect(run.outcome == .killed(15))
    #expect(run.kernel.detached == [100] && run.ledger.detached == [100])
    #expect(run.kernel.sent == [100: [SIGCONT, SIGTERM]])
  }

  /// A newborn that nobody has told of yet is let go of as well.
  @Test func anUnknownThreadIsLetGoOf() {
    let run = EngineRun.following([.firstStop(101), .signal(100, 10)], isInCall: true) { $0.waitsUntilSignal = 2 }
    #expect(run.kernel.detached == [100, 101])
    #expect(run.kernel.faults.isEmpty)
  }
}
