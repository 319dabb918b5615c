import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Where the tracer has more rights than others on the machine, these gain nothing by it.
@Suite("Privileges") struct PrivilegeTests {
  private let trapline: String
  private let temporary: TemporaryDirectory
  private var place: URL { temporary.url }

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    guard getuid() == 0, Machine.find("setpriv") != nil else { try Test.cancel("needs root, and setpriv") }
    // All that is above it can be passed by other users.
    temporary = try TemporaryDirectory(in: URL(fileURLWithPath: "/var/tmp"))
    chmod(temporary.url.path, 0o755)
  }

  private func path(_ name: String) -> String { place.appendingPathComponent(name).path }
  private func text(_ name: String) -> String { Running.text(path(name)) }

  /// A directory that others can write to: of root's and writable by all, or of another user.
  private func directory(_ owner: uid_t, _ mode: mode_t) throws -> String {
    let name = path("folder")
    try FileManager.default.createDirectory(atPath: name, withIntermediateDirectories: false)
    chown(name, owner, gid_t(owner))
    chmod(name, mode)
    try "kept\n".write(toFile: path("victim"), atomically: false, encoding: .utf8)
    return name
  }

  enum Planted: CaseIterable { case link, danglingLink, secondName, fifo, foreignFile }

  private func plant(_ planted: Planted, _ name: String) throws {
    switch planted {
    case .link: symlink(path("victim"), name)
    case .danglingLink: symlink(path("made"), name)
    case .secondName: Glibc.link(path("victim"), name)
    case .fifo: mkfifo(name, 0o666)
    case .foreignFile:
      try "".write(toFile: name, atomically: false, encoding: .utf8)
      chown(name, 4711, 4711)
    }
  }

  @Test(arguments: Planted.allCases, [(0, 0o777), (0, 0o1777), (1000, 0o755)] as [(uid_t, mode_t)])
  func rootWritesToNothingPlanted(_ planted: Planted, _ folder: (owner: uid_t, mode: mode_t)) throws {
    let log = try directory(folder.owner, folder.mode) + "/log"
    try plant(planted, log)
    for options in [[], ["-A"], ["--json"]] {
      let outcome = Run(directory: place, limit: 20)([trapline] + options + ["-o", log, "/bin/true"])
      #expect(outcome.end == .exited(1), "\(outcome)")
      #expect(outcome.errors.contains("others can write to its directory"), "\(outcome.errors)")
    }
    #expect(text("victim") == "kept\n")
    #expect(!FileManager.default.fileExists(atPath: path("made")))
  }

  /// The names of `-ff` can be guessed.
  @Test func rootWritesToNothingPlantedForAThread() throws {
    let folder = try directory(0, 0o777)
    for pid in 1...40 { symlink(path("victim"), "\(folder)/log.\(pid)") }
    // In a namespace of its own, where numbers of processes begin anew.
    let outcome = Run(directory: URL(fileURLWithPath: folder), limit: 60)(
      ["/usr/bin/unshare", "-pf", "--mount-proc", "/bin/sh", "-c", #""$@"; exit $?"#, "sh"]
        + [trapline, "-ff", "-o", "log", "/bin/true"])
    #expect(outcome.end == .exited(0), "\(outcome)")
    #expect(text("victim") == "kept\n")
    #expect(outcome.errors.contains("others can write to its directory"), "\(outcome.errors)")
  }

  /// What is the folder's owner's is written to, and so is root's own.
  @Test func rootWritesToWhatIsThereOfTheOwners() throws {
    let log = try directory(1000, 0o755) + "/log"
    for owner in [1000, 0] as [uid_t] {
      try String(repeating: "before\n", count: 1000).write(toFile: log, atomically: false, encoding: .utf8)
      chown(log, owner, 0)
      let outcome = Run(directory: place, limit: 20)([trapline, "-o", log, "/bin/true"])
      #expect(outcome.end == .exited(0) && outcome.errors.isEmpty, "\(outcome)")
      #expect(Running.text(log).hasPrefix("execve(") && !Running.text(log).contains("before"))
    }
  }

  /// Nobody gains rights by a tracer that was installed with them.
  @Test(arguments: [0o4755, 0o2755] as [mode_t]) func conferredRightsAreRefused(_ mode: mode_t) throws {
    try FileManager.default.copyItem(atPath: trapline, toPath: path("trapline"))
    chmod(path("trapline"), mode)
    let outcome = Run(directory: place, limit: 20)(
      ["setpriv", "--reuid", "1000", "--regid", "1000", "--clear-groups", path("trapline"), "/usr/bin/id", "-u"])
    #expect(outcome.end == .exited(1) && outcome.output.isEmpty, "\(outcome)")
    #expect(outcome.errors.contains("set-user-ID") && outcome.errors.split(separator: "\n").count == 1)
  }

  /// The program has the user's rights, whoever reads the trace those of who runs the tracer.
  @Test func theUserIsTheProgramsAlone() throws {
    let outcome = Run(directory: place, limit: 20)(
      [trapline, "-u", "nobody", "-o", "|id -u >reader; cat >log"]
        + shell("id -u; id -G; grep -E '^Cap(Eff|Prm):' /proc/self/status"))
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.end == .exited(0) && lines.first == "65534" && lines[1] == "65534", "\(outcome)")
    #expect(lines.suffix(2).allSatisfy { $0.hasSuffix("\t0000000000000000") }, "\(outcome)")
    #expect(text("reader") == "0\n" && text("log").contains("execve("))
  }
}
