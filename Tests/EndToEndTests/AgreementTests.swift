import Foundation
import Testing

/// Text and data show the same: every value of a program's calls as JSON is at its place in the lines of text.
@Suite("Text and data agree", .serialized)
struct AgreementTests {
  private static let programs = ConformanceTests.recordings.appendingPathComponent("programs")

  @Test func ofTheFixtures() throws {
    let steady = ["bind", "environment", "handlers", "ids", "pipe", "recv", "wide"]
    try compare(try steady.map { try Fixtures.program($0, .linkedStatically) })
  }

  /// Of the recordings' programs every fourth by name; all of them with `TRAPLINE_AGREEMENT=all`.
  @Test func ofTheRecordings() throws {
    let files = FileManager.default.enumerator(at: Self.programs, includingPropertiesForKeys: nil)
    let sources = (files?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "c" }.map(\.path).sorted()
    #expect(sources.count > 50)
    guard geteuid() == 0 else { try Test.cancel("the recordings' programs need root") }
    let isWhole = ProcessInfo.processInfo.environment["TRAPLINE_AGREEMENT"] == "all"
    // A program that sends itself every signal and waits for them takes minutes.
    let chosen = sources.enumerated().filter { isWhole || $0.offset % 4 == 0 }.map(\.element)
      .filter { !$0.hasSuffix("process/signals.c") }
    try compare(try chosen.compactMap(build))
  }

  private func compare(_ programs: [String]) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    _ = try Machine.oracle()
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    let tool = Machine.project.appendingPathComponent("fixtures/agreement/agree.py").path
    let place = try TemporaryDirectory()
    let outcome = Run(directory: place.url, limit: 240)([python, tool, trapline] + programs)
    #expect(outcome.end == .exited(0), "\(outcome.output.suffix(3000))\(outcome.errors.suffix(1000))")
    #expect(!outcome.output.hasPrefix("0 lines"))
  }

  /// Builds a program of the recordings as their own tool does; nil where the machine cannot.
  private func build(_ source: String) throws -> String? {
    let name = source.dropFirst(Self.programs.path.count + 1).dropLast(2)
    let binary = Machine.project.appendingPathComponent(".build/recordings-lines/x86_64/\(name)")
    if FileManager.default.fileExists(atPath: binary.path) { return binary.path }
    guard let gcc = Machine.find("gcc") else { throw Fixtures.NotBuilt(description: "gcc is not installed") }
    try FileManager.default.createDirectory(at: binary.deletingLastPathComponent(), withIntermediateDirectories: true)
    let flags = ["-std=gnu17", "-O1", "-w", "-static", "-no-pie", "-pthread", "-I", ConformanceTests.recordings.path]
    let built = Run(directory: Machine.project)([gcc] + flags + ["-o", binary.path, source])
    return built.end == .exited(0) ? binary.path : nil
  }
}
