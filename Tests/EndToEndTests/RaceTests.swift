import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// What depends on who comes first, again and again: storms of births, execs and ends, attaching and leaving in the midst
/// of them. `RACES` says how often (`make test-races`).
@Suite("Races", .serialized) struct RaceTests {
  static let count = ProcessInfo.processInfo.environment["RACES"].flatMap(Int.init) ?? 2

  private let trapline: String
  private let births: String
  private let place: TemporaryDirectory

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    births = try Fixtures.program("births", .dynamic)
    place = try TemporaryDirectory()
  }

  /// Kinds of births with how many parents have how many each.
  static let storms = [
    ("thread", 4, 100), ("fork", 4, 40), ("vfork", 4, 40), ("vfork-exec", 4, 20), ("exec", 3, 20),
    ("thread-exec", 3, 20),
  ]
  private static let manners = [
    ["-f"], ["-f", "-c"], ["-f", "-e", "trace=none"], ["-f", "-e", "trace=%process"], ["-f", "--json"], ["-ff"],
    ["-f", "--seccomp-bpf", "-e", "trace=execve"],
  ]

  private func manner(_ round: Int) -> [String] { Self.manners[round % Self.manners.count] }

  @Test(arguments: storms) func everyStormIsFollowedToItsEnd(kind: String, parents: Int, each: Int) {
    for round in 0..<Self.count {
      let outcome = Run(directory: place.url, limit: 100)(
        [trapline] + manner(round) + ["-o", "log", births, kind, "\(parents)", "\(each)"])
      #expect(outcome.end == .exited(7) && outcome.errors.isEmpty, "\(manner(round)): \(outcome)")
    }
  }

  @Test func tenThousandThreads() {
    let outcome = Run(directory: place.url, limit: 200)([
      trapline, "-f", "-c", "-o", "log", births, "thread", "8", "1250",
    ])
    #expect(outcome.end == .exited(7) && outcome.errors.isEmpty, "\(outcome)")
  }

  /// Whoever is let go of when it executes a program goes on untraced.
  @Test(arguments: ["vfork-exec", "exec", "thread-exec"]) func allAreLetGoOfAtTheirExec(kind: String) {
    for _ in 0..<Self.count {
      let outcome = Run(directory: place.url, limit: 100)(
        [trapline, "-f", "-b", "execve", "-o", "log", births, kind, "3", "20"])
      #expect(outcome.end == .exited(7) && outcome.errors.isEmpty, "\(outcome)")
      // The command's own, and one of each of those that are let go of.
      let log = Running.text(place.url.appendingPathComponent("log").path)
      #expect((1...(kind == "vfork-exec" ? 61 : 4)).contains(log.matches(of: /execve\(/).count), "\(log)")
    }
  }

  /// Tracers come and go, by a signal or SIGKILL, and the program does all that it had to do.
  @Test(arguments: storms) func tracersThatComeAndGoHarmNothing(kind: String, parents: Int, each: Int) throws {
    for round in 0..<Self.count {
      let program = Run(directory: place.url, limit: 100).start([births, kind, "\(parents)", "\(each * 5)"])
      for attempt in 0..<5 {
        let tracer = Run(directory: place.url, limit: 20).start(
          [trapline] + manner(round + attempt).filter { $0 != "--seccomp-bpf" } + ["-o", "log", "-p", "\(program.pid)"])
        usleep(UInt32.random(in: 0..<30_000))
        let signal = attempt % 3 == 0 ? SIGKILL : SIGINT
        tracer.send(signal)
        let end = tracer.end()
        // It had not begun to mind signals, or had nothing to attach to any more.
        #expect(end == .killed(signal) || end == .exited(1) || end == .exited(0), "\(end)")
      }
      #expect(program.end() == .exited(7), "\(kind)")
    }
  }

  /// However busy its tracees are, the tracer ends when it is told to, and they go on.
  @Test(arguments: storms) func leavingInAStorm(kind: String, parents: Int, each: Int) throws {
    for round in 0..<Self.count {
      let program = Run(directory: place.url, limit: 100).start([births, kind, "\(parents)", "\(each * 10)"])
      let tracer = Run(directory: place.url, limit: 20).start(
        [trapline, "-f", "-o", "log", "-p", "\(program.pid)"])
      usleep(UInt32.random(in: 20_000..<60_000))
      tracer.send(round % 2 == 0 ? SIGINT : SIGTERM)
      #expect(tracer.end() != .timedOut)
      #expect(program.end() == .exited(7), "\(kind)")
    }
  }

  /// Signals, stops and kills among many threads.
  @Test func aProgramThatIsKilledInAStormEndsTheTrace() {
    for round in 0..<Self.count {
      let (kind, parents, _) = Self.storms[round % Self.storms.count]
      let tracer = Run(directory: place.url, limit: 60).start(
        [trapline, "-f", "-o", "log"] + shell(#"echo $$ >pid; exec "$@""#) + [
          "sh", births, kind, "\(parents)", "100000",
        ])
      _ = Running.until { !Running.text(place.url.appendingPathComponent("pid").path).isEmpty }
      usleep(UInt32.random(in: 10_000..<60_000))
      // All of its group but the tracer, which leads it.
      _ = Run(directory: place.url, limit: 20)(
        ["/bin/sh", "-c", "while others=$(pgrep -g $1 | grep -vx $1); do kill -KILL $others; done 2>/dev/null", "sh"]
          + ["\(tracer.pid)"])
      #expect(Running.until { [.some("Z"), nil].contains(statusField("State", of: tracer.pid)) })
      #expect(tracer.end() == .killed(SIGKILL), "\(kind)")
    }
  }
}
