import Testing

/// The short ones of the cases of docs/RELIABILITY.md.
@Suite("Reliability") struct ReliabilityTests {
  @Test(arguments: [
    "netlink", "tracers", "tracers-alone", "names", "full-disk", "closed-pipe", "file-size",
    "no-descriptors", "few-descriptors", "little-memory", "no-environment", "odd-environment", "no-input-errors",
    "no-words", "refused-ptrace", "sparse", "killed-tracer", "no-standard", "a-folder", "planted-link", "report-markup",
    "report-cuts",
  ])
  func isSurvived(_ name: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    // strace's own cells are for the page.
    let variables = ["env", "TRAPLINE=\(trapline)", "STRACE=/nowhere"]
    let outcome = Run(directory: Machine.project, limit: 150)(
      variables + [python, "fixtures/reliability/run.py", name])
    #expect(outcome.end == .exited(0), "\(outcome)")
  }
}
