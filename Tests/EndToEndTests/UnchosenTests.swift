import Foundation
import Testing

/// What a trace shows whichever calls are chosen: calls without a name, and changes of mode.
@Suite("What no choice leaves out")
struct UnchosenTests {
  /// Standard error of a run, without what differs from run to run.
  private func trace(_ tracer: String, _ options: [String], _ command: [String]) throws -> String {
    let place = try TemporaryDirectory()
    let outcome = Run(directory: place.url, limit: 20)([tracer] + options + command)
    #expect(outcome.end == .exited(0), "\(outcome)")
    return outcome.errors.replacing(pattern: #"PID=\d+"#, with: "PID=PID")
      .replacing(pattern: #"0x[0-9a-f]{6,}"#, with: "ADDRESS")
  }

  private func compare(_ options: [String], _ command: [String], has part: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let strace = try Machine.oracle()
    let ours = try trace(trapline, options, command)
    #expect(ours.contains(part))
    #expect(ours == (try trace(strace, options, command)))
  }

  @Test(arguments: [
    ["-e", "trace=none"], ["-e", "trace=getuid"], ["-e", "trace=!all"], ["-e", "trace=%pure"],
    ["-e", "trace=none", "-Z"], ["-e", "trace=none", "-e", "raw=all"],
  ])
  func callsWithoutANameAreShown(_ options: [String]) throws {
    let program = try Fixtures.program("unnamed", .linkedStatically)
    try compare(options, [program], has: "syscall_0x3e8(")
  }

  /// Tables count them too.
  @Test(arguments: [["-c"], ["-C"], ["--latency"], ["-f", "--latency"], ["-c", "-e", "trace=none"]])
  func callsWithoutANameAreCounted(_ options: [String]) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let program = try Fixtures.program("unnamed", .linkedStatically)
    let table = try trace(trapline, options, [program])
    let names = table.matches(of: /(syscall_[0-9A-Zxa-f]+)( |\n)/).map { String($0.output.1) }
    #expect(names.sorted() == ["syscall_0x190", "syscall_0x3e8", "syscall_ADDRESS"], "\(table)")
  }

  /// strace 7.2 dies of a number in a gap of the table.
  @Test func theyAreCountedAsByStrace() throws {
    let strace = try Machine.oracle()
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let program = try Fixtures.program("watched", .linkedStatically)
    for order in ["name", "calls", "nothing"] {
      let options = ["-c", "-U", "calls,errors,name", "-S", order]
      let command = [program, "unnamed", "unnamed"]
      let (ours, theirs) = (try trace(trapline, options, command), try trace(strace, options, command))
      #expect(ours == theirs && ours.contains("syscall_0x4d2"))
    }
  }

  @Test(arguments: [
    ["-e", "trace=none"], ["-e", "trace=chdir"], ["-c", "-U", "calls,name", "-e", "trace=execve"],
    ["-c", "-U", "name,calls", "-e", "trace=none"], ["-C", "-U", "calls,name", "-e", "trace=execve"],
  ])
  func changesOfModeAreTold(_ options: [String]) throws {
    let program: String
    do { program = try Fixtures.program("hello", .bits32) } catch { try Test.cancel("\(error)") }
    try compare(options, ["/usr/bin/env", program], has: "runs in 32 bit mode")
  }

  @Test func changesOfModeAreLeftOutWhenAsked() throws {
    let program: String
    do { program = try Fixtures.program("hello", .bits32) } catch { try Test.cancel("\(error)") }
    let trapline = try #require(Machine.trapline, "trapline is not built")
    #expect(try !trace(trapline, ["-q", "-c"], ["/usr/bin/env", program]).contains("runs in"))
  }
}
