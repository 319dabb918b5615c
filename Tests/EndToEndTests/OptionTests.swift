import Foundation
import Testing

/// Every option does something: each case fails for an option that does nothing.
@Suite("Options")
struct OptionTests {
  @Test(
    arguments: OptionCase.starting + OptionCase.filtering + OptionCase.showing + OptionCase.counting + OptionCase.named
      + OptionCase.decoding)
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

  /// Options without an effect where there is nothing to show, or that are on in any case: the trace is the same.
  @Test(arguments: ["--seccomp-bpf", "--secontext", "-ekvm=vcpu", "--namespace=new", "--tips=full", "--colocate=off"])
  func traceIsTheSame(_ option: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let run = Run(directory: try place.fresh("work"), limit: 20)
    let beside = ["-e", "getuid,exit_group", "-o", "/dev/stderr", "/usr/bin/id", "-ru"]
    let with = run([trapline, option] + beside)
    #expect(with.end == .exited(0) && with.errors.contains("exit_group(0)"))
    #expect(with == run([trapline] + beside))
  }

  /// A tracer that is killed takes its command along with `--kill-on-exit`, and leaves it running without.
  @Test(arguments: [["--kill-on-exit"], []])
  func killOnExitKills(_ options: [String]) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let script = """
      "$@" -o log /bin/sh -c 'echo $$ >pid; kill -KILL $PPID; echo here >alive'
      n=0; while kill -0 $(cat pid) 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done; cat alive
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
      n=0; while ! grep -q "TracerPid:.$t" /proc/$p/status && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
      \(deed)
      n=0; while kill -0 $t 2>/dev/null && [ $n -lt 100 ]; do sleep 0.05; n=$((n + 1)); done
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
