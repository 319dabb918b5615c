import Foundation
import Testing

/// The recordings of strace 7.2 that lie beside the checkout, where they do: what passed once, passes.
///
/// `expected-*.txt` name the cases that pass. A case that is in no file may fail; one that is may not. To bring the files up
/// to date after an improvement, run the tests with `TRAPLINE_ACCEPT=1`.
@Suite("Recordings", .serialized)
struct ConformanceTests {
  static let recordings = Machine.project.deletingLastPathComponent().appendingPathComponent("shared/conformance")
  static let here = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

  @Test(arguments: ["x86_64", "i386"])
  func linesOfCalls(_ abi: String) throws {
    let all = try run("kit", ["list"]).map { $0.split(separator: "\t").prefix(2).joined(separator: ".") }
    let report = try run("kit", ["check", "--abi", abi, "--show", "0"])
    let others = names(report, after: "failed: ") + names(report, after: "skipped: ")
    try compare(Set(all).subtracting(others), with: "expected-conformance-\(abi).txt") { names in
      let again = try run("kit", ["check"] + names + ["--abi", abi, "--show", "0"])
      return Set(names).subtracting(self.names(again, after: "failed: "))
    }
  }

  @Test func behaviour() throws {
    let report = try run("behave", ["check", "-v", "-j", "2"])
    try compare(Set(names(report, after: "ok   ")), with: "expected-behaviour.txt") { names in
      Set(self.names(try run("behave", ["check", "-v"] + names), after: "ok   "))
    }
  }

  /// The lines that a tool of the recordings prints.
  private func run(_ tool: String, _ arguments: [String]) throws -> [String] {
    let path = Self.recordings.appendingPathComponent(tool).path
    guard Machine.isExecutable(path) else { try Test.cancel("the recordings are not beside the checkout") }
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    guard geteuid() == 0 else { try Test.cancel("the recordings' programs need root") }
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let options = arguments.first == "check" ? ["--tracer", trapline, "--build", Self.built(tool).path] : []
    let outcome = Run(directory: try place.fresh("work"), limit: 400)([python, path] + arguments + options)
    if outcome.end == .timedOut { Issue.record("\(tool) did not end: \(outcome.output.suffix(500))") }
    return outcome.output.split(separator: "\n").map(String.init)
  }

  /// Where the recordings' programs are built: kept from run to run.
  private static func built(_ tool: String) -> URL { Machine.project.appendingPathComponent(".build/recordings-\(tool)") }

  /// The names of cases on lines that begin with `verdict`.
  private func names(_ report: [String], after verdict: String) -> [String] {
    report.filter { $0.hasPrefix(verdict) }
      .map { String($0.dropFirst(verdict.count).prefix { $0 != " " && $0 != ":" }) }
  }

  /// What passed once passes now, or when it runs again alone: a busy machine is no failure.
  private func compare(_ passed: Set<String>, with file: String, again: ([String]) throws -> Set<String>) throws {
    let url = Self.here.appendingPathComponent(file)
    if ProcessInfo.processInfo.environment["TRAPLINE_ACCEPT"] != nil {
      return try (passed.sorted().joined(separator: "\n") + "\n").write(to: url, atomically: true, encoding: .utf8)
    }
    guard let text = try? Data(contentsOf: url) else { try Test.cancel("no \(file): run with TRAPLINE_ACCEPT=1 to write it") }
    let expected = String(decoding: text, as: UTF8.self).split(separator: "\n").map(String.init)
    let missing = Set(expected).subtracting(passed)
    let lost = missing.isEmpty ? [] : missing.subtracting(try again(missing.sorted())).sorted()
    #expect(lost.isEmpty, "passed once and do not now: \(lost.joined(separator: ", "))")
  }
}
