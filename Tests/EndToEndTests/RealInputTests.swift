import Foundation
import Testing

/// Real programs, traced by both: our lines are strace's.
@Suite("Real programs", .serialized)
struct RealInputTests {
  /// Chance may differ between two runs in a way that no mask covers (a race that one run loses): then both run again, and
  /// some run of ours has to be like some run of strace's.
  static let attempts = 5

  /// Processes that nobody stops meet each other at other moments than stopped ones: what says how often one waited for
  /// another, and how much it then found.
  private static let paced = ["poll", "read", "close", "brk", "rt_sigreturn", "futex", "wait4"]

  @Test(arguments: RealProgram.all, Engine.allCases)
  func linesAreStraces(_ program: RealProgram, _ engine: Engine) throws {
    try engine.require()
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let strace = try Machine.oracle()
    let command: [String]
    do { command = try program.command() } catch { try Test.cancel("\(error)") }

    let place = try TemporaryDirectory()
    let tolerances = program.tolerances + (engine == .ptrace ? [] : [.races(calls: Self.paced)])
    /// Nobody's first run: caches that programs fill for themselves are filled.
    _ = try trace(program, command, by: nil, in: place)
    var expected: [TraceLog] = []
    var actual: [TraceLog] = []
    var differences: [String] = []
    for _ in 0..<Self.attempts {
      let theirs = try trace(program, command, by: strace, in: place)
      let ours = try trace(program, command, by: trapline, engine.options, in: place)
      #expect(ours.outcome.end == theirs.outcome.end, "\(ours.outcome.errors)")
      expected.append(theirs.log)
      actual.append(ours.log)
      let comparisons = expected.flatMap { theirs in
        actual.map {
          Comparison(expected: theirs, actual: $0, tolerances: tolerances).differences
        }
      }
      differences = comparisons.min { $0.joined().count < $1.joined().count } ?? []
      if differences.isEmpty { return }
    }
    Issue.record("\(differences.joined(separator: "\n"))")
  }

  /// Runs the program in a directory that has the same name every time and holds what it needs.
  private func trace(
    _ program: RealProgram, _ command: [String], by tracer: String?, _ options: [String] = [],
    in place: TemporaryDirectory
  ) throws -> (outcome: Outcome, log: TraceLog) {
    let directory = try place.fresh("work")
    try program.copyFiles(to: directory)
    let log = place.url.appendingPathComponent("log")
    let prefix = tracer.map { Machine.withFixedAddresses + [$0, "-f", "-o", log.path] + options } ?? []
    let outcome = Run(directory: directory)(prefix + command)
    let text = tracer == nil ? Data() : (try? Data(contentsOf: log)) ?? Data()
    return (outcome, TraceLog(String(decoding: text, as: UTF8.self)))
  }
}
