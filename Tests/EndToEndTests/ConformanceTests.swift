import Foundation
import Testing

/// The recordings of strace 7.2 that lie beside the checkout, where they do.
@Suite("Recordings", .serialized)
struct ConformanceTests {
  static let recordings = Machine.project.deletingLastPathComponent().appendingPathComponent("shared/conformance")
  /// Of the lines of each area, how many percent are alike at least: a description that breaks costs more.
  private static let share = 97.0

  @Test(arguments: ["x86_64", "i386"])
  func linesOfCalls(_ abi: String) throws {
    let programs = Set(try run("kit", ["list"]).compactMap { $0.split(separator: "\t").first.map(String.init) })
      // Signals itself for ever on machines that have no hardware breakpoint to offer, traced or not.
      .subtracting(["process/signals"])
    let report = try run("kit", ["check"] + programs.sorted() + ["--abi", abi, "--show", "0"])
    // "files        192 of 192 cases, 21132 of 21132 lines alike (100.00 %)"
    let areas = report.compactMap { $0.wholeMatch(of: /(\w+) +\d+ of \d+ cases, .*\((\d+\.\d+) %\)/) }
    #expect(areas.count == 5, "\(report.suffix(5))")
    for area in areas { #expect(Double(area.2) ?? 0 >= Self.share, "\(area.0)") }
  }

  /// A case that fails runs again alone, without the load of the others.
  @Test func behaviour() throws {
    let report = try run("behave", ["check", "-v", "-j", "2"])
    let passed = names(report, after: "ok   ")
    #expect(passed.count > 150, "\(report.suffix(5))")
    let failed = names(report, after: "FAIL ")
    let again = failed.isEmpty ? [] : try run("behave", ["check", "-v"] + failed)
    // The expression of the first is none to mawk, Debian's awk; the second shows which signals its parents ignore, and
    // posix_spawn leaves one of the C library's own ignored.
    let lost = Set(failed).subtracting(names(again, after: "ok   "))
      .subtracting(["count-wall-clock", "misc-signals-kept"])
    #expect(lost.isEmpty, "\(again.joined(separator: "\n"))")
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
  private static func built(_ tool: String) -> URL {
    Machine.project.appendingPathComponent(".build/recordings-\(tool)")
  }

  /// The names of cases on lines that begin with `verdict`.
  private func names(_ report: [String], after verdict: String) -> [String] {
    report.filter { $0.hasPrefix(verdict) }
      .map { String($0.dropFirst(verdict.count).prefix { $0 != " " && $0 != ":" }) }
  }
}
