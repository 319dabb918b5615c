import Decoding
import Testing

@testable import Tracing

/// Births, execs and ends on a kernel that replays reports in every order.
@Suite struct BirthTests {
  private func expectAllFollowed(_ run: EngineRun, _ children: [Int32]) {
    #expect(run.kernel.faults.isEmpty && run.ledger.faults.isEmpty)
    #expect(!run.kernel.isStuck)
    #expect(run.ledger.warnings.isEmpty)
    #expect(run.ledger.exited.sorted() == [EngineRun.parent] + children)
    #expect(run.ledger.attached.sorted() == children)
  }

  @Test(arguments: [false, true]) func twoBirthsInEveryOrder(isInCall: Bool) {
    let orders = EngineRun.interleavings([
      [.fork(100, 101), .fork(100, 102), .exited(100)], [.firstStop(101), .exited(101)],
      [.firstStop(102), .exited(102)],
    ])
    #expect(orders.count == 210)
    for order in orders { expectAllFollowed(.following(order, isInCall: isInCall), [101, 102]) }
  }

  /// A parent that is killed tells of no child any more: that is met all the same, though no tracee is left.
  @Test func birthsSignalsAndAKillInEveryOrder() {
    let orders = EngineRun.interleavings([
      [.fork(100, 101), .signal(100, 10), .vfork(100, 102), .killed(100)],
      [.firstStop(101), .signal(101, 12), .exited(101)], [.firstStop(102), .exited(102)],
    ])
    for order in orders {
      let run = EngineRun.following(order, isInCall: true)
      expectAllFollowed(run, [101, 102])
      #expect(run.outcome == .killed(9))
    }
  }

  @Test func aChildThatComesLateIsMetAfterItsParentWasKilled() {
    expectAllFollowed(
      .following([.killed(100), .firstStop(101).at(40_000_000), .exited(101)], isInCall: true), [101])
  }

  /// Other children of the tracer, of which nothing is ever reported, do not keep it.
  @Test func nobodyIsWaitedForWhoDoesNotCome() {
    let run = EngineRun.following([.killed(100), .firstStop(101).at(60_000_000_000)], isInCall: true)
    #expect(run.ledger.exited == [100])
    #expect(run.kernel.now < 1_000_000_000)
  }

  @Test func aThreadWhoseParentTellsNothingIsFollowedAllTheSame() {
    expectAllFollowed(.following([.firstStop(101), .exited(101), .exited(100)]), [101])
  }

  @Test func aThreadThatIsNotFollowedIsLetGoOf() {
    let run = EngineRun([.firstStop(101), .exited(100)], followsForks: false)
    run.addCommand(isInCall: false)
    run.engine.follow()
    #expect(run.kernel.detached == [101])
    #expect(run.ledger.attached.isEmpty && run.ledger.exited == [100])
    #expect(run.ledger.notices == ["Detached unknown pid 101"])
  }

  /// The line of the call is whole: parent and child wait for each other, in whichever order they stop.
  @Test func aCallThatStartsAThreadReturnsBeforeThatRuns() {
    for order in EngineRun.interleavings([[.fork(100, 101), .exit(100, 101)], [.firstStop(101), .entry(101, 39)]]) {
      let run = EngineRun.following(order + [.exit(101), .exited(101), .exited(100)], isInCall: true)
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      #expect(run.ledger.returned == [100, 101])
    }
  }

  // MARK: - Execs

  @Test(arguments: [false, true]) func anExecByAnotherThreadInEveryOrder(isInCall: Bool) {
    for birth in EngineRun.interleavings([[.fork(100, 101)], [.firstStop(101)]]) {
      let run = EngineRun.following(
        birth + [.exec(100, formerly: 101), .signal(100, 10), .exited(100)], isInCall: isInCall)
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      #expect(run.ledger.exited == [100])
      #expect(run.ledger.superseded == [100])
    }
  }

  /// A third thread is told of its end before the exec or after it.
  @Test func anExecThatEndsOthersInEveryOrder() {
    let births: [FakeKernel.Report] = [.fork(100, 101), .firstStop(101), .fork(100, 102), .firstStop(102)]
    for order in EngineRun.interleavings([[.exec(100, formerly: 101), .exited(100)], [.killed(102)]]) {
      let run = EngineRun.following(births + order.map { $0.at(1_000_000_000) }, isInCall: true)
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      #expect(run.ledger.exited.sorted() == [100, 102])
    }
  }

  @Test func whatIsKnownOfAThreadGoesOnAfterItsExec() {
    let run = EngineRun([.exec(100, formerly: 101)])
    run.addCommand(isInCall: false)
    var state = ThreadState(.inSyscall(.shown), CallRecord())
    state.injectionCounts[.init(abi: .native, number: 1, subcall: 0)] = 2
    run.engine.add(Tracee(identity: TraceeIdentity(tid: 101, pid: 100), state))
    run.engine.follow()
    #expect(run.engine.tracees.count == 1)
    #expect(run.engine.tracees[100]?.thread.injectionCounts.values.first == 2)
    #expect(run.engine.tracees[100]?.thread.isInShownCall == true)
  }

  /// Of a process only a thread was attached to, which executes a program and has the process's id then.
  @Test func anExecByAThreadWhoseLeaderWasNotTraced() {
    let run = EngineRun([.firstStop(101), .exec(100, formerly: 101), .entry(100, 39), .exit(100), .exited(100)]) {
      $0.attached = [101]
    }
    #expect(throws: Never.self) { try run.engine.attachToAll() }
    run.engine.follow()
    #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
    #expect(run.ledger.exited == [100] && run.ledger.returned == [100])
  }
}
