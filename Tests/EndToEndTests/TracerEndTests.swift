import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// However the tracer comes to its end, the program goes on as if there had been none.
@Suite("The tracer's end") struct TracerEndTests {
  private let trapline: String
  private let watched: String
  private let place: TemporaryDirectory

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    watched = try Fixtures.program("watched", .dynamic)
    place = try TemporaryDirectory()
  }

  private func text(_ name: String) -> String { Running.text(place.url.appendingPathComponent(name).path) }

  /// A program under the tracer that opens files until its input ends, and writes to `seen` what was odd.
  private func startVictim(_ options: [String], _ words: [String] = []) throws -> (tracer: Running, victim: pid_t) {
    // The tracer hands the signal on that ended it, as strace does.
    let ignoring = ["/bin/sh", "-c", #"trap '' TERM INT HUP QUIT PIPE; exec "$@""#, "sh"]
    let tracer = Run(directory: place.url, limit: 40).start(
      [trapline] + options + ["-o", "log"] + ignoring + [watched] + words + ["opens", "seen"], hasInput: true)
    try #require(Running.until { text("seen").contains("begins\n") })
    return (tracer, try #require(pid_t(text("seen").prefix { $0 != " " })))
  }

  /// The program goes on, nobody traces it, and to its end it sees nothing odd.
  private func expectUnharmed(_ victim: pid_t, _ tracer: Running) {
    #expect(Running.until { statusField("TracerPid", of: victim) == "0" })
    #expect(Running.until { ["R", "S"].contains(statusField("State", of: victim)) })
    tracer.endInput()
    #expect(Running.until { text("seen").contains("failed") })
    #expect(
      text("seen").split(separator: "\n").last
        == "\(victim) failed 0, cpus \(usableCPUs), seccomp 0, no_new_privs 0")
  }

  static let manners = [[], ["-f"], ["-e", "trace=openat"], ["-f", "-c"], ["--colocate=always"]]

  @Test(arguments: [SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGPIPE], manners)
  func aSignalThatEndsTheTracerHarmsNothing(signal: Int32, options: [String]) throws {
    let (tracer, victim) = try startVictim(["-I", "waiting"] + options)
    tracer.send(signal)
    #expect(tracer.end() == .killed(signal))
    expectUnharmed(victim, tracer)
  }

  @Test(arguments: manners) func aTracerThatIsKilledHarmsNothing(options: [String]) throws {
    let (tracer, victim) = try startVictim(options)
    tracer.send(SIGKILL)
    #expect(tracer.end() == .killed(SIGKILL))
    // What kept the CPUs for this is gone with the tracer.
    #expect(Running.until { !isAccompanied(victim) })
    expectUnharmed(victim, tracer)
  }

  /// Whether a process of the tracer's is still there besides the program, in whose directory it is.
  private func isAccompanied(_ victim: pid_t) -> Bool {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.compactMap { pid_t($0) }.contains { pid in
      pid != victim
        && (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(pid)/cwd")) == place.url.path
    }
  }

  @Test(arguments: [["-e", "trace=openat"], []])
  func aChildThatOutlivesItsParentIsUnharmed(_ options: [String]) throws {
    let (tracer, victim) = try startVictim(options, ["background"])
    #expect(tracer.end() == .exited(0))
    expectUnharmed(victim, tracer)
  }

  /// A tracer that is itself left behind ends with what it traces, or by a signal, and leaves nobody.
  @Test(arguments: ["-D", "-DD", "-DDD"], [SIGTERM, SIGKILL])
  func aTracerInTheBackgroundEndsByASignal(option: String, signal: Int32) throws {
    let (tracer, victim) = try startVictim([option, "-I", "waiting"])
    let daemon = try #require(statusField("TracerPid", of: victim).flatMap { pid_t($0) })
    try #require(daemon > 1)
    kill(daemon, signal)
    #expect(Running.until { !isAccompanied(victim) })
    expectUnharmed(victim, tracer)
    #expect(tracer.end() == .exited(0))
  }

  /// A program that is stopped stays so when the tracer leaves it, and goes on when it is told to.
  @Test(arguments: [0, SIGTERM, SIGKILL]) func aStoppedProgramStaysStopped(signal: Int32) throws {
    let program = Run(directory: place.url, limit: 40).start([watched, "opens", "seen", "5"], hasInput: true)
    let tracer = Run(directory: place.url, limit: 40).start([trapline, "-o", "log", "-p", "\(program.pid)"])
    try #require(Running.until { text("log").contains("openat(") })
    program.send(SIGSTOP)
    try #require(Running.until { text("log").contains("stopped by SIGSTOP") })
    if signal != 0 {
      tracer.send(signal)
      #expect(tracer.end() == .killed(signal))
      #expect(Running.until { statusField("TracerPid", of: program.pid) == "0" })
    }
    #expect(Running.until { statusField("State", of: program.pid) == (signal == 0 ? "t" : "T") })
    program.endInput()
    program.send(SIGCONT)
    #expect(program.end() == .exited(5))
    if signal == 0 { #expect(tracer.end() == .exited(0)) }
  }

  /// What was traced is in the file when the tracer is killed, up to the last tenth of a second.
  @Test(arguments: [[], ["--json"], ["-f", "-ff"]]) func whatWasTracedIsNotLostWithTheTracer(_ options: [String]) throws
  {
    let tracer = Run(directory: place.url, limit: 40).start(
      [trapline, "-o", "log"] + options + [watched, "calls", "20", "opens", "seen"], hasInput: true)
    // It is written while the tracer goes on tracing.
    let written = Running.until {
      let names = (try? FileManager.default.contentsOfDirectory(atPath: place.url.path)) ?? []
      return names.contains { $0.hasPrefix("log") && text($0).matches(of: /getppid/).count == 20 }
    }
    #expect(written)
    tracer.send(SIGKILL)
    #expect(tracer.end() == .killed(SIGKILL))
  }

  // MARK: - Signals before the first stop

  /// Signals that the tracer finds pending at its start are taken as strace takes them.
  @Test(arguments: [[], ["-I", "1"], ["-I", "2"], ["-I", "3"], ["-I", "2", "-f"]])
  func aSignalThatIsPendingAtTheStart(_ options: [String]) throws {
    let strace = try Machine.oracle()
    let pending = try Fixtures.program("pending", .dynamic)
    func outcome(_ tracer: String) throws -> Outcome {
      let command = [tracer] + options + ["-e", "trace=chdir", "-o", "log", watched, "calls", "10", "ids", "6"]
      return Run(directory: try place.fresh("pending"), limit: 20)([pending, "\(SIGHUP)"] + command)
    }
    #expect(try outcome(trapline) == outcome(strace))
  }

  /// A reader of the trace that ends at once does not keep the program from running.
  @Test func aReaderThatLeavesHarmsNothing() {
    for _ in 0..<5 {
      let outcome = Run(directory: place.url, limit: 20)(
        [trapline, "--json", "-o", "|exit 3", watched, "calls", "3000", "9"])
      #expect(outcome.end == .exited(9), "\(outcome)")
    }
  }
}
