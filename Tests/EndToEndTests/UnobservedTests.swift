import Foundation
import Testing

/// What a program can observe is not done to it unasked: it gets what it gets under strace.
@Suite("The program cannot tell") struct UnobservedTests {
  private let trapline: String
  private let watched: String
  private let place: TemporaryDirectory

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    watched = try Fixtures.program("watched", .dynamic)
    place = try TemporaryDirectory()
  }

  /// Traces to the file `log`.
  private func trace(_ options: [String], _ command: [String]) -> Outcome {
    Run(directory: place.url, limit: 40)([trapline] + options + ["-o", "log"] + command)
  }

  private var log: String { Running.text(place.url.appendingPathComponent("log").path) }

  @Test(arguments: [[], ["-e", "trace=openat"], ["-c"]]) func aChildMayBeTracedByItsParent(_ options: [String]) {
    let outcome = trace(options, [watched, "traceme", "4"])
    #expect(outcome.output == "traceme 0\n")
    #expect(outcome.end == .exited(4))
  }

  /// Tracers below a tracer that does not follow them, and the other way round.
  @Test func tracersMayTrace() throws {
    let strace = try Machine.oracle()
    for inner in [[trapline, "-f"], [strace, "-f"]] {
      let outcome = trace([], inner + ["-o", "inner", watched, "calls", "10", "3"])
      #expect(outcome.end == .exited(3) && outcome.errors.isEmpty, "\(inner): \(outcome)")
      let calls = Running.text(place.url.appendingPathComponent("inner").path).matches(of: /getppid\(/).count
      #expect(calls == 10, "\(inner)")
    }
    let below = Run(directory: place.url, limit: 40)(
      [strace, "-o", "log", trapline, "-f", "-o", "inner", watched, "calls", "10", "3"])
    #expect(below.end == .exited(3))
  }

  /// A tracer whose own tracees are followed is told that they have a tracer, as by strace.
  @Test func aTracerThatIsFollowedIsToldThatItMayNotTrace() throws {
    let strace = try Machine.oracle()
    for inner in [trapline, strace] {
      let command = [inner, "-f", "-o", "inner", watched, "3"]
      let theirs = Run(directory: place.url, limit: 40)([strace, "-f", "-o", "log"] + command)
      #expect(trace(["-f"], command).end == theirs.end)
    }
  }

  @Test func aDebuggerMayDebug() throws {
    guard let gdb = Machine.find("gdb") else { try Test.cancel("gdb is not installed") }
    let command = [gdb, "-q", "-batch", "-nx", "-ex", "run", "--args", watched, "calls", "3", "5"]
    let alone = Run(directory: place.url, limit: 40)(command)
    guard alone.output.contains("exited with code 05") else { try Test.cancel("gdb cannot debug here") }
    #expect(trace([], command).output.contains("exited with code 05"))
  }

  /// A program gains the rights of its file where it does under strace: not when its calls are traced.
  @Test(arguments: [[], ["-e", "trace=openat"], ["-f"]]) func aSetUserProgramGainsWhatItMay(_ options: [String]) throws
  {
    guard getuid() == 0, let setpriv = Machine.find("setpriv") else { try Test.cancel("needs root, and setpriv") }
    let directory = URL(fileURLWithPath: "/var/tmp/trapline-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: false)
    defer { try? FileManager.default.removeItem(at: directory) }
    chmod(directory.path, 0o755)
    for (name, mode) in [("watched", mode_t(0o755)), ("raised", mode_t(0o4755))] {
      let copy = directory.appendingPathComponent(name)
      try FileManager.default.copyItem(atPath: watched, toPath: copy.path)
      chmod(copy.path, mode)
    }
    let tracer = directory.appendingPathComponent("trapline")
    try FileManager.default.copyItem(atPath: trapline, toPath: tracer.path)
    chmod(tracer.path, 0o755)
    let outcome = Run(directory: directory, limit: 20)(
      [setpriv, "--reuid", "1000", "--clear-groups", tracer.path] + options
        + ["-o", "/dev/null", "/bin/sh", "-c", "./raised ids; ./watched ids"])
    let raised = options.contains("-f") ? 1000 : 0
    #expect(outcome.output == "euid \(raised), no_new_privs 0\neuid 1000, no_new_privs 0\n", "\(outcome)")
  }

  @Test(arguments: [[], ["-f"]]) func aChildThatIsNotToBeTracedIsShownAsThat(_ options: [String]) {
    let outcome = trace(options + ["-e", "trace=clone3"], [watched, "untraced"])
    #expect(outcome.output == "untraced 0\n")
    #expect(log.contains("flags=CLONE_UNTRACED, "), "\(log)")
  }

  /// Nobody but the tracer is there while a program runs, and nobody when it has ended.
  @Test(arguments: [[], ["-e", "trace=openat"], ["-f", "-e", "trace=openat"]])
  func noFilterIsPutIntoAProgramUnasked(_ options: [String]) {
    let outcome = trace(options, shell("grep -E '^(Seccomp|NoNewPrivs):' /proc/self/status"))
    #expect(outcome.output == "NoNewPrivs:\t0\nSeccomp:\t0\n", "\(outcome)")
  }

  /// Only the calls that are asked for are stopped at by the kernel where it is given a filter.
  @Test func aFilterThatIsAskedForHitsOnWhatIsTracedAlone() {
    let outcome = trace(["-f", "--seccomp-bpf", "-e", "trace=getppid"], [watched, "calls", "5", "cpus", "0"])
    #expect(outcome.end == .exited(0))
    #expect(log.matches(of: /getppid\(/).count == 5)
  }

  // MARK: - CPUs

  /// However a thread came to its program, it has the CPUs that it had.
  @Test(arguments: [["-f"], [], ["-f", "-c"], ["-f", "-e", "trace=execve"]])
  func anExecByAnotherThreadKeepsItsCPUs(_ options: [String]) {
    let outcome = trace(
      options, [watched, "calls", "2000", "exec-in-thread", watched, "cpus", "calls", "2000", "cpus"])
    #expect(outcome.output == "cpus \(usableCPUs)\ncpus \(usableCPUs)\n", "\(outcome)")
  }

  @Test func injectionsAreCountedAcrossAnExecByAnotherThread() {
    let inject = ["-f", "-e", "trace=getppid", "-e", "inject=getppid:retval=77:when=3"]
    _ = trace(inject, [watched, "calls", "2", "exec-in-thread", watched, "calls", "2"])
    let results = log.split(separator: "\n").filter { $0.contains("getppid") }.map { $0.hasSuffix("= 77 (INJECTED)") }
    #expect(results == [false, false, true, false], "\(log)")
  }

  // MARK: - Descriptors

  /// Who reads what the program writes sees the end of it when the program closes it.
  @Test(arguments: [[], ["-f"], ["-c"]]) func theReaderSeesTheEndWhenTheProgramCloses(_ options: [String]) {
    // The program does not end before the reader has seen the end.
    let script = #"""
      mkfifo gate
      "$0" "$@" -e trace=none -e signal=none -o log sh -c 'exec <&- >&-; read line <gate' | { cat; echo end; echo >gate; }
      """#
    #expect(Run(directory: place.url, limit: 20)(shell(script) + [trapline] + options).output == "end\n")
  }
}
