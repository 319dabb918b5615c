import Glibc
import Linux
import Ptrace
import Testing

@testable import Tracing

/// A kernel that refuses requests: the trace does without, or says so and lets go. Nothing hangs.
@Suite struct RefusalTests {
  typealias Request = FakeKernel.Request

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func aThreadThatCannotGoOnIsLetGoOfAndThatIsSaid(error: Int32) {
    let run = EngineRun.following([.signal(100, 10), .exited(100)]) {
      $0.refusals = [Request.resume: error, Request.resumeToCall: error]
    }
    #expect(run.kernel.detached == [100])
    #expect(run.kernel.delivered[100] == [10], "the signal is not lost")
    #expect(run.ledger.detached == [100])
    #expect(run.ledger.warnings.count == 2)
    #expect(run.outcome == .exited(1))
  }

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func aThreadThatCannotBeDetachedEitherIsSaidOnce(error: Int32) {
    let run = EngineRun.following([.signal(100, 10), .exited(100)]) {
      $0.refusals = [Request.resume: error, Request.resumeToCall: error, Request.detach: error]
    }
    #expect(run.ledger.warnings.count == 2)
    #expect(run.outcome == .exited(1))
  }

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func aCallThatCannotBeReadIsLetGoOfAndThatIsSaid(error: Int32) {
    // PTRACE_GETREGS, which serves in its place, is refused by the pretended kernel anyway.
    let run = EngineRun.following([.entry(100, 39), .exited(100)]) { $0.refusals = [Request.callInformation: error] }
    #expect(run.kernel.detached == [100] && run.ledger.warnings.count == 2)
    #expect(run.outcome == .exited(1))
  }

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func withoutTheKernelsWordOnEventsAllAreFollowed(error: Int32) {
    let orders = EngineRun.interleavings([[.fork(100, 101), .exited(100)], [.firstStop(101), .exited(101)]])
    for order in orders {
      let run = EngineRun.following(order, isInCall: true) { $0.refusals = [Request.eventMessage: error] }
      #expect(run.kernel.faults.isEmpty && !run.kernel.isStuck)
      #expect(run.ledger.exited.sorted() == [100, 101])
    }
  }

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func aSignalOfWhichNothingIsToldIsShownAndDelivered(error: Int32) {
    let run = EngineRun.following([.signal(100, 10), .exited(100)]) {
      $0.refusals = [Request.signalInformation: error]
    }
    #expect(run.ledger.signals == [10] && run.kernel.delivered[100] == [10])
    #expect(run.outcome == .exited(0))
  }

  @Test(arguments: [EIO, EINVAL, ENOSYS, EPERM]) func aGroupStopThatCannotBeListenedToEndsTheTraceOfThatThread(
    error: Int32
  ) {
    let run = EngineRun.following([.groupStop(100, 19), .exited(100)]) { $0.refusals = [Request.listen: error] }
    #expect(run.kernel.detached == [100] && run.outcome == .exited(1))
  }
}
