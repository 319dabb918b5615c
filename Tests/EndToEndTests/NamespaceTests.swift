import Foundation
import Testing

/// `--namespace=new`, with programs that enter namespaces; they need root.
@Suite("Namespaces")
struct NamespaceTests {
  private func run(_ options: [String], _ command: [String]) throws -> (outcome: Outcome, log: String) {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let run = Run(directory: place.url, limit: 20)
    if run(command).end != .exited(0) { try Test.cancel("programs may not enter namespaces here") }
    let outcome = run(
      [trapline, "-o", "log", "-e", "trace=/^(clone|clone3|v?fork|unshare|setns)$"] + options + command)
    return (outcome, try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8))
  }

  /// What stands is what the link of the process says, and nothing without the option.
  @Test func aNamespaceIsToldAsItsLinkSays() throws {
    guard let unshare = Machine.find("unshare") else { try Test.cancel("unshare is not installed") }
    let command = [unshare, "-u", "/bin/readlink", "/proc/self/ns/uts"]
    let (outcome, log) = try run(["--namespace=new"], command)
    let link = outcome.output.dropLast()
    #expect(link.hasPrefix("uts:["))
    #expect(log.contains("unshare(CLONE_NEWUTS)                   = 0 (\(link))\n"), "\(log)")
    #expect(!(try run([], command).log.contains("uts:")))
  }

  private static let number = #"\[\d+\]"#

  /// Every call that enters or makes namespaces tells which, whether its children are followed or not.
  @Test(arguments: [["--namespace"], ["-e", "namespace=new"], ["-f", "--namespace=new"]])
  func everyCallTells(_ options: [String]) throws {
    let program: String
    do { program = try Fixtures.program("namespaces", .dynamic) } catch { try Test.cancel("\(error)") }
    let (outcome, log) = try run(options, [program])
    #expect(outcome.end == .exited(0))
    let results = log.split(separator: "\n").filter { $0.contains(") ") && $0.contains("= ") && !$0.contains("---") }
      .map { $0[($0.range(of: "= ", options: .backwards)?.upperBound ?? $0.startIndex)...].drop { $0 != "(" } }
    let expected = [
      "\\(ipc:N, uts:N\\)", "", "\\(uts:N\\)", "", "\\(net:N\\)", "\\(cgroup:N, pid:N\\)", "",
      "\\(pid:N\\)", "",
    ].map { "^" + $0.replacing("N", with: Self.number) + "$" }
    #expect(results.count == expected.count, "\(log)")
    for (result, pattern) in zip(results, expected) {
      #expect(result.range(of: pattern, options: .regularExpression) != nil, "\(result) is not \(pattern)")
    }
  }

  /// As data they have their kinds for names.
  @Test func namespacesAreData() throws {
    guard let unshare = Machine.find("unshare") else { try Test.cancel("unshare is not installed") }
    let log = try run(["--namespace=new", "--json", "--where", "uts > 0"], [unshare, "-u", "-i", "/bin/true"]).log
    let calls = log.split(separator: "\n").filter { $0.contains("\"event\":\"syscall\"") }
    #expect(calls.count == 1, "\(log)")
    let details = #""details":\{"ipc":\d+,"uts":\d+\}"#
    #expect(calls.first?.range(of: details, options: .regularExpression) != nil, "\(log)")
  }
}
