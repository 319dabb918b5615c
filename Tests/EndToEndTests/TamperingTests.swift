import Foundation
import Testing

/// Calls that the trace would not show are left alone, and are not counted: as by strace 7.2.
@Suite("What is tampered with") struct TamperingTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let options: [String]
    /// The lines with `(INJECTED)` and how the command ends.
    let injected: [String]
    let end: Int32
    var testDescription: String { options.joined(separator: " ") }
  }

  private static let refused = #"openat(AT_FDCWD, "file", O_RDONLY) = -1 EACCES (Permission denied) (INJECTED)"#
  private static let refusedNull =
    #"openat(AT_FDCWD, "/dev/null", O_RDONLY) = -1 EACCES (Permission denied) (INJECTED)"#

  /// `cat /dev/null file` opens the first before the second.
  static let cases = [
    Case(options: ["-P", "file", "-e", "fault=openat:error=EACCES"], injected: [refused], end: 1),
    Case(options: ["-P", "file", "-e", "fault=openat:error=EACCES:when=1"], injected: [refused], end: 1),
    Case(options: ["-P", "file", "-e", "fault=openat:error=EACCES:when=2"], injected: [], end: 0),
    Case(
      options: ["-P", "file", "-P", "/dev/null", "-e", "fault=openat:error=EACCES:when=2"], injected: [refused], end: 1),
    Case(
      options: ["-P", "/dev/null", "-P", "file", "-e", "fault=openat:error=EACCES:when=1"], injected: [refusedNull],
      end: 1),
    Case(options: ["-e", "trace=read", "-e", "fault=openat:error=EACCES"], injected: [], end: 0),
    Case(options: ["--trace-fds=9", "-e", "fault=close:error=EIO"], injected: [], end: 0),
  ]

  @Test(arguments: cases) func onlyWhatIsShown(_ test: Case) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    func run(_ tracer: String) throws -> (Outcome, [String]) {
      let place = try TemporaryDirectory()
      try Data("text\n".utf8).write(to: place.url.appendingPathComponent("file"))
      let outcome = Run(directory: place.url, limit: 20)(
        [tracer, "-o", "log"] + test.options + ["/bin/cat", "/dev/null", "file"])
      let log = Running.text(place.url.appendingPathComponent("log").path)
      return (
        outcome,
        log.split(separator: "\n").map { String($0).replacing(pattern: " +=", with: " =") }
          .filter { $0.hasSuffix("(INJECTED)") }
      )
    }
    let (outcome, injected) = try run(trapline)
    #expect(outcome.end == .exited(test.end))
    #expect(injected == test.injected)
    let theirs = try run(try Machine.oracle())
    #expect(theirs.0.end == outcome.end && theirs.1 == injected)
  }
}
