import Decoding
import Dispatch
import Foundation
import SyscallTables
import Testing

@testable import Tracing

/// Each transition of a tracee, with real ones.
@Suite(.serialized, .timeLimit(.minutes(1))) struct TransitionTests {
  @Test(arguments: Steps.engines) func aProgramIsTracedFromItsExecToItsEnd(engine: TraceConfiguration.Engine) throws {
    let (journal, outcome) = try Steps.trace(["getuid", "3"], calls: ["execve", "getuid", "exit_group"]) {
      $0.engine = engine
    }
    #expect(journal.lines == ["A execve ok", "A getuid ok", "A exit_group ?", "A exited 3"])
    #expect(outcome == .exited(3))
  }

  @Test(arguments: ["fork", "vfork"]) func childrenAreFollowed(way: String) throws {
    for isFiltered in [false, true] {
      let (journal, _) = try Steps.trace([way], calls: ["geteuid"]) {
        $0.followsForks = true
        $0.filtersInKernel = isFiltered
      }
      #expect(journal.of("B") == ["attached", "geteuid ok", "exited 7"])
      #expect(journal.of("A") == ["signal 17", "exited 0"])
    }
  }

  @Test(arguments: Steps.engines) func childrenAreLeftAloneUnlessFollowed(engine: TraceConfiguration.Engine) throws {
    let (journal, outcome) = try Steps.trace(["fork", "getuid"], calls: ["getuid", "geteuid"]) { $0.engine = engine }
    #expect(journal.lines == ["A signal 17", "A getuid ok", "A exited 0"])
    #expect(outcome == .exited(0))
  }

  @Test(arguments: Steps.engines) func aChildThatIsNotToBeTracedIsLeftAlone(engine: TraceConfiguration.Engine) throws {
    let (journal, outcome) = try Steps.trace(["untraced"], calls: ["getuid", "exit_group"]) {
      $0.engine = engine
      $0.followsForks = true
    }
    #expect(outcome == .exited(0))
    #expect(journal.of("B").isEmpty)
  }

  @Test(arguments: Steps.engines) func callsThatTheTraceesOwnFilterRefusesAreShown(engine: TraceConfiguration.Engine)
    throws
  {
    let (journal, outcome) = try Steps.trace(["getuid", "refuse-getuid", "getuid", "fork-getuid"], calls: ["getuid"]) {
      $0.engine = engine
      $0.followsForks = true
    }
    #expect(journal.of("A") == ["getuid ok", "getuid -77", "signal 17", "exited 0"])
    #expect(journal.of("B") == ["attached", "getuid -77", "exited 7"])
    #expect(outcome == .exited(0))
  }

  @Test(arguments: Steps.engines) func aFilterThatIsForAllThreadsHidesNoneOfTheirCalls(
    engine: TraceConfiguration.Engine
  ) throws {
    let (journal, outcome) = try Steps.trace(["refuse-all-getuid"], calls: ["getuid"]) {
      $0.engine = engine
      $0.followsForks = true
    }
    #expect(journal.of("A") == ["exited 0"])
    #expect(journal.of("B") == ["attached", "getuid -77", "exited 0"])
    #expect(outcome == .exited(0))
  }

  @Test(arguments: Steps.engines) func threadsAreFollowed(engine: TraceConfiguration.Engine) throws {
    let (journal, _) = try Steps.trace(["thread"], calls: ["getuid"]) {
      $0.engine = engine
      $0.followsForks = true
    }
    #expect(journal.of("B") == ["attached", "getuid ok", "exited 0"])
  }

  @Test(arguments: Steps.engines) func aThreadThatIsNotTheLeaderExecutesAProgram(engine: TraceConfiguration.Engine)
    throws
  {
    let (journal, outcome) = try Steps.trace(
      ["exec-in-thread", Steps.path, "getgid", "5"], calls: ["execve", "getgid"]
    ) {
      $0.engine = engine
      $0.followsForks = true
    }
    #expect(journal.of("A") == ["execve ok", "superseded", "execve ok", "getgid ok", "exited 5"])
    #expect(journal.of("B") == ["attached"])
    #expect(outcome == .exited(5))
  }

  @Test(arguments: Steps.engines) func signalsAreShownAndDelivered(engine: TraceConfiguration.Engine) throws {
    let (journal, _) = try Steps.trace(["signal", "getuid"], calls: ["getuid"]) { $0.engine = engine }
    #expect(journal.lines == ["A signal 10", "A getuid ok", "A exited 0"])
  }

  @Test(arguments: Steps.engines) func aGroupStopLastsUntilItIsEnded(engine: TraceConfiguration.Engine) throws {
    let (journal, outcome) = try Steps.trace(["stop"], calls: []) {
      $0.engine = engine
      $0.followsForks = true
    }
    #expect(journal.of("B") == ["attached", "signal 19", "stopped 19", "signal 18", "exited 0"])
    #expect(outcome == .exited(0))
  }

  @Test(arguments: Steps.engines) func aKilledProgramIsReportedAsSuch(engine: TraceConfiguration.Engine) throws {
    let (journal, outcome) = try Steps.trace(["kill"], calls: ["getuid"]) { $0.engine = engine }
    #expect(journal.lines == ["A killed 9"])
    #expect(outcome == .killed(9))
  }

  @Test(arguments: Steps.engines) func aProgramIsLetGoOfWhenItExecutesAnother(engine: TraceConfiguration.Engine) throws
  {
    let (journal, _) = try Steps.trace(["exec", Steps.path], calls: ["execve"]) {
      $0.engine = engine
      $0.detachesOnExec = true
    }
    #expect(journal.lines == ["A execve ok", "A execve detached", "A detached"])
  }

  @Test(arguments: Steps.engines) func tracingEndsAfterSoManyCalls(engine: TraceConfiguration.Engine) throws {
    let (journal, _) = try Steps.trace(["getuid", "getuid", "getuid", "sleep"], calls: ["getuid"]) {
      $0.engine = engine
      $0.callLimit = 2
    }
    #expect(journal.lines == ["A getuid ok", "A getuid ok", "A detached"])
  }

  /// A program that traces may have children of its own, which it waits for itself.
  @Test func childrenOfOtherThreadsAreLeftAlone() throws {
    let (hasStarted, isOver) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    nonisolated(unsafe) var child = pid_t()
    Thread.detachNewThread {
      var words: [UnsafeMutablePointer<CChar>?] = ["/bin/sh", "-c", "exit 23"].map { strdup($0 as String) } + [nil]
      posix_spawn(&child, "/bin/sh", nil, nil, &words, nil)
      words.forEach { free($0) }
      hasStarted.signal()
      // Its children would be another thread's after its end.
      isOver.wait()
    }
    hasStarted.wait()
    defer { isOver.signal() }
    var information = siginfo_t()
    #expect(waitid(P_PID, id_t(child), &information, WEXITED | WNOWAIT) == 0, "it has ended, and nobody knows")
    #expect(try Steps.trace(["fork", "3"], calls: []).outcome == .exited(3))
    var status: Int32 = 0
    #expect(waitpid(child, &status, WNOHANG) == child && status >> 8 == 23)
  }

  @Test func whatDoesNotExistIsSaid() {
    #expect(throws: TraceError.self) {
      var configuration = TraceConfiguration()
      configuration.command = .init(name: Array("/no/such/program".utf8), arguments: [], environment: [])
      _ = try Tracer(
        configuration, decoder: Decoder(options: DecodingOptions()), consumer: TraceConsumer(),
        surroundings: TraceeSurroundings()
      ).run()
    }
  }

  @Test func anInjectedErrorIsReturnedAndTheCallNotMade() throws {
    var injection = Injection()
    for abi in ABI.allCases {
      if let call = SyscallNumber.named("getuid", abi: abi) { injection.calls.insert(call, abi: abi) }
    }
    injection.result = .error(1)
    injection.occasions.first = 2
    injection.occasions.last = 2
    let (journal, _) = try Steps.trace(["getuid", "getuid", "getuid"], calls: ["getuid"]) {
      $0.injections = [injection]
    }
    #expect(journal.of("A") == ["getuid ok", "getuid -1 injected", "getuid ok", "exited 0"])
  }

  @Test(arguments: ["mask", "status", "watched"]) func aBusyTraceeSeesItsOwnCPUs(way: String) throws {
    for calls in [nil, ["getuid"]] {
      let (_, outcome) = try Steps.trace([way], calls: calls) { $0.colocation = .always }
      #expect(outcome == .exited(0))
    }
  }
}
