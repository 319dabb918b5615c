import Foundation
import Testing

/// docs/COMPARING.md, followed to the letter.
@Suite("Failures of the documentation", .serialized)
struct ComparingPageTests {
  private let page: String
  private let place: TemporaryDirectory

  init() throws {
    page = try String(contentsOf: Machine.project.appendingPathComponent("docs/COMPARING.md"), encoding: .utf8)
    place = try TemporaryDirectory()
  }

  private func block(_ name: String) throws -> String {
    let start = try #require(page.range(of: "```\(name)\n")).upperBound
    return String(page[start..<(try #require(page.range(of: "```", range: start..<page.endIndex)).lowerBound)])
  }

  /// Writes a block to a file, and runs another.
  private func run(_ script: String, with file: (name: String, block: String)) throws -> String {
    guard getuid() == 0, let unshare = Machine.find("unshare") else { try Test.cancel("mounting needs root") }
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let path = place.url.appendingPathComponent(file.name).path
    try block(file.block).write(toFile: path, atomically: true, encoding: .utf8)
    try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    let programs = URL(fileURLWithPath: trapline).deletingLastPathComponent().path
    let outcome = Run(directory: place.url)(
      [unshare, "-m"] + shell("PATH=\(programs):$PATH\n" + (try block(script))))
    if outcome.errors.contains("unshare failed") { try Test.cancel("no namespaces: \(outcome.errors)") }
    return outcome.output
  }

  /// What the page shows first is what is found first.
  private func expectFirst(_ output: String, _ texts: [String]) throws {
    let lines = output.split(separator: "\n")
    let first = try #require(lines.firstIndex { $0.hasPrefix("1. ") }, "\(output)")
    #expect(page.contains(lines[first] + "\n"), "\(lines[first])")
    let told = lines[first...].prefix(3).joined(separator: "\n")
    for text in texts { #expect(told.contains(text), "\(output.prefix(2000))") }
  }

  @Test func aLibraryThatMayNotBeExecuted() throws {
    let output = try run("sh noexec", with: ("unpack.sh", "sh unpack.sh"))
    try expectFirst(output, ["mmap(", "libselinux.so.1", "= -1 EPERM"])
  }

  @Test func aLimitThatIsTooHigh() throws {
    let output = try run("sh limit", with: ("daemon.pl", "perl daemon.pl"))
    try expectFirst(output, ["RLIMIT_NOFILE", "4096"])
    #expect(output.contains("close(") && output.contains("more like it"))
  }
}
