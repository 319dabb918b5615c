import Foundation
import TestSupport
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
    for event in ["trace", "syscall", "exit"] {
      #expect(data.firstRange(of: Data("{\"event\":\"\(event)\",".utf8)) != nil)
    }
    #expect(try complaints(about: log) == "")
  }

  /// What a validator of JSON Schema says about a trace; empty when all of it is as docs/trace.schema.json says.
  private func complaints(about log: URL) throws -> String {
    do {
      return try PythonEnvironment.complaints(about: log)
    } catch let missing as PythonEnvironment.Missing where missing.isOffline {
      try Test.cancel("\(missing)")
    }
  }
}
