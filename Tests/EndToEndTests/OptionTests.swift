import Foundation
import Testing

/// Every option does something: each case fails for an option that does nothing.
@Suite("Options")
struct OptionTests {
  @Test(
    arguments: OptionCase.all)
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
    (["-h"], "Usage: "), (["--help"], "Filtering:"), (["-V"], " -- version "), (["--version"], " -- version "),
    (["--explain", "openat"], "open_flags"), (["--list=classes"], "%%stat"), (["--list=abis"], "riscv64"),
    (["--list=syscalls"], "openat"), (["--completions", "bash"], "--candidates"),
    (["--completions", "zsh"], "--candidates"),
    (["--completions", "fish"], "--candidates"),
  ])
  func answerIsPrinted(_ options: [String], _ part: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let outcome = Run(directory: place.url, limit: 20)([trapline] + options)
    #expect(outcome.end == .exited(0))
    #expect(outcome.output.contains(part))
    #expect(outcome.errors.isEmpty)
  }

  /// Tracer and tracee share a CPU while one is busy, if they are to: who looks on sees the tracee with one CPU only.
  @Test(.enabled(if: usableCPUs > 1, "there is but one CPU"), arguments: ["--colocate=always", "--colocate=off"])
  func colocationIsSeenFromOutside(_ option: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let script = """
      "$0" \(option) -o /dev/null dd if=/dev/zero of=/dev/null bs=1 count=20000 2>/dev/null & t=$!
      while kill -0 $t 2>/dev/null; do
        for c in $(cat /proc/$t/task/$t/children 2>/dev/null); do
          sed -n 's/^Cpus_allowed_list:[[:space:]]*//p' /proc/$c/status 2>/dev/null
        done
      done | sort -u
      """
    let outcome = Run(directory: place.url, limit: 60)(shell(script) + [trapline])
    let masks = outcome.output.split(separator: "\n")
    #expect(!masks.isEmpty)
    #expect(masks.contains { Int($0) != nil } == (option == "--colocate=always"), "\(masks)")
  }

  /// Whatever the help lists has a case above, or a test of its own.
  @Test func everyOptionIsTested() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let help = Run(directory: place.url, limit: 20)([trapline, "-h"]).output
    let listed = help.split(separator: "\n").compactMap { $0.firstMatch(of: /^  (-.*?)(?:  |$)/)?.output.1 }
      .flatMap { $0.split(separator: ", ").map { String($0.prefix { !" =[".contains($0) }) } }
    #expect(listed.count > 100)
    let tested = Set(OptionCase.all.flatMap(\.options).map { String($0.prefix { $0 != "=" }) }).union(
      Self.testedElsewhere)
    for option in listed { #expect(tested.contains(option), "\(option)") }
  }

  /// Options whose tests need more than two runs to compare, here and in other suites.
  private static let testedElsewhere: Set<String> = [
    "-h", "--help", "-V", "--version", "--explain", "--list", "--completions", "--kill-on-exit", "-p", "--attach",
    "--children", "--colocate", "--engine", "--keep-last", "--kvm", "--namespace", "--redact", "--secontext",
  ]

  /// `-kk` tells the line of the source that each frame is at, `-k` does not.
  @Test(arguments: [["-kk"], ["--stack-trace=source"], ["-k"]])
  func sourceLinesStandBesideFrames(_ options: [String]) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    guard let gcc = Machine.find("gcc") else { try Test.cancel("gcc is not installed") }
    let place = try TemporaryDirectory()
    let run = Run(directory: place.url, limit: 20)
    let source = Fixtures.source.appendingPathComponent("recv.c").path
    #expect(run([gcc, "-g", "-O0", "-o", "program", source]).end == .exited(0))
    let outcome = run([trapline, "-o", "log"] + options + ["-e", "sendto", "./program"])
    if outcome.errors.contains("libdw") { try Test.cancel("\(outcome.errors)") }
    let log = try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8)
    #expect(log.contains("/program(main+"), "\(log)")
    #expect(log.contains("/recv.c:") == (options != ["-k"]), "\(log)")
  }

  /// A tracer that is killed takes its command along with `--kill-on-exit`, and leaves it running without.
  @Test(arguments: [["--kill-on-exit"], []])
  func killOnExitKills(_ options: [String]) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let script = """
      "$@" -o log /bin/sh -c 'echo $$ >pid; kill -KILL $PPID; echo here >alive'
      n=0; while kill -0 $(cat pid) 2>/dev/null && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done; cat alive
      """
    let outcome = Run(directory: try place.fresh("work"), limit: 20)(shell(script) + ["sh", trapline] + options)
    #expect(outcome.output == (options.isEmpty ? "here\n" : ""), "\(outcome)")
  }

  /// What ends the tracer, or takes away whom it writes to, lets go of a process that it attached
  /// to; that ends as it would.
  @Test(arguments: ["kill -INT $t", "kill -TERM $t", "kill -HUP $t", "exec 3<&-"])
  func attachedProcessIsLetGoOf(_ deed: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let script = """
      (while [ ! -e end ]; do sleep 0.05; done; exit 7) & p=$!
      mkfifo trace; "$0" -o trace -p $p & t=$!
      exec 3<trace
      n=0; while ! grep -q "TracerPid:.$t" /proc/$p/status && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
      \(deed)
      n=0; while kill -0 $t 2>/dev/null && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
      sed -n '/^TracerPid/p; /^State/p' /proc/$p/status; touch end; wait $p; echo "ended $?"
      """
    let outcome = Run(directory: try place.fresh("work"), limit: 20)(shell(script) + [trapline])
    #expect(outcome.output.contains("TracerPid:\t0\n") && outcome.output.contains("ended 7\n"), "\(outcome)")
    #expect(!outcome.output.contains("T (stopped)"), "\(outcome)")
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
