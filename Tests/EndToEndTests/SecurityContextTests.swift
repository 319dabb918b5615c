import Foundation
import Testing

/// `--secontext`, with files that are given a context; that needs root.
@Suite("Security contexts")
struct SecurityContextTests {
  /// A directory with `sample`, `link` to it, and `plain` without a context.
  private func files() throws -> TemporaryDirectory {
    let place = try TemporaryDirectory()
    guard let python = Machine.find("python3") else { try Test.cancel("python3 is not installed") }
    let script = """
      import os
      for name in 'sample', 'plain': open(name, 'w').write('text')
      os.symlink('sample', 'link')
      os.setxattr('sample', 'security.selinux', b'unconfined_u:object_r:user_home_t:s0\\0')
      """
    let made = Run(directory: place.url, limit: 20)([python, "-c", script])
    if made.end != .exited(0) { try Test.cancel("files may not be given a security context here") }
    return place
  }

  private func lines(_ options: [String], of files: [String], in place: TemporaryDirectory) throws -> [Substring] {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let outcome = Run(directory: place.url, limit: 20)(
      [trapline, "-o", "log", "-e", "trace=openat,read"] + options + ["/usr/bin/head", "-c", "1"] + files)
    #expect(outcome.end == .exited(0))
    return try String(contentsOf: place.url.appendingPathComponent("log"), encoding: .utf8).split(separator: "\n")
  }

  @Test(arguments: [
    (["--secontext"], "user_home_t"), (["-e", "secontext=full"], "unconfined_u:object_r:user_home_t:s0"),
    (["--secontext=mismatch"], "user_home_t"),
  ])
  func aFilesContextStandsBehindIt(_ options: [String], _ context: String) throws {
    let lines = try lines(options, of: ["sample", "link"], in: try files())
    for name in ["sample", "link"] {
      #expect(
        lines.contains { $0 == "openat(AT_FDCWD, \"\(name)\" [\(context)], O_RDONLY) = 3 [\(context)]" }, "\(lines)")
    }
    #expect(lines.contains { $0.hasPrefix("read(3 [\(context)], \"t\", 1)") }, "\(lines)")
  }

  @Test(arguments: [[], ["--secontext"], ["--secontext=none"]])
  func whatHasNoneOrIsNotAskedForHasNone(_ options: [String]) throws {
    let lines = try lines(options, of: [options == ["--secontext"] ? "plain" : "sample"], in: try files())
    #expect(!lines.isEmpty)
    #expect(!lines.contains { $0.contains(" [") }, "\(lines)")
  }

  @Test func contextsAreData() throws {
    let lines = try lines(["--secontext", "--json"], of: ["sample"], in: try files())
    let opened = lines.first { $0.contains("\"sample\"") && $0.contains("\"openat\"") }
    #expect(opened?.contains(#""pathname":{"path":"sample","context":"user_home_t"}"#) == true, "\(lines)")
    #expect(opened?.contains(#""return":{"fd":3,"context":"user_home_t"}"#) == true, "\(lines)")
  }
}
