import Foundation
import Testing

/// What bash, zsh and fish make of a line that is typed, in the shells themselves.
@Suite("Completion")
struct CompletionTests {
  struct Line: Sendable {
    let typed: String
    /// What the shell then offers, each as a whole word.
    let offered: [String]
    init(_ typed: String, _ offered: String...) {
      self.typed = typed
      self.offered = offered
    }
  }

  static let lines = [
    Line("trapline --sta", "--stack-trace", "--stack-trace-frame-limit=", "--status="),
    Line("trapline -e trace=openat2", "trace=openat2"),
    Line("trapline --trace=read,writev", "--trace=read,writev"),
    Line("trapline -f --explain openat", "openat", "openat2"),
    Line("trapline -e inject=openat:error=ENOEN", "inject=openat:error=ENOENT"),
    Line("trapline -e signal=SIGTER", "signal=SIGTERM"),
    Line("trapline --status=ENOEN", "--status=ENOENT"),
    Line("trapline -X ", "abbrev", "raw", "verbose"),
    Line("trapline -u roo", "root"),
    Line("trapline -o /etc/hostn", "/etc/hostname"),
    Line("trapline -o/etc/hostn", "-o/etc/hostname"),
    Line("trapline --output=/etc/hostn", "--output=/etc/hostname"),
    Line("trapline -f chmo", "chmod"),
    Line("trapline -fo log -- cat /etc/hostn", "/etc/hostname"),
  ]

  @Test(arguments: ["bash", "zsh", "fish"])
  func offers(_ name: String) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    guard Machine.find(name) != nil else { try Test.cancel("\(name) is not installed") }
    let python = try #require(Machine.find("python3"), "python3 is not installed")
    let place = try TemporaryDirectory()
    let directory = try place.fresh("bin")
    try FileManager.default.createSymbolicLink(
      atPath: directory.appendingPathComponent("trapline").path, withDestinationPath: trapline)
    let script = place.url.appendingPathComponent("_trapline")
    let run = Run(
      directory: place.url, environment: ["PATH": directory.path + ":" + (Run.environment["PATH"] ?? "")], limit: 120)
    let printed = run([trapline, "--completions", name])
    try printed.output.write(to: script, atomically: true, encoding: .utf8)
    let drive = Machine.project.appendingPathComponent("fixtures/completion/drive.py").path
    let outcome = run([python, drive, name, script.path] + Self.lines.map(\.typed))
    #expect(outcome.end == .exited(0), "\(outcome.errors)")
    let shown = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    try #require(shown.count > Self.lines.count, "\(outcome.output)")
    for (line, text) in zip(Self.lines, shown) {
      let words = Set(text.split(separator: " "))
      for offer in line.offered {
        // bash shows what stands before an equals sign once.
        let short = offer.last == "=" ? offer : offer.split(separator: "=").last.map(String.init) ?? offer
        #expect(words.contains(offer[...]) || words.contains(short[...]), "\(name): \(line.typed): \(text)")
      }
    }
  }

  /// Processes are offered by their ids, with their commands.
  @Test func processesAreOffered() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    let outcome = Run(directory: place.url, limit: 20)([trapline, "--candidates", "-p", "1,\(getpid())"])
    #expect(outcome.output.hasPrefix("words\t1,\n\(getpid())\t"), "\(outcome.output)")
  }
}
