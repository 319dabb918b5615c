import Foundation
import Testing

/// The same runs as data: JSON Lines, one object an event.
@Suite("Traces as data", .serialized)
struct DataTests {
  @Test(arguments: RealProgram.all)
  func everyLineIsAnObject(_ program: RealProgram) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    _ = try Machine.oracle()
    let command: [String]
    do { command = try program.command() } catch { try Test.cancel("\(error)") }
    let place = try TemporaryDirectory()
    let directory = try place.fresh("work")
    try program.copyFiles(to: directory)
    let log = place.url.appendingPathComponent("log")
    let outcome = Run(directory: directory)([trapline, "-f", "--json", "-o", log.path] + command)
    guard case .exited = outcome.end else { return #expect(outcome.end == .exited(0), "\(outcome.errors)") }

    let data = try Data(contentsOf: log)
    #expect(data.last == UInt8(ascii: "\n"))
    var events: [String: Int] = [:]
    for line in data.split(separator: UInt8(ascii: "\n")) {
      let text = String(decoding: line, as: UTF8.self)
      let object = try? JSONSerialization.jsonObject(with: line) as? [String: Any]
      guard let object, let event = object["event"] as? String else {
        Issue.record("no event: \(text.prefix(300))")
        return
      }
      events[event, default: 0] += 1
      guard event == "syscall" else { continue }
      guard object["name"] is String, object["pid"] is Int, object["args"] is [String: Any] else {
        Issue.record("a call without a name, a process or arguments: \(text.prefix(300))")
        return
      }
    }
    #expect(events["syscall", default: 0] > 0)
    #expect(events["exit", default: 0] > 0)
    #expect(try complaints(about: log) == "")
  }

  /// What a validator of JSON Schema says about a trace; empty when all of it is as docs/trace.schema.json says.
  private func complaints(about log: URL) throws -> String {
    let schema = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "docs/trace.schema.json")
    let script = """
      import json, sys, jsonschema
      validator = jsonschema.Draft202012Validator(json.load(open(sys.argv[1])))
      lines = open(sys.argv[2], encoding="utf-8").read().splitlines()
      # A large trace is looked at in samples; the first lines have every kind of event.
      for line in lines[:300] + lines[300::50]:
          for error in validator.iter_errors(json.loads(line)):
              print(error.message[:300], line[:300])
              sys.exit()
      """
    let python = Process()
    python.executableURL = URL(filePath: "/usr/bin/env")
    python.arguments = ["python3", "-c", script, schema.path, log.path]
    let output = Pipe()
    python.standardOutput = output
    python.standardError = output
    try python.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    python.waitUntilExit()
    return String(decoding: said, as: UTF8.self)
  }
}
