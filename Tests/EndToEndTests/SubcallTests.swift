import Foundation
import Testing

/// What is asked of calls by their names means those that socketcall(2) and ipc(2) stand for too, as with strace.
@Suite("Calls that others stand for")
struct SubcallTests {
  private func run(_ tracer: String, _ options: [String]) throws -> (log: String, output: String) {
    let place = try TemporaryDirectory()
    let program: String
    do { program = try Fixtures.program("subcalls", .bits32) } catch { try Test.cancel("\(error)") }
    let outcome = Run(directory: place.url, limit: 20)([tracer, "-f", "-o", "log"] + options + [program])
    return (try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8), outcome.output)
  }

  @Test(arguments: [
    "trace=socket", "trace=socketcall", "trace=!socket", "trace=shmget,recv", "trace=ipc", "trace=%ipc", "trace=%net",
    "inject=socket:retval=77", "inject=socket:retval=77:when=2", "inject=socketcall:retval=77", "fault=bind",
    "inject=shmget:retval=5", "inject=ipc:retval=5", "inject=102:retval=3", "inject=socketpair:error=EPERM",
    "inject=bind:delay_exit=10", "inject=recv:poke_exit=@arg2=41414141", "inject=send:poke_enter=@arg2=41414141",
    "raw=socket", "raw=socketcall", "raw=shmget", "raw=%ipc", "verbose=!socketpair", "verbose=!socketcall",
  ])
  func itMeansWhatStraceMeans(_ expression: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let strace = try Machine.oracle()
    let ours = try run(trapline, ["-e", expression])
    let theirs = try run(strace, ["-e", expression])
    let comparison = Comparison(
      expected: TraceLog(theirs.log), actual: TraceLog(ours.log), tolerances: [])
    #expect(comparison.differences.isEmpty, "\(comparison.differences.joined(separator: "\n"))")
    #expect(ours.output == theirs.output)
  }

  /// The table counts them by their own names.
  @Test(arguments: ["name", "nothing"])
  func theyAreCountedByName(_ order: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let options = ["-c", "-U", "calls,errors,name", "-S", order]
    let strace = try Machine.oracle()
    let ours = try run(trapline, options)
    #expect(ours.log.contains("socketpair"))
    let theirs = try run(strace, options)
    #expect(ours.log == theirs.log, "\(ours.log)\n\(theirs.log)")
  }

  @Test func theirTimesAreToldByName() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let rows = try run(trapline, ["--latency"]).log.split(separator: "\n")
    #expect(rows.contains { $0.contains(" socketpair ") } && !rows.contains { $0.contains(" socketcall ") }, "\(rows)")
  }

  @Test func asDataTheyAreBoth() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let lines = try run(trapline, ["--json", "--where", "call == \"bind\""]).log.split(separator: "\n")
      .filter { $0.contains("\"event\":\"syscall\"") }
    #expect(lines.count == 1)
    #expect(lines.first?.contains(#""name":"socketcall","number":102,"#) == true, "\(lines)")
    #expect(lines.first?.contains(#""subcall":"bind","#) == true, "\(lines)")
  }
}
