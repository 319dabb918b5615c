import Foundation
import Testing

/// The comparison itself: it forgives what it says it forgives, and nothing else.
@Suite("Comparing traces")
struct ComparisonTests {
  private func differences(_ expected: String, _ actual: String, _ tolerances: [Comparison.Tolerance] = []) -> [String]
  {
    Comparison(
      expected: TraceLog(expected), actual: TraceLog(actual), tolerances: tolerances
    ).differences
  }

  @Test func masksCompile() throws {
    for mask in Mask.all { _ = try NSRegularExpression(pattern: mask.pattern) }
  }

  @Test func idsAndAddressesMayDiffer() {
    let one = """
      10    execve("/bin/true", ["true"], 0x7ffc12345678 /* 3 vars */) = 0
      10    brk(NULL)                         = 0x55d0c0de0000
      10    brk(0x55d0c0de0000)               = 0x55d0c0de0000
      10    getpid()                          = 10
      10    +++ exited with 0 +++
      """
    let other = one.replacingOccurrences(of: "10    ", with: "4711  ").replacingOccurrences(of: "= 10", with: "= 4711")
      .replacingOccurrences(of: "0x55d0c0de", with: "0x5600aaaa")
    #expect(differences(one, other).isEmpty)
  }

  @Test(arguments: [
    ("close(3) = 0", "close(4) = 0"),
    ("close(3) = 0", "close(3)  = 0"),
    (#"openat(AT_FDCWD, "x", O_RDONLY|O_CLOEXEC) = 3"#, #"openat(AT_FDCWD, "x", O_RDONLY) = 3"#),
    (
      "munmap(0x7f0000000000, 4096) = 0\n1 munmap(0x7f0000000000, 4096) = 0",
      "munmap(0x7f0000000000, 4096) = 0\n1 munmap(0x7f0000001000, 4096) = 0"
    ),
    ("close(3) = 0", "close(3) = 0\n1 close(3) = -1 EBADF (Bad file descriptor)"),
    ("close(3) = 0", "close(3) = 0\nsomething else"),
    ("fork() = 2\n2 close(3) = 0", "fork() = 2"),
    ("--- SIGCHLD {si_signo=SIGCHLD, si_status=0} ---", "--- SIGCHLD {si_signo=SIGCHLD, si_status=1} ---"),
  ])
  func otherDifferencesAreFound(_ one: String, _ other: String) {
    #expect(differences("1 " + one, "1 " + one).isEmpty)
    #expect(!differences("1 " + one, "1 " + other).isEmpty)
  }

  @Test func halvesAreJoined() {
    let split = """
      1 fork() = 2
      1 wait4(-1,  <unfinished ...>
      2 exit_group(3) = ?
      2 +++ exited with 3 +++
      1 <... wait4 resumed>[{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 2
      1 --- SIGCHLD {si_signo=SIGCHLD, si_pid=2} ---
      1 close(3) = 0
      """
    let whole = """
      7 fork() = 8
      8 exit_group(3) = ?
      8 +++ exited with 3 +++
      7 --- SIGCHLD {si_signo=SIGCHLD, si_pid=8} ---
      7 wait4(-1, [{WIFEXITED(s) && WEXITSTATUS(s) == 3}], 0, NULL) = 8
      7 close(3) = 0
      """
    #expect(differences(split, whole).isEmpty)
    #expect(!differences(split, whole.replacingOccurrences(of: "== 3", with: "== 4")).isEmpty)
  }

  @Test func racesAreLeftOutWhereTheyAreNamed() {
    let (with, without) = ("1 futex(0x7f0000000000, FUTEX_WAKE, 1) = 1\n1 close(3) = 0", "1 close(3) = 0")
    #expect(!differences(with, without).isEmpty)
    #expect(differences(with, without, [.races(calls: ["futex"])]).isEmpty)
  }
}
