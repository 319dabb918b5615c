import Testing

@testable import Options

@Suite("What shells may offer")
struct CompletionTests {
  private static let machine = Completion.Machine(
    processes: { [.init("17", "sleep"), .init("18", "cat")] }, users: { [.init("root")] },
    variables: { [.init("PATH=")] })

  private func completion(_ line: String) -> Completion {
    Completion(of: line.split(separator: " ", omittingEmptySubsequences: false).map(String.init), on: Self.machine)
  }

  private func words(_ line: String) -> [String]? {
    guard case .words(let candidates) = completion(line).kind else { return nil }
    return candidates.map(\.word)
  }

  @Test(arguments: [
    ("-p ", ["17", "18"]), ("-p 17,", ["18"]), ("--attach=1", ["17", "18"]), ("-fp1", ["17", "18"]), ("-u r", ["root"]),
    ("-E PA", ["PATH="]), ("--color=a", ["auto", "always"]), ("-e quiet=exit,a", ["attach", "all"]),
    ("-e kv", ["kvm="]), ("-e trace=!renameat", ["renameat", "renameat2"]), ("-e renameat2,swapof", ["swapoff"]),
    ("-e inject=read:si", ["signal="]), ("-e inject=read:error=EIO:signal=SIGTER", ["SIGTERM"]),
    ("--where ", []), ("--nonsense ", []), ("-h ", []), ("--colo", ["--colocate=", "--color"]), ("-s", ["-s"]),
    ("-U calls,na", ["name"]), ("--absolute-timestamps=unix,n", ["none", "ns"]),
  ])
  func wordsAreOffered(_ line: String, _ expected: [String]) {
    #expect(words(line) == expected)
  }

  @Test(arguments: [
    ("", 0), ("l", 0), ("-f -o log l", 3), ("-ffolog -- -", 2), ("ls -", 1), ("-f ls --trace=", 2), ("-- ", 1),
  ])
  func theCommandIsLeftToItself(_ line: String, _ index: Int) {
    let words = line.split(separator: " ", omittingEmptySubsequences: false)
    let start = words.firstIndex { $0 == "ls" } ?? index
    #expect(completion(line).kind == .command(from: start))
  }

  @Test(arguments: [("-o lo", ""), ("-olo", "-o"), ("--output=lo", "--output="), ("-P ", ""), ("-ffolo", "-ffo")])
  func filesAreLeftToTheShell(_ line: String, _ prefix: String) {
    #expect(completion(line).kind == .files)
    #expect(completion(line).prefix == prefix)
  }
}
