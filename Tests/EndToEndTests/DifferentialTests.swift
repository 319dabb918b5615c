import Foundation
import Testing

/// Calls that are made up from the tables, traced by strace 7.2 and by Trapline: some programs, the same each time.
@Suite("Differential")
struct DifferentialTests {
  @Test func callsMadeUpFromTheTablesHaveStracesLines() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let oracle = try Machine.oracle()
    let tester = Machine.project.appendingPathComponent(".build/debug/differential").path
    try #require(Machine.isExecutable(tester), "\(tester) is not built")
    let outcome = Run(directory: Machine.project, limit: 240)(
      [tester, oracle, trapline, Machine.project.path, "seed=8", "count=32", "size=60"])
    #expect(outcome.end == .exited(0), "\(outcome.output)\(outcome.errors)")
    #expect(!outcome.output.contains(" in 0 lines "))
  }
}
