import Foundation
import Testing

/// What a user gets wrong is told in strace's words, and ends as it does with strace.
@Suite("Bad input")
struct BadInputTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let arguments: [String]
    /// A word that the message has: what it is about.
    let names: String
    var testDescription: String { arguments.isEmpty ? "no arguments" : arguments.joined(separator: " ") }

    init(_ arguments: String..., names: String) {
      self.arguments = arguments
      self.names = names
    }
  }

  /// Nothing is traced, so standard error holds the message alone.
  static let cases = [
    Case(names: "PROG"),
    Case("-f", names: "PROG"),
    Case("/no/such/program", names: "/no/such/program"),
    Case("no-such-program", names: "no-such-program"),
    Case("-p", "99999999", names: "99999999"),
    Case("-p", "abc", names: "abc"),
    Case("-p", "0", names: "0"),
    Case("-p", names: "'p'"),
    Case("-o", "/no/such/directory/log", "/bin/true", names: "/no/such/directory/log"),
    Case("-e", "trace=nosuch", "/bin/true", names: "nosuch"),
    Case("-e", "trace=%nosuch", "/bin/true", names: "%nosuch"),
    Case("-e", "trace=/[", "/bin/true", names: "["),
    Case("-e", "nosuch=1", "/bin/true", names: "nosuch"),
    Case("-e", "signal=NOSUCH", "/bin/true", names: "NOSUCH"),
    Case("--no-such-option", "/bin/true", names: "--no-such-option"),
    Case("-s", "many", "/bin/true", names: "many"),
    Case("-a", "x", "/bin/true", names: "x"),
    Case("-S", "nosuch", "-c", "/bin/true", names: "nosuch"),
  ]

  @Test(arguments: cases)
  func isToldAsStraceTellsIt(_ bad: Case) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let outcome = Run(directory: try place.fresh("work"), limit: 20)([trapline] + bad.arguments)
    #expect(outcome.end == .exited(1))
    #expect(outcome.errors.hasPrefix(trapline + ": "))
    #expect(outcome.errors.contains(bad.names), "\(outcome.errors)")
    #expect(outcome.output.isEmpty)
    let strace = try Machine.oracle()
    let told = Run(directory: try place.fresh("work"), limit: 20)([strace] + bad.arguments)
    #expect(told.end == outcome.end)
    let expected = told.errors.replacingOccurrences(of: strace, with: "trapline")
      .split(separator: "\n").map { $0.hasPrefix("strace: ") ? "trapline" + $0.dropFirst(6) : $0 }
      .joined(separator: "\n").replacingOccurrences(of: "'strace -h'", with: "'trapline -h'")
    #expect(outcome.errors.replacingOccurrences(of: trapline, with: "trapline") == expected + "\n")
  }

  /// A program that cannot be executed is found out by executing it: the call is traced, and the message stands behind it.
  @Test func whatIsNotExecutableIsTold() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let directory = try place.fresh("work")
    let log = place.url.appendingPathComponent("log").path
    let outcome = Run(directory: directory, limit: 20)([trapline, "-o", log, "/etc/passwd"])
    #expect(outcome.end == .exited(1))
    #expect(outcome.errors == trapline + ": exec: Permission denied\n")
    let text = String(decoding: try Data(contentsOf: URL(fileURLWithPath: log)), as: UTF8.self)
    #expect(text.contains("EACCES (Permission denied)"))
    let strace = try Machine.oracle()
    #expect(Run(directory: directory, limit: 20)([strace, "-o", log, "/etc/passwd"]).end == outcome.end)
  }

  /// What a program shows of itself and cannot be written is told, and the status says that it is not there.
  @Test(arguments: ["-h", "-V", "--explain=openat", "--list=syscalls", "--completions=bash"])
  func anAnswerThatIsLostIsTold(_ option: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    for (redirection, error) in [(">/dev/full", "ENOSPC"), (">&-", "EBADF")] {
      let outcome = Run(directory: place.url, limit: 20)(
        shell("exec \"$0\" \"$1\" \(redirection)") + [trapline, option])
      #expect(outcome.end == .exited(1))
      #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      #expect(outcome.errors.contains("standard output") && outcome.errors.contains(error), "\(outcome.errors)")
    }
  }

  /// A full disk loses the trace, never the program: it ends as it would have.
  @Test func aFullDiskIsTold() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let outcome = Run(directory: try place.fresh("work"), limit: 20)(
      [trapline, "-f", "-o", "/dev/full", "/bin/sh", "-c", "exit 7"])
    #expect(outcome.end == .exited(7))
    #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
    #expect(outcome.errors.hasSuffix("trapline: /dev/full: No space left on device\n"), "\(outcome.errors)")
  }

  /// A command's end is the tracer's: its status, or the signal that ended it.
  @Test(arguments: ["exit 0", "exit 3", "kill -TERM $$", "kill -KILL $$"])
  func theEndIsTheCommands(_ script: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let run = Run(directory: try place.fresh("work"), limit: 20)
    let command = ["/bin/sh", "-c", script]
    let log = place.url.appendingPathComponent("log").path
    #expect(run([trapline, "-f", "-o", log] + command).end == run(command).end)
  }
}
