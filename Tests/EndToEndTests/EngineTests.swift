import Foundation
import Testing

/// What the engines have to do besides showing the same lines (`RealInputTests`).
@Suite("Engines")
struct EngineTests {
  private static let copying = ["dd", "if=/dev/zero", "of=/dev/null", "bs=1", "count=3000", "status=none"]

  /// What a trace leaves in its file, and what is said beside.
  private func trace(
    _ options: [String], _ command: [String], user: [String] = []
  ) throws -> (lines: [Substring], outcome: Outcome) {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    if !user.isEmpty { chmod(place.url.path, 0o777) }
    let log = place.url.appendingPathComponent("log")
    let outcome = Run(directory: place.url, limit: 60)(user + [trapline, "-o", log.path] + options + command)
    let text = try String(contentsOf: log, encoding: .utf8)
    return (text.split(separator: "\n"), outcome)
  }

  // MARK: Counting

  /// How often each call was made, and how often in vain, by the table of `-c`.
  private func counts(_ options: [String], _ command: [String]) throws -> [String: String] {
    var counts: [String: String] = [:]
    for line in try trace(options + ["-U", "name,calls,errors"], command).lines {
      let words = line.split(separator: " ")
      if words.count >= 2, Int(words[1]) != nil { counts[String(words[0])] = words.dropFirst().joined(separator: " ") }
    }
    return counts
  }

  /// Counted in the kernel, no call is missing and none is counted twice.
  @Test(arguments: [["-c"], ["-c", "-w"], ["-c", "-e", "trace=read,write"]])
  func callsAreCountedInTheKernel(_ options: [String]) throws {
    try Engine.bpf.require()
    let expected = try counts(Engine.ptrace.options + options, Self.copying)
    #expect(expected["write"] == "3000")
    #expect(try counts(Engine.bpf.options + options, Self.copying) == expected)
    #expect(try counts(["--engine=auto"] + options, Self.copying) == expected)
  }

  // MARK: Descriptors

  /// Descriptors that change hands from call to call: the calls on some of them are the same. Numbers of inodes and
  /// processes are others in each run.
  private static let juggling = [
    "sh", "-c",
    """
    cd /usr; exec 3</etc/passwd 4</dev/zero; read x <&3; exec 3<&4 4<&-; exec 4>/dev/full 3<&-; echo x >&4
    echo y >"$0"; cat <"$0"; exec 5<. 6</proc/self/stat; exec 6<&- 7>"$0"; rm "$0"; echo z >&7; exec 3>&7 7>&-; echo z >&3
    """,
  ]

  private func juggled(_ engine: Engine, _ options: [String], _ place: TemporaryDirectory) throws -> [String] {
    let file = place.url.appendingPathComponent("juggled").path
    let (lines, outcome) = try trace(engine.options + options, Self.juggling + [file])
    #expect(!outcome.errors.contains("cannot record calls"), "\(outcome.errors)")
    // The shell and its children go on side by side: which of them comes first is chance.
    return lines.map { line in
      String(line.replacing(/[0-9]{3,}/, with: "N").replacing(#/ +=/#, with: " ="))
    }.sorted()
  }

  @Test(arguments: [["--trace-fds=3"], ["--trace-fds=3,4"], ["--trace-fds=!3"]])
  func callsOnDescriptorsAreChosenInTheKernel(_ options: [String]) throws {
    try Engine.bpf.require()
    let options = options + ["--whole-lines", "-e", "trace=read,write,close,dup2,fcntl,openat,chdir"]
    let place = try TemporaryDirectory()
    let expected = try juggled(.ptrace, options, place)
    #expect(expected.count > 3, "\(expected)")
    let found = try juggled(.bpf, options, place)
    #expect(found == expected, "\(found.difference(from: expected))")
  }

  // MARK: Going over

  /// A trace that goes over to the kernel's records misses no call on the way.
  @Test func goingOverLosesNothing() throws {
    try Engine.bpf.require()
    let (lines, outcome) = try trace(["--engine=auto", "-e", "trace=write"], Self.copying)
    #expect(outcome.errors.isEmpty)
    #expect(lines.count { $0 == #"write(1, "\0", 1)                       = 1"# } == 3000)
    #expect(lines.count == 3001)
  }

  // MARK: Falling back

  /// Who may not load programs is told so in one line, and gets the trace all the same.
  @Test func withoutPrivilegesThereAreStops() throws {
    guard geteuid() == 0, let setpriv = Machine.find("setpriv") else {
      try Test.cancel("only root can give up privileges")
    }
    try Engine.bpf.require()
    let user = [setpriv, "--reuid=65534", "--regid=65534", "--clear-groups"]
    let (lines, outcome) = try trace(Engine.bpf.options, ["/bin/true"], user: user)
    #expect(outcome.end == .exited(0))
    #expect(lines.last == "+++ exited with 0 +++")
    let said = outcome.errors.split(separator: "\n")
    #expect(said.count == 1)
    #expect(said.first?.contains("cannot record calls in the kernel, tracing with stops: it needs CAP_BPF") == true)
  }

  @Test(arguments: [["-k"], ["-y"], ["-P", "/etc"], ["-e", "inject=getuid:error=EPERM"], ["--secontext"]])
  func whatNeedsStopsGetsThem(_ options: [String]) throws {
    try Engine.bpf.require()
    let (lines, outcome) = try trace(Engine.bpf.options + options, ["/bin/true"])
    if outcome.errors.contains("needs elfutils") { try Test.cancel("libdw is not installed") }
    #expect(lines.last == "+++ exited with 0 +++")
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.errors.contains("cannot record calls in the kernel, tracing with stops: "))
  }

  // MARK: The last calls

  @Test(arguments: Engine.allCases) func theLastCallsOfWhatFailsAreWritten(_ engine: Engine) throws {
    try engine.require()
    let script = ["sh", "-c", "cd /; cd /etc; cd /usr; exit 3"]
    let whole = try trace(engine.options + ["-e", "trace=chdir,exit_group"], script).lines
    let kept = try trace(engine.options + ["-e", "trace=chdir,exit_group", "--keep-last=3"], script).lines
    #expect(whole.count == 5 && kept == Array(whole.suffix(4)), "\(kept)")
    #expect(try trace(engine.options + ["--keep-last=3"], ["/bin/true"]).lines.isEmpty)
    let killed = try trace(engine.options + ["--keep-last=1", "--json"], ["sh", "-c", "kill -9 $$"]).lines
    #expect(killed.count == 3 && killed[0].contains(#""event":"trace""#), "\(killed)")
    #expect(killed.count == 3 && killed[1].contains(#""name":"kill""#) && killed[2].contains("SIGKILL"))
  }
}
