import Foundation
import Testing

/// An ordinary call allocates nothing: a program that makes ten thousand more of them costs as many allocations.
@Suite(.serialized, .timeLimit(.minutes(2))) struct AllocationTests {
  private let directory: TemporaryDirectory
  private let counter: String

  init() throws {
    directory = try TemporaryDirectory()
    counter = directory.url.appendingPathComponent("allocations.so").path
    let gcc = try #require(Machine.find("gcc"))
    let source = Machine.project.appendingPathComponent("fixtures/tracing/allocations.c").path
    let built = Run(directory: directory.url)([gcc, "-O1", "-shared", "-fPIC", "-o", counter, source])
    #expect(built.end == .exited(0), "\(built.errors)")
  }

  /// How many allocations tracing a command takes.
  private func allocations(_ options: [String], _ command: [String]) throws -> Int {
    let trapline = try #require(Machine.trapline)
    let count = directory.url.appendingPathComponent("count").path
    let run = Run(
      directory: directory.url,
      environment: ["LD_PRELOAD": counter, "ALLOCATIONS": count, "SWIFT_DETERMINISTIC_HASHING": "1"], limit: 100)
    // The command is not counted: it does not get the counter. Starting costs some 160 allocations more or less, by where
    // memory lies.
    let outcome = run([trapline, "-E", "LD_PRELOAD", "-o", "/dev/null"] + options + command)
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    let text = try String(contentsOfFile: count, encoding: .utf8)
    return try #require(Int(text.trimmingCharacters(in: .whitespacesAndNewlines)))
  }

  static let manners = [
    [], ["-f"], ["--json"], ["-r", "-T"], ["-c"], ["-e", "trace=write"], ["-v"], ["-X", "verbose"],
  ]

  @Test(arguments: manners) func readsAndWritesAllocateNothing(options: [String]) throws {
    let dd = ["/bin/dd", "if=/dev/zero", "of=/dev/null", "bs=1", "status=none"]
    let few = try allocations(options, dd + ["count=1000"])
    let many = try allocations(options, dd + ["count=11000"])
    #expect(abs(many - few) < 500, "\(few) for 2,000 calls, \(many) for 22,000")
  }

  @Test(arguments: manners) func callsWithPathsAndStructuresAllocateNothing(options: [String]) throws {
    func loop(_ times: Int) -> [String] {
      let body = "[ -e /etc/passwd ]; [ -e /no ]; : </dev/null"
      return ["/bin/sh", "-c", "i=0; while [ $i -lt \(times) ]; do \(body); i=$((i+1)); done"]
    }
    let few = try allocations(options, loop(100))
    let many = try allocations(options, loop(1100))
    #expect(abs(many - few) < 500, "\(few) for 100 rounds, \(many) for 1,100")
  }
}
