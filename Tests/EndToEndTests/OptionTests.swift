import Foundation
import Testing

/// Every option does something: each case fails for an option that does nothing.
@Suite("Options")
struct OptionTests {
  @Test(arguments: OptionCase.starting + OptionCase.filtering + OptionCase.showing + OptionCase.counting)
  func optionHasItsEffect(_ option: OptionCase) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let with = try option.run(with: true, by: trapline, in: try place.fresh("with"))
    #expect(option.holds(with), "\(with.outcome) \(with.log)")
    let without = try option.run(with: false, by: trapline, in: try place.fresh("without"))
    #expect(!option.holds(without), "the same holds without it: \(without.outcome) \(without.log)")
  }

  /// Options that end at once, and a part of what they print.
  @Test(arguments: [
    (["-h"], "USAGE"), (["--help"], "FILTERING"), (["-V"], " -- version "), (["--version"], " -- version "),
    (["--explain", "openat"], "open_flags"), (["--list=classes"], "%%stat"), (["--list=abis"], "riscv64"),
    (["--list=syscalls"], "openat"), (["--completions", "bash"], "--trace"), (["--completions", "zsh"], "--trace"),
    (["--completions", "fish"], "trace"),
  ])
  func answerIsPrinted(_ options: [String], _ part: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let outcome = Run(directory: place.url, limit: 20)([trapline] + options)
    #expect(outcome.end == .exited(0))
    #expect(outcome.output.contains(part))
    #expect(outcome.errors.isEmpty)
  }

  /// Attaching, in a shell that starts what is attached to.
  @Test(arguments: ["-p", "--attach="])
  func processIsAttachedTo(_ option: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let script = "sleep 0.5 & exec \(trapline) -o log \(option)$!"
    let outcome = Run(directory: place.url, limit: 20)(shell(script))
    #expect(outcome.end == .exited(0), "\(outcome)")
    let log = try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8)
    #expect(log.contains("exited with 0"))
  }
}

/// The manual names every option that the help names.
@Suite("Manual")
struct ManualTests {
  @Test func everyOptionIsInTheManual() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let help = Run(directory: place.url, limit: 20)([trapline, "-h"]).output
    let page = try String(contentsOf: Machine.project.appendingPathComponent("docs/trapline.1"), encoding: .utf8)
      .replacing("\\-", with: "-")
    let names = help.matches(of: /--[a-z][a-z0-9-]+/).map { String($0.output) }
    #expect(!names.isEmpty)
    for name in Set(names) { #expect(page.contains(name), "\(name)") }
  }
}
