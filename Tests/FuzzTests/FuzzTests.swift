import Foundation
import FuzzTargets
import Testing

/// Made-up and mutated input, of one seed: no fault, no trap, no input that takes long. `make fuzz` goes on from there.
@Suite("Foreign input", .serialized)
struct FuzzTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path

  /// How many inputs each target gets: some seconds' worth.
  static let counts = [
    ("decoder", 15_000), ("tables", 500), ("options", 1_000), ("expressions", 2_000), ("conditions", 10_000),
    ("report", 60),
  ]

  @Test(arguments: counts) func nothingGoesWrong(_ name: String, count: Int) throws {
    let target = try #require(FuzzTarget.named(name, root: Self.root))
    let run = FuzzRun(target, seed: 1)
    if let fault = run.run(count) {
      let input = NSTemporaryDirectory() + "fuzz-\(name).input"
      try Data(run.lastInput).write(to: URL(fileURLWithPath: input))
      Issue.record("input \(run.inputs): \(fault); it is in \(input): `make fuzz TARGET=\(name) INPUT=\(input)`")
    }
    // What inputs do differs: they reach what they are for.
    #expect(run.featureCount > count / 1000)
    #expect(run.times.percentile(99.9) < 200_000_000, "\(run.times.percentile(99.9)) ns")
  }

  @Test func allTargetsAreRun() { #expect(Self.counts.map(\.0) == FuzzTarget.names) }
}
