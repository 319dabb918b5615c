import Foundation
import TestSupport
import Testing

/// What is made of a trace: the page, policies, answers.
@Suite("Reports", .serialized)
struct ReportTests {
  @Test func thePageIsHarmlessWhateverTheNames() throws {
    let place = try TemporaryDirectory()
    let log = try trace(place, python("hostile_names.py"))
    let page = place.url.appendingPathComponent("report.html")
    let outcome = try report(place, [log.path, "-o", page.path])
    #expect(outcome.end == .exited(0) && outcome.errors == "", "\(outcome.errors)")
    let html = try String(contentsOf: page, encoding: .utf8)
    #expect(html.utf8.count < 5_000_000)
    // The page's own: the data and the script.
    #expect(html.components(separatedBy: "<script").count == 3 && html.components(separatedBy: "</script").count == 3)
    #expect(!html.contains("<img") && !html.contains("http://") && !html.contains("https://"))
    let controls = html.unicodeScalars.filter { $0.value < 0x20 && $0 != "\n" || (0x7f...0x9f).contains($0.value) }
    #expect(controls.isEmpty)
    let object = try Reports.data(of: html)
    let files = (object["files"] as? [String: Any])?["rows"] as? [[Any]]
    let names = Set((files ?? []).compactMap { $0.first as? String }.map { ($0 as NSString).lastPathComponent })
    #expect(names.contains("new\nline") && names.contains("script>"))
  }

  @Test(arguments: ["light", "dark"]) func aBrowserShowsThePage(scheme: String) throws {
    guard let browser = Machine.find("chromium") else { try Test.cancel("chromium is not installed") }
    let place = try TemporaryDirectory()
    let log = try trace(place, python("hostile_names.py"))
    let page = place.url.appendingPathComponent("report.html")
    _ = try report(place, [log.path, "-o", page.path])
    let shown = Run(directory: place.url)(
      [
        browser, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-dev-shm-usage",
        "--user-data-dir=\(place.url.path)/profile", "--virtual-time-budget=5000",
        "--blink-settings=preferredColorScheme=\(scheme == "dark" ? 0 : 1)", "--dump-dom", "file://\(page.path)",
      ])
    #expect(shown.end == .exited(0), "\(shown.errors.suffix(500))")
    // Set by the script's last line: nothing before it failed, and no name became markup.
    #expect(shown.output.contains(#"data-ready="true""#))
    #expect(shown.output.contains("&lt;/script&gt;") && !shown.output.contains("<img"))
    #expect(shown.output.contains("hostile_names.py") && shown.output.contains("<canvas"))
  }

  @Test func whatIsNoTraceIsSaid() throws {
    let place = try TemporaryDirectory()
    let file = place.url.appendingPathComponent("no-trace")
    try "a line\n{\"event\":\n[1,2]\n".write(to: file, atomically: true, encoding: .utf8)
    for arguments in [
      [], [file.path], ["/no/such/file"], ["--tree", file.path], ["-o", file.path, file.path],
      ["--seccomp=docker", file.path], ["-o"], [file.path, file.path],
    ] {
      let outcome = try report(place, arguments)
      #expect(outcome.end == .exited(1) && outcome.errors.hasPrefix("trapline-report: "), "\(arguments): \(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output == "")
    }
  }

