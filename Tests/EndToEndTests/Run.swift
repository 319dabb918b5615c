import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// How a program that a test started came to its end.
struct Outcome: Equatable {
  enum End: Equatable {
    case exited(Int32)
    case killed(Int32)
    /// It was still running when its time was up, and was killed with all that it had started.
    case timedOut
    /// It could not be started: the errno.
    case notStarted(Int32)
  }

  var end: End
  var output: String
  var errors: String
}

/// Runs programs within bounds: a time limit, a directory of their own, a fixed environment, no input.
struct Run {
  var directory: URL
  var environment: [String: String] = [:]
  var limit: TimeInterval = 60

  /// What every program gets, so that a run does not depend on who starts it, and on as little chance as possible.
  static let environment = [
    "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C", "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0", "PERL_HASH_SEED": "0", "MALLOC_ARENA_MAX": "1",
    "GIT_AUTHOR_DATE": "2001-02-03T04:05:06Z", "GIT_COMMITTER_DATE": "2001-02-03T04:05:06Z",
    "GIT_CONFIG_NOSYSTEM": "1", "GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org",
    "GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.org",
  ]

  /// Starts `command` (its first word is a path) and waits for its end.
  ///
  /// It leads a process group, so that what it leaves behind is ended with it.
  func callAsFunction(_ command: [String]) -> Outcome { start(command).finish() }

  /// Starts `command` without waiting for it. `hasInput`: its standard input does not end before it is told to.
  func start(_ command: [String], hasInput: Bool = false) -> Running {
    let captured = FileManager.default.temporaryDirectory.appendingPathComponent("captured-\(UUID().uuidString)")
    let outputs = ["out", "err"].map { captured.path + "." + $0 }
    var gate: [Int32] = [-1, -1]
    if hasInput, pipe(&gate) == 0 { gate.forEach { _ = fcntl($0, F_SETFD, FD_CLOEXEC) } }

    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    if hasInput {
      posix_spawn_file_actions_adddup2(&actions, gate[0], 0)
    } else {
      posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
    }
    for (index, path) in outputs.enumerated() {
      posix_spawn_file_actions_addopen(&actions, Int32(index + 1), path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    }
    // What the test runner has open is none of the program's business, and would change the numbers it gets.
    (3..<256).forEach { posix_spawn_file_actions_addclose(&actions, $0) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setpgroup(&attributes, 0)
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var variables = Self.environment.merging(environment) { _, own in own }
    variables["HOME"] = variables["HOME"] ?? directory.path
    variables["PWD"] = directory.path
    // The standard interface of posix_spawn cannot change the directory; a shell can.
    let changing = ["/bin/sh", "-c", #"cd "$0" && exec "$@""#, directory.path]
    let words = (changing + command).map { strdup($0) } + [nil]
    let strings = variables.sorted { $0.key < $1.key }.map { strdup("\($0)=\($1)") } + [nil]
    defer { (words + strings).forEach { free($0) } }

    var pid = pid_t()
    let error = posix_spawn(&pid, changing[0], &actions, &attributes, words, strings)
    if hasInput { close(gate[0]) }
    return Running(error == 0 ? .running(pid) : .ended(.notStarted(error)), gate[1], outputs, limit: limit)
  }
}

/// A directory that is gone when its last user is.
final class TemporaryDirectory {
  let url: URL

  init(in parent: URL = FileManager.default.temporaryDirectory) throws {
    url = parent.appendingPathComponent("trapline-test-\(UUID().uuidString.prefix(8))")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  /// An empty directory `name` in it; what was there is gone.
  func fresh(_ name: String) throws -> URL {
    let inner = url.appendingPathComponent(name)
    try? FileManager.default.removeItem(at: inner)
    try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
    return inner
  }
}
