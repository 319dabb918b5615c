import Foundation
import Testing

/// What the first screen of a report says of a program that failed: that which made it fail.
@Suite("What failed", .serialized)
struct TroubleTests {
  private let place: TemporaryDirectory

  init() throws { place = try TemporaryDirectory() }

  /// A process that ended badly, as the page shows it.
  private struct Trouble {
    var command: String
    var end: String
    var said: String
    var calls: [String]
    var cause: String
  }

  /// Those that are not folded away, in their order, when a shell has run a program in Python.
  private func troubles(_ program: String, status: Int32, _ rest: String = "") throws -> [Trouble] {
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    let script = place.url.appendingPathComponent("script.py")
    try program.write(to: script, atomically: true, encoding: .utf8)
    let log = try Reports.trace(place, shell("\(python) \(script.path)\(rest)"), end: .exited(status))
    let page = try Reports.report(place, [log.path])
    #expect(page.end == .exited(0), "\(page.errors)")
    let table = try Reports.data(of: page.output)["troubles"] as? [String: Any]
    return try #require(table?["rows"] as? [[Any]]).filter { $0[9] as? Int == 0 }.map { row in
      Trouble(
        command: row[1] as? String ?? "", end: row[2] as? String ?? "", said: row[6] as? String ?? "",
        calls: (row[7] as? [[Any]] ?? []).compactMap { $0.last as? String }, cause: row[8] as? String ?? "")
    }
  }

  @Test func aMissingModule() throws {
    let first = try #require(try troubles("import json\nimport missing_module", status: 1, "; exit $?").first)
    #expect(first.command.hasSuffix("script.py") && first.end == "1")
    #expect(first.said.contains("ModuleNotFoundError: No module named 'missing_module'"), "\(first)")
    // What was looked for and found elsewhere is no failure.
    #expect(!first.calls.contains { $0.contains("json") || $0.contains("/ld.so") }, "\(first)")
  }

  /// Also one that is asked for without waiting, and told by `SO_ERROR`.
  @Test(arguments: ["None", "2"]) func aRefusedConnection(timeout: String) throws {
    let program = """
      import socket
      unused = socket.socket()
      unused.bind(("127.0.0.1", 0))
      socket.create_connection(unused.getsockname(), timeout=\(timeout))
      """
    let first = try #require(try troubles(program, status: 1, "; exit $?").first)
    let call = try #require(first.calls.first)
    #expect(call.contains("ECONNREFUSED") && call.contains("127.0.0.1:"), "\(first)")
  }

  @Test func aFullDisk() throws {
    let program = #"open("/dev/full", "wb", buffering=0).write(b"x" * 9000)"#
    let first = try #require(try troubles(program, status: 1, "; exit $?").first)
    #expect(first.calls.first?.contains("/dev/full") == true, "\(first)")
    #expect(first.calls.first?.hasSuffix("= -1 ENOSPC") == true, "\(first)")
  }

  @Test func aWrongPermission() throws {
    let program = """
      import os
      os.mkdir("closed"); open("closed/key", "w").close(); os.chmod("closed", 0)
      if os.getuid() == 0: os.setgid(65534); os.setuid(65534)
      open("closed/key")
      """
    let first = try #require(try troubles(program, status: 1, "; exit $?").first)
    #expect(first.calls.first?.contains(#""closed/key", O_RDONLY|O_CLOEXEC) = -1 EACCES"#) == true, "\(first)")
  }

  /// The shell tells 128 and the signal's number; the process that was killed says why.
  @Test func aSignal() throws {
    let all = try troubles("import ctypes; ctypes.string_at(8)", status: 139, "; exit $?")
    let first = try #require(all.first)
    #expect(first.command.hasSuffix("script.py") && first.end == "SIGSEGV", "\(all)")
    #expect(first.cause == "SEGV_MAPERR, address 0x8", "\(first)")
    #expect(all.count == 2 && all.last?.end == "139", "\(all)")
  }

  /// Who started whom is told by a trace of nothing but execve, too.
  @Test func theTreeNeedsNoForks() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let outcome = Run(directory: place.url)(
      [trapline, "-f", "-e", "trace=execve", "--json", "-o", "log"] + shell("/bin/sh -c '/bin/true; :'; :"))
    #expect(outcome.end == .exited(0), "\(outcome)")
    let listed = try Reports.report(place, ["--commands", "--tree", "log"]).output
    let lines: [Substring] = listed.split(separator: "\n")
    let depths = lines.map { line in line.prefix { $0 == " " }.count }
    #expect(depths == [0, 2, 4], "\(listed)")
    let page = try Reports.data(of: try Reports.report(place, ["log"]).output)
    let rows = (page["processes"] as? [String: Any])?["rows"] as? [[Any]] ?? []
    let parents = rows.map { $0[1] as? Int }
    #expect(rows.count == 3 && parents == [nil, rows[0][0] as? Int, rows[1][0] as? Int], "\(rows)")
  }

  /// Programs that only ask, and whose answer is a status, are folded away.
  @Test func whatOnlyAsksIsNotInTheWay() throws {
    let program = """
      import subprocess, sys
      for _ in range(3): subprocess.run(["/bin/false"])
      sys.exit("no configuration")
      """
    let all = try troubles(program, status: 4, "; /bin/sh -c 'exit 3'; exit 4")
    #expect(!all.contains { $0.command == "/bin/false" }, "\(all)")
  }
}
