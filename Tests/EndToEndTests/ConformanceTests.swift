import Foundation
import Testing

/// The recordings of strace 7.2 in `fixtures/conformance`.
@Suite("Recordings", .serialized)
struct ConformanceTests {
  static let recordings = Machine.project.appendingPathComponent("fixtures/conformance")

  /// Signals itself for ever on machines that have no hardware breakpoint to offer, traced or not.
  private static let endless = "process/signals."

  /// How many of the programs are traced by the kernel's records, too: one in so many, since that takes as long again.
  private static let share = 4

  @Test(arguments: ["x86_64", "i386"], Engine.allCases)
  func linesOfCalls(_ abi: String, _ engine: Engine) throws {
    try engine.require()
    let all = Set(
      try run("lines", ["list"]).filter { !$0.hasPrefix(Self.endless) }.map { String($0.prefix { $0 != "." }) + "." })
    let programs = all.sorted().enumerated().filter { engine == .ptrace || $0.offset % Self.share == 0 }.map(\.element)
    let report = try run("lines", ["check", "--abi", abi, "--jobs", "2"] + programs, by: engine)
    let counts = report.last ?? ""
    #expect(counts.contains(/\d{3,} equal/), "\(report.suffix(5))")
    for verdict in ["different", "though", "not traced", "not built", "not recorded"] {
      #expect(!counts.contains(verdict), "\(report.joined(separator: "\n"))")
    }
  }

  /// Cases that differ by the kernel's records: the program and the tracer write to one terminal, each when it gets to it.
  private static let differing: [Engine: Set<String>] = [.bpf: ["output-buffer-order"]]

  /// A case that fails runs again alone, without the load of the others.
  @Test(arguments: Engine.allCases) func behaviour(_ engine: Engine) throws {
    try engine.require()
    let report = try run("behaviour", ["check", "-v", "-j", "2"], by: engine)
    let passed = names(report, after: "ok   ")
    #expect(passed.count > 150, "\(report.suffix(5))")
    let failed = names(report, after: "FAIL ")
    let again = failed.isEmpty ? [] : try run("behaviour", ["check", "-v"] + failed, by: engine)
    let lost = Set(failed).subtracting(names(again, after: "ok   ")).subtracting(Self.differing[engine] ?? [])
    #expect(lost.isEmpty, "\(again.joined(separator: "\n"))")
  }

  /// The lines that a tool of the recordings prints.
  private func run(_ tool: String, _ arguments: [String], by engine: Engine = .ptrace) throws -> [String] {
    let path = Self.recordings.appendingPathComponent(tool).path
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    guard geteuid() == 0 else { try Test.cancel("the recordings' programs need root") }
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let tracer = (["'\(trapline)'"] + (engine == .ptrace ? [] : engine.options)).joined(separator: " ")
    var options = arguments.first == "check" ? ["--tracer", tracer, "--build", Self.built(tool).path] : []
    // What it leaves to stops it says in a line.
    if tool == "behaviour", engine == .bpf { options += ["--without", "cannot record calls in the kernel"] }
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
