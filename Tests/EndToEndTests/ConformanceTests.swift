import Foundation
import Testing

/// The recordings of strace 7.2 in `fixtures/conformance`.
@Suite("Recordings", .serialized)
struct ConformanceTests {
  static let recordings = Machine.project.appendingPathComponent("fixtures/conformance")

  /// Signals itself for ever on machines that have no hardware breakpoint to offer, traced or not.
  private static let endless = "process/signals."

  @Test(arguments: ["x86_64", "i386"])
  func linesOfCalls(_ abi: String) throws {
    let programs = Set(
      try run("lines", ["list"]).filter { !$0.hasPrefix(Self.endless) }.map { String($0.prefix { $0 != "." }) + "." })
    let report = try run("lines", ["check", "--abi", abi, "--jobs", "2"] + programs.sorted())
    let counts = report.last ?? ""
    #expect(counts.contains(/\d{3,} equal/), "\(report.suffix(5))")
    for verdict in ["different", "though", "not traced", "not built", "not recorded"] {
      #expect(!counts.contains(verdict), "\(report.joined(separator: "\n"))")
    }
  }

  /// A case that fails runs again alone, without the load of the others.
  @Test func behaviour() throws {
    let report = try run("behaviour", ["check", "-v", "-j", "2"])
    let passed = names(report, after: "ok   ")
    #expect(passed.count > 150, "\(report.suffix(5))")
    let failed = names(report, after: "FAIL ")
    let again = failed.isEmpty ? [] : try run("behaviour", ["check", "-v"] + failed)
    let lost = Set(failed).subtracting(names(again, after: "ok   "))
    #expect(lost.isEmpty, "\(again.joined(separator: "\n"))")
  }

  /// The lines that a tool of the recordings prints.
  private func run(_ tool: String, _ arguments: [String]) throws -> [String] {
    let path = Self.recordings.appendingPathComponent(tool).path
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    guard geteuid() == 0 else { try Test.cancel("the recordings' programs need root") }
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let options = arguments.first == "check" ? ["--tracer", trapline, "--build", Self.built(tool).path] : []
    let outcome = Run(directory: try place.fresh("work"), limit: 900)([python, path] + arguments + options)
    if outcome.end == .timedOut { Issue.record("\(tool) did not end: \(outcome.output.suffix(500))") }
    return outcome.output.split(separator: "\n").map(String.init)
  }

  /// Where the recordings' programs are built: kept from run to run.
  private static func built(_ tool: String) -> URL {
    Machine.project.appendingPathComponent(".build/recordings-\(tool)")
  }

  /// The names of cases on lines that begin with `verdict`.
  private func names(_ report: [String], after verdict: String) -> [String] {
    report.filter { $0.hasPrefix(verdict) }
      .map { String($0.dropFirst(verdict.count).prefix { $0 != " " && $0 != ":" }) }
  }
}
