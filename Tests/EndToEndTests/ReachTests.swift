import Foundation
import Testing

/// What is followed, how long, and what is shown of it.
@Suite("Reach of a trace")
struct ReachTests {
  private let place: TemporaryDirectory
  private let trapline: String

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    place = try TemporaryDirectory()
  }

  private func log() throws -> String {
    try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8)
  }

  /// `--children` attaches to what the named process has started, and all go on after.
  @Test(arguments: [true, false]) func childrenAreAttachedTo(areWanted: Bool) throws {
    let script = """
      /bin/sh -c '/bin/sh -c "while [ ! -e go ]; do sleep 0.05; done; echo there >grandchild; :"; :' & p=$!
      n=0; while ! pgrep -P $(pgrep -P $p) >/dev/null 2>&1 && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
      "$0" -f \(areWanted ? "--children" : "") -o log -p $p & t=$!
      n=0; while ! grep -q "TracerPid:.$t" /proc/$p/status && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
      touch go; wait $p; wait $t; cat grandchild
      """
    let outcome = Run(directory: place.url, limit: 60)(shell(script) + [trapline])
    #expect(outcome.output == "there\n", "\(outcome)")
    let log = try log()
    #expect(log.contains("\"grandchild\"") == areWanted, "\(outcome) \(log)")
  }

  /// Processes further away are let go of at once, threads of those that are followed are not.
  @Test(arguments: [("threads", 1), ("0", 1), ("1", 2), ("2", 3), ("all", 3)])
  func depthIsKept(depth: String, programs: Int) throws {
    let script = "/bin/sh -c '/bin/true; :'; exit 3"
    let outcome = Run(directory: place.url, limit: 30)(
      [trapline, "--follow-forks=\(depth)", "-o", "log", "-e", "trace=execve"] + shell(script))
    #expect(outcome.end == .exited(3) && outcome.errors.isEmpty, "\(outcome)")
    let log = try log()
    #expect(log.matches(of: /execve\(/).count == programs, "\(log)")
  }

  @Test func threadsAreFollowedWhereProcessesAreNot() throws {
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    let program = """
      import os, subprocess, threading
      threading.Thread(target=lambda: os.access("by-a-thread", 0)).start()
      subprocess.run(["/bin/ls", "by-a-process"], stderr=subprocess.DEVNULL)
      """
    let outcome = Run(directory: place.url, limit: 60)(
      [trapline, "--follow-forks=threads", "-o", "log", python, "-S", "-c", program])
    #expect(outcome.end == .exited(0), "\(outcome)")
    let log = try log()
    #expect(log.contains("access(\"by-a-thread\"") && !log.contains("by-a-process\", {"), "\(log.suffix(3000))")
  }

  /// The tracer leaves, and the program goes on.
  @Test(arguments: Engine.allCases) func timeIsLimited(_ engine: Engine) throws {
    try engine.require()
    let script = """
      "$@" /bin/sh -c 'while [ ! -e go ]; do sleep 0.05; done; echo on >after'
      echo "tracer $?"; cat after; touch go
      n=0; while [ ! -s after ] && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done; cat after
      """
    let outcome = Run(directory: place.url, limit: 60)(
      shell(script) + ["sh", trapline, "--time-limit=0.3", "-f", "-o", "log"] + engine.options)
    #expect(outcome.output == "tracer 0\non\n", "\(outcome)")
  }

  /// What is redacted stands nowhere in the trace.
  @Test(arguments: [
    ("env", ["in-env"], ["in-argv", "in-data"]), ("argv", ["in-argv"], ["in-env", "in-data"]),
    ("strings", ["in-argv", "in-data"], []), ("all", ["in-argv", "in-data", "in-env"], []),
  ])
  func secretsAreKeptOut(set: String, hidden: [String], left: [String]) throws {
    for format in ["--json", "-v"] {
      let outcome = Run(directory: place.url, limit: 30)(
        [trapline, "--redact=\(set)", "-E", "TL_SECRET=in-env", "-s", "500", "-f", "-o", "log", format]
          + shell("printf 'in-%s\\n' data; exec /bin/true in-argv"))
      #expect(outcome.end == .exited(0) && outcome.output == "in-data\n", "\(outcome)")
      let log = try log()
      // The script itself is an argument.
      for secret in hidden { #expect(!log.contains(secret), "\(format) \(secret): \(log)") }
      for text in left { #expect(log.contains(text), "\(format) \(text)") }
      #expect(log.contains("/bin/true"))
    }
  }

  /// However the variable is given, its value is not in the first line; nor is anything amiss where there is no command.
  @Test func optionsAreRedacted() throws {
    for words in [["-fETL_SECRET=in-env"], ["-fE", "TL_SECRET=in-env"], ["--en=TL_SECRET=in-env"]] {
      let outcome = Run(directory: place.url, limit: 30)(
        [trapline, "--json", "--redact=env", "-o", "log"] + words + shell("echo $TL_SECRET"))
      #expect(outcome.end == .exited(0) && outcome.output == "in-env\n", "\(outcome)")
      let first = try #require(try log().split(separator: "\n").first)
      #expect(first.contains("TL_SECRET=\"") && !first.contains("in-env"), "\(first)")
    }
    let script = """
      sleep 60 & p=$!
      "$0" --json --redact=all -o log -p $p 2>/dev/null & t=$!
      n=0; while ! grep -qs "TracerPid:.$t" /proc/$p/status && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
      kill $p; wait $t; echo $?
      """
    let outcome = Run(directory: place.url, limit: 60)(shell(script) + [trapline])
    #expect(outcome.output == "0\n", "\(outcome)")
    #expect(try log().contains("\"command\":[]"))
  }

  /// A trace is nobody else's to read.
  @Test func filesAreTheirOwnersAlone() throws {
    for options in [["-o", "log"], ["-ff", "-o", "each"]] {
      #expect(Run(directory: place.url, limit: 30)([trapline] + options + ["/bin/true"]).end == .exited(0))
    }
    let files = try FileManager.default.contentsOfDirectory(atPath: place.url.path)
    #expect(files.count == 2)
    for file in files {
      let path = place.url.appendingPathComponent(file).path
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600, "\(file)")
    }
  }

  @Test func wholeStringsAreShown() throws {
    let text = String(repeating: "x", count: 70_000)
    try text.write(to: place.url.appendingPathComponent("file"), atomically: true, encoding: .utf8)
    let outcome = Run(directory: place.url, limit: 30)(
      [trapline, "-s", "inf", "-o", "log", "-e", "trace=write", "dd", "if=file", "bs=70000", "status=none"])
    #expect(outcome.end == .exited(0))
    #expect(try log().contains("\"" + text + "\", 70000) = 70000"))
  }

  /// Each call has an entry, and then a return.
  @Test func entriesComeBeforeReturns() throws {
    let outcome = Run(directory: place.url, limit: 30)(
      [trapline, "--json=entries", "-o", "log", "-e", "trace=openat,read,exit_group", "/bin/cat", "/etc/hostname"])
    #expect(outcome.end == .exited(0))
    var inside: String?
    var count = 0
    for line in try log().split(separator: "\n") {
      let event = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let name = event?["name"] as? String
      if event?["event"] as? String == "entry" {
        #expect(inside == nil)
        inside = name
        if name == "openat" { #expect((event?["args"] as? [String: Any])?["pathname"] is String) }
      } else if event?["event"] as? String == "syscall" {
        #expect(inside == name)
        inside = nil
        count += 1
      }
    }
    #expect(count > 3 && inside == nil)
  }

  /// Tables of calls as lines of data.
  @Test(arguments: ["-c", "-C", "--latency"]) func tablesAreDataToo(option: String) throws {
    let outcome = Run(directory: place.url, limit: 30)(
      [trapline, option, "--json", "-o", "log", "/bin/cat", "/nonexistent"])
    #expect(outcome.end == .exited(1))
    let rows = try log().split(separator: "\n").compactMap {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    let kind = option == "--latency" ? "latency" : "summary"
    let opens = rows.filter { $0["event"] as? String == kind && $0["name"] as? String == "openat" }
    #expect(opens.count == 1 && (opens.first?["calls"] as? Int ?? 0) > 1, "\(rows)")
    if kind == "summary" { #expect((opens.first?["errors"] as? Int ?? 0) > 0) }
    #expect(rows.contains { $0["event"] as? String == "syscall" } == (option == "-C"))
  }
}