  /// Lines cut off anywhere, and lines that are almost events.
  @Test func brokenTracesMakeAPageToo() throws {
    let place = try TemporaryDirectory()
    let log = try trace(place, [try #require(Machine.find("true"))])
    var text = try String(contentsOf: log, encoding: .utf8)
    let call = try #require(text.split(separator: "\n").first { $0.contains("\"openat\"") })
    for length in stride(from: 1, to: call.count, by: 7) { text += call.prefix(length) + "\n" }
    text +=
      #"{"event":"syscall","time":-9e99,"pid":99999999999,"tid":-1,"name":7,"args":[],"return":{"fd":{}},"duration":1e400}"#
    text += "\n" + #"{"event":"exit","signal":[[[[],"comm":{"text":5}}"# + "\n"
    try text.write(to: log, atomically: true, encoding: .utf8)
    let outcome = try report(place, [log.path])
    #expect(outcome.end == .exited(0) && outcome.output.hasSuffix("</html>\n"), "\(outcome.errors)")
    #expect(outcome.errors.contains("lines are no events"))
  }

  @Test func aPolicyAllowsWhatWasCalledAndNothingElse() throws {
    guard let gcc = Machine.find("gcc") else { try Test.cancel("gcc is not installed") }
    let place = try TemporaryDirectory()
    let confine = place.url.appendingPathComponent("confine").path
    let source = Fixtures.source.appendingPathComponent("confine.c").path
    let built = Run(directory: place.url)([gcc, "-O1", "-o", confine, source, "-lseccomp"])
    guard built.end == .exited(0) else { try Test.cancel("no libseccomp: \(built.errors.prefix(200))") }
    let cat = try #require(Machine.find("cat"))
    let log = try trace(place, [cat, "/etc/passwd"])
    let outcome = try report(place, ["--seccomp", log.path])
    let profile = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
    #expect(profile?["defaultAction"] as? String == "SCMP_ACT_ERRNO" && profile?["defaultErrnoRet"] as? Int == 1)
    #expect(profile?["architectures"] as? [String] == ["SCMP_ARCH_X86_64"])
    let rules = profile?["syscalls"] as? [[String: Any]]
    let names = try #require(rules?.first?["names"] as? [String])
    #expect(rules?.count == 1 && rules?.first?["action"] as? String == "SCMP_ACT_ALLOW")
    let allowed = Run(directory: place.url)([confine] + names + ["--", cat, "/etc/passwd"])
    #expect(allowed.end == .exited(0) && allowed.output.contains("root:"), "\(allowed.errors)")
    // mkdir(2) was not called.
    let mkdir = try #require(Machine.find("mkdir"))
    let needed = try report(place, ["--seccomp=systemd", try trace(place, [mkdir, "there"]).path]).output
    let calls = try #require(needed.split(separator: "\n").first).dropFirst("SystemCallFilter=".count).split(
      separator: " ")
    #expect(calls.contains("mkdir") && needed.contains("SystemCallErrorNumber=EPERM"))
    let others = calls.filter { $0 != "mkdir" }.map(String.init) + ["write", "writev"]
    let refused = Run(directory: place.url)([confine] + Set(others).sorted() + ["--", mkdir, "here"])
    #expect(refused.end == .exited(1) && refused.errors.contains("Operation not permitted"), "\(refused.errors)")
  }

  @Test func theQuestionsOfTheDocumentationHaveOneAnswer() throws {
    let place = try TemporaryDirectory()
    // Processes and files, then sockets.
    let log = try trace(place, python("subprocess_run.py"))
    try askAll(log)
    try askAll(try trace(place, python("tcp.py")))
  }

  private func askAll(_ log: URL) throws {
    let tool = Machine.project.appendingPathComponent("fixtures/analysis/ask.py").path
    let engines = ["python", "pandas", "duckdb", "polars"] + (Machine.find("jq") == nil ? [] : ["jq"])
    do {
      let answer = try PythonEnvironment.run([tool, log.path] + engines)
      #expect(answer.status == 0, "\(answer.output.suffix(1000))")
      #expect(answer.output.split(separator: "\n").count == 5 && !answer.output.contains(" 0 rows"))
    } catch let missing as PythonEnvironment.Missing where missing.isOffline {
      try Test.cancel("\(missing)")
    }
  }

  /// A log as `trapline -f --json` writes it: a shell that opens a file, which succeeds or not.
  private func made(_ place: TemporaryDirectory, _ name: String, _ result: String, status: Int) throws -> String {
    let lines = [
      #"{"event":"trace","schema":1,"version":"1","time":1.0,"host":"h","kernel":"6","command":["sh"],"options":["-f"]}"#,
      #"{"event":"syscall","time":1.1,"pid":7,"tid":7,"name":"execve","number":59,"abi":"x86_64","#
        + #""args":{"pathname":"/bin/sh","argv":["sh","-c","it's"],"envp":["A=1"]},"return":0,"duration":0.001}"#,
      #"{"event":"syscall","time":1.2,"pid":7,"tid":7,"name":"openat","number":257,"abi":"x86_64","#
        + #""args":{"dirfd":{"fd":-100,"name":"AT_FDCWD"},"pathname":"/srv/a,b"},\#(result),"duration":0.002}"#,
      #"{"event":"exit","time":1.3,"pid":7,"tid":7,"status":\#(status)}"#,
    ]
    let log = place.url.appendingPathComponent(name)
    try (lines.joined(separator: "\n") + "\n").write(to: log, atomically: true, encoding: .utf8)
    return log.path
  }

  @Test func theOtherFormsOfAReport() throws {
    let place = try TemporaryDirectory()
    let good = try made(place, "good", #""return":{"fd":3}"#, status: 0)
    let bad = try made(place, "bad", #""return":-1,"errno":2,"error":"ENOENT""#, status: 1)
    let compared = try report(place, ["--compare", good, bad])
    #expect(compared.end == .exited(0))
    #expect(compared.output.contains(#"1. sh -c 'it'\''s': succeeded, and now fails"#), "\(compared.output)")
    #expect(try report(place, ["--compare", good, good]).output.contains("No call differs"))
    let json = try report(place, ["--compare", "--format=json", good, bad]).output
    let object = try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
    #expect((object?["differences"] as? [[String: Any]])?.first?["kind"] as? String == "fails")
    #expect(try report(place, ["--commands", bad]).output == #"/bin/sh -c 'it'\''s'  # 7, status 1"# + "\n")
    let table = try report(place, ["--format=csv", bad]).output.components(separatedBy: "\r\n")
    #expect(table.count == 4 && table[2].contains(#","/srv/a,b","#) && table[2].contains(",ENOENT,"), "\(table)")
    let spans = try report(place, ["--format=otlp", "--threshold=0", bad]).output
    _ = try JSONSerialization.jsonObject(with: Data(spans.utf8))
    #expect(spans.components(separatedBy: #""spanId""#).count == 4)
    #expect(try report(place, ["--format=folded", bad]).end == .exited(1))
    #expect(try report(place, ["--seccomp", bad]).end == .exited(0))
  }

  /// A log that is missing, or is no trace, leaves what was in the file of -o.
  @Test func whatCannotBeReadEmptiesNothing() throws {
    let place = try TemporaryDirectory()
    let kept = place.url.appendingPathComponent("kept")
    for form in ["html", "csv", "otlp"] {
      try "kept".write(to: kept, atomically: true, encoding: .utf8)
      let outcome = try report(place, ["--format=\(form)", "-o", kept.path, "/no/such/log"])
      #expect(outcome.end == .exited(1) && outcome.errors.contains("/no/such/log: cannot read it"), "\(outcome)")
      #expect(try String(contentsOf: kept, encoding: .utf8) == "kept", "\(form)")
    }
    let none = place.url.appendingPathComponent("none")
    try "no event\n".write(to: none, atomically: true, encoding: .utf8)
    for form in ["html", "csv", "otlp", "folded"] {
      let outcome = try report(place, ["--format=\(form)", none.path])
      #expect(outcome.end == .exited(1) && outcome.errors.contains("no trace"), "\(form): \(outcome)")
    }
  }

  /// A policy of a trace whose options keep calls out is refused, however they are written.
  @Test(arguments: [
    ["-fe", "trace=open"], ["-fP", "/etc"], ["-fz"], ["--tr=open"], ["-f", "--keep-last=5"], ["-p", "7"],
    ["-f", "-e", "openat"], ["-f", "--syscall-limit=9"], ["-f", "--time-limit", "9"],
  ])
  func policiesNeedAllCalls(options: [String]) throws {
    let place = try TemporaryDirectory()
    let log = try made(place, "log", #""return":{"fd":3}"#, status: 0)
    let given = options.map { "\"\($0)\"" }.joined(separator: ",")
    let text = try String(contentsOfFile: log, encoding: .utf8).replacingOccurrences(of: #"["-f"]"#, with: "[\(given)]")
    try text.write(toFile: log, atomically: true, encoding: .utf8)
    let outcome = try report(place, ["--seccomp", log])
    #expect(outcome.end == .exited(1) && outcome.errors.contains("leaves calls out"), "\(outcome)")
  }

  /// A table of calls keeps its types as Parquet, sockets included.
  @Test func theTableBecomesParquet() throws {
    let place = try TemporaryDirectory()
    let log = try trace(place, python("tcp.py"))
    let table = place.url.appendingPathComponent("calls.csv").path
    #expect(try report(place, ["--format=csv", "-o", table, log.path]).end == .exited(0))
    let tool = Machine.project.appendingPathComponent("fixtures/analysis/parquet.py").path
    do {
      let answer = try PythonEnvironment.run([tool, table])
      #expect(answer.status == 0, "\(answer.output.suffix(1000))")
      let columns = answer.output.split(separator: "\n").map { $0.split(separator: " ").map(String.init) }
      #expect(columns.count == 13 && columns.allSatisfy { (Int($0.last ?? "") ?? 0) > 0 }, "\(answer.output)")
      let types = Dictionary(columns.map { ($0[0], $0.dropFirst().first ?? "") }) { first, _ in first }
      #expect(types["fd"] == "BIGINT" && types["bytes"] == "BIGINT" && types["time"] == "DOUBLE", "\(types)")
      #expect(types["peer"] == "VARCHAR" && types["path"] == "VARCHAR")
    } catch let missing as PythonEnvironment.Missing where missing.isOffline {
      try Test.cancel("\(missing)")
    }
  }

  private func python(_ program: String) throws -> [String] {
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    return [python, Fixtures.python.appendingPathComponent(program).path]
  }

  private func trace(_ place: TemporaryDirectory, _ command: [String]) throws -> URL {
    _ = try Machine.oracle()
    return try Reports.trace(place, command)
  }

  private func report(_ place: TemporaryDirectory, _ arguments: [String]) throws -> Outcome {
    try Reports.report(place, arguments)
  }
}
