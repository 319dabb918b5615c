import Foundation
import Testing

/// A program that is traced by both, as users have them.
struct RealProgram: Sendable, CustomTestStringConvertible {
  let name: String
  let command: @Sendable () throws -> [String]
  /// Files of `fixtures/` that stand in its directory.
  var files: [URL] = []
  var tolerances: [Comparison.Tolerance] = []

  var testDescription: String { name }

  /// Puts its files where it will run.
  func copyFiles(to directory: URL) throws {
    for file in files {
      try FileManager.default.copyItem(at: file, to: directory.appendingPathComponent(file.lastPathComponent))
    }
  }

  static let all = ordinary + python + c

  /// A program that the machine has or has not.
  struct Missing: Error, CustomStringConvertible { let description: String }

  private init(
    _ name: String, files: [URL] = [], tolerances: [Comparison.Tolerance] = [],
    command: @escaping @Sendable () throws -> [String]
  ) {
    self.name = name
    self.files = files
    self.tolerances = tolerances
    self.command = command
  }

  private init(
    _ words: String..., name: String? = nil, files: [URL] = [], tolerances: [Comparison.Tolerance] = []
  ) {
    self.init(name ?? words.joined(separator: " "), files: files, tolerances: tolerances) {
      guard let program = Machine.find(words[0]) else { throw Missing(description: "\(words[0]) is not installed") }
      return [program] + words.dropFirst()
    }
  }

  private static let ordinary = [
    RealProgram("ls", "-l", "/"),
    RealProgram("cat", "/etc/passwd"),
    RealProgram("grep", "-r", "root", "/etc/passwd", "/etc/group"),
    RealProgram("find", "/etc/apt"),
    RealProgram("tar", "cf", "etc.tar", "/etc/apt"),
    RealProgram(
      "sh", "-c", "cat /etc/passwd | grep root | wc -l >lines; sleep 0.1 & wait; cat <lines",
      name: "sh: a pipeline, a redirection and a background job", tolerances: [.races(calls: ["rt_sigreturn"])]),
    RealProgram(
      "make",
      files: [Fixtures.make.appendingPathComponent("Makefile"), Fixtures.source.appendingPathComponent("hello.c")]),
    RealProgram(
      "sh", "-c", "git init -q && echo text >file && git add file && git commit -qm message",
      name: "git init && git add && git commit"),
    RealProgram("perl", "-e", "open my $file, '<', '/etc/passwd'; print scalar <$file>"),
    RealProgram("python3", "-c", "import json; print(json.dumps([1]))"),
    RealProgram("ssh", "-V"),
    RealProgram("ip", "addr"),
  ]

  /// Calls whose place or result depends on which of two processes is the quicker.
  private static let racing = ["threads": ["futex"], "tcp": ["poll"]]

  private static let python = [
    "environ", "epoll", "exec_l", "exec_le", "exec_lp", "exec_lpe", "exec_v", "exec_ve", "exec_vp", "exec_vpe", "flock",
    "fork_wait", "getpid_by_number", "hostile_names", "named_pipe", "open_flags", "pipe", "popen", "renameat2",
    "scandir",
    "shared_memory", "signals", "sleep", "subprocess_run", "system", "tcp", "threads", "udp", "walk", "write_by_number",
  ].map { name in
    RealProgram("\(name).py", tolerances: racing[name].map { [.races(calls: $0)] } ?? []) {
      guard let python = Machine.find("python3") else { throw Missing(description: "python3 is not installed") }
      return [python, Fixtures.python.appendingPathComponent("\(name).py").path]
    }
  }

  private static let c = [
    ("bind", Fixtures.Flavour.dynamic), ("environment", .dynamic), ("handlers", .dynamic), ("ids", .dynamic),
    ("pipe", .dynamic), ("recv", .dynamic), ("wide", .dynamic), ("hello", .linkedStatically), ("hello", .bits32),
    ("handlers", .bits32), ("ids", .bits32), ("wide", .bits32), ("numbered", .bits32),
    ("numbered", .linkedStatically),
    ("lengths", .dynamic), ("lengths", .bits32), ("crowds", .dynamic), ("crowds", .bits32),
  ].map { name, flavour in
    RealProgram("\(name).c, \(flavour)") { [try Fixtures.program(name, flavour)] }
  }
}
