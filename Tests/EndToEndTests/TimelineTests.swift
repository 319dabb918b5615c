import Foundation
import TestSupport
import Testing

/// Timelines and distributions.
@Suite("Timelines and latencies", .serialized)
struct TimelineTests {
  @Test(arguments: ["threads.py", "subprocess_run.py", "hostile_names.py", "signals.py"])
  func aTimelineIsAsItsFormatSays(program: String) throws {
    let (trapline, python) = try tools()
    let place = try TemporaryDirectory()
    let file = place.url.appendingPathComponent("trace.perfetto-trace")
    let outcome = Run(directory: try place.fresh("work"))(
      [
        trapline, "-f", "--format=perfetto", "-o", file.path, python,
        Fixtures.python.appendingPathComponent(program).path,
      ])
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    let check = try check(file)
    #expect(check.status == 0, "\(check.output)")
    #expect(check.output.contains("INSTANT=") && check.output.contains("SLICE_BEGIN="))
    if program != "signals.py" { #expect(!check.output.contains("arrows=0")) }
  }

  @Test func aTimelineThatWasCutOffIsStillPackets() throws {
    let (trapline, _) = try tools()
    let place = try TemporaryDirectory()
    let file = place.url.appendingPathComponent("trace.perfetto-trace")
    let shell = try #require(Machine.find("sh"))
    let outcome = Run(directory: place.url)(
      [
        trapline, "--format=perfetto", "-o", file.path, shell, "-c",
        "i=0; while [ $i -lt 3000 ]; do echo; i=$((i+1)); done; kill -9 $PPID",
      ])
    #expect(outcome.end == .killed(SIGKILL), "\(outcome.errors)")
    let check = try check(file)
    #expect(check.status == 0, "\(check.output)")
  }

  /// What Perfetto's schema says to a timeline.
  private func check(_ file: URL) throws -> (status: Int32, output: String) {
    do {
      return try PythonEnvironment.run([Machine.project.appendingPathComponent("fixtures/timeline.py").path, file.path])
    } catch let missing as PythonEnvironment.Missing where missing.isOffline {
      try Test.cancel("\(missing)")
    }
  }

  @Test func latenciesAreByProcess() throws {
    let (trapline, _) = try tools()
    let place = try TemporaryDirectory()
    let table = place.url.appendingPathComponent("table")
    let shell = try #require(Machine.find("sh"))
    let outcome = Run(directory: place.url)(
      [trapline, "-f", "--latency", "-o", table.path, shell, "-c", "cat /dev/null; sleep 0.02; exit 3"])
    #expect(outcome.end == .exited(3), "\(outcome.errors)")
    let text = try String(contentsOf: table, encoding: .utf8)
    #expect(text.contains("(sh)") && text.contains("(cat)") && text.contains("(sleep)"))
    let row = try #require(text.split(separator: "\n").first { $0.contains(" clock_nanosleep ") })
    let cells = row.split(separator: " ")
    #expect(cells[1] == "1" && cells[0].hasSuffix("ms") && cells[0] == cells[2] && cells[0] == cells[5])
    let widest = text.split(separator: "\n").map(\.count).max() ?? 0
    #expect(widest <= 80, "\(text)")
    #expect(row.contains("\u{2588}"))
  }

  private func tools() throws -> (trapline: String, python: String) {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    _ = try Machine.oracle()
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    return (trapline, python)
  }
}
