import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Lines of calls that others come in between, or that signals do.
@Suite("Interrupted calls") struct InterruptedTests {
  private let trapline: String
  private let place: TemporaryDirectory

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    place = try TemporaryDirectory()
  }

  private var log: String { Running.text(place.url.appendingPathComponent("log").path) }

  /// A resumed line has the time of the return, with `-T` or without.
  @Test(arguments: [["-ttt"], ["-ttt", "-T"], ["-ttt", "-C"]]) func aResumedLineHasTheTimeOfTheReturn(
    _ options: [String]
  ) {
    _ = Run(directory: place.url, limit: 20)(
      [trapline, "-f", "-o", "log", "-e", "trace=wait4,exit_group", "-e", "signal=none"] + options
        + shell("sleep 0.3; :"))
    let lines = log.split(separator: "\n").filter { $0.contains(/^\d+ +\d+\.\d/) }.map { $0.split(separator: " ") }
    let times = lines.compactMap { Double($0[1]) }
    #expect(times == times.sorted(), "\(log)")
    let resumed = lines.first { $0.contains("resumed>,") || $0.contains("resumed>") }.flatMap { Double($0[1]) }
    #expect((resumed ?? 0) - (times.first ?? 0) >= 0.3, "\(log)")
  }

  /// What goes on after a stop is named as the call that was interrupted, also where the tracer came later.
  @Test(arguments: [false, true]) func whatGoesOnIsTheCallThatWasInterrupted(isAttached: Bool) throws {
    let sleeper = Run(directory: place.url, limit: 40).start(
      (isAttached ? [] : [trapline, "-o", "log"]) + ["/bin/sleep", "30"])
    var program = sleeper.pid
    if !isAttached {
      try #require(Running.until { log.contains("clock_nanosleep(") })
      program = try #require(
        pid_t(Running.text("/proc/\(sleeper.pid)/task/\(sleeper.pid)/children").split(separator: " ").first ?? ""))
    } else {
      try #require(Running.until { statusField("State", of: program) == "S" && commandName(program) == "sleep" })
    }
    let tracer =
      isAttached ? Run(directory: place.url, limit: 40).start([trapline, "-o", "log", "-p", "\(program)"]) : nil
    if isAttached { try #require(Running.until { log.contains("nanosleep") }) }
    for round in 1...2 {
      kill(program, SIGSTOP)
      #expect(Running.until { log.matches(of: /stopped by SIGSTOP/).count == round })
      kill(program, SIGCONT)
      #expect(Running.until { log.matches(of: /--- SIGCONT/).count == round })
    }
    kill(program, SIGTERM)
    #expect(Running.until { log.contains("killed by SIGTERM") })
    let resumptions = log.split(separator: "\n").filter { $0.contains("resuming interrupted") }
    #expect(!resumptions.isEmpty)
    #expect(resumptions.allSatisfy { $0.contains("resuming interrupted clock_nanosleep") }, "\(log)")
    _ = tracer?.end()
  }

  private func commandName(_ pid: pid_t) -> String {
    String(Running.text("/proc/\(pid)/comm").dropLast())
  }
}
