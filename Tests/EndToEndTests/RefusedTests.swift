import Foundation
import Testing

#if canImport(Glibc)
  import Glibc
#endif

/// Kernels that refuse requests, machines without `/proc`, and processes that may not be traced: the trace does without,
/// or a line says why, and nothing hangs.
@Suite("What is refused") struct RefusedTests {
  private let trapline: String
  private let watched: String
  private let place: TemporaryDirectory

  init() throws {
    trapline = try #require(Machine.trapline, "trapline is not built")
    watched = try Fixtures.program("watched", .dynamic)
    place = try TemporaryDirectory()
  }

  private var log: String { Running.text(place.url.appendingPathComponent("log").path) }

  // MARK: - Requests

  /// A request of ptrace(2), and what a trace without it is like.
  struct Request: Sendable, CustomTestStringConvertible {
    let name: String
    let number: Int
    /// Whether all calls are traced all the same.
    let isDispensable: Bool
    var testDescription: String { name }

    init(_ name: String, _ number: Int, isDispensable: Bool = false) {
      self.name = name
      self.number = number
      self.isDispensable = isDispensable
    }
  }

  static let requests = [
    Request("PTRACE_GET_SYSCALL_INFO", 0x420e, isDispensable: true), Request("PTRACE_GETREGS", 12, isDispensable: true),
    Request("PTRACE_PEEKDATA", 2, isDispensable: true), Request("PTRACE_GETEVENTMSG", 0x4201, isDispensable: true),
    Request("PTRACE_GETSIGINFO", 0x4202, isDispensable: true), Request("PTRACE_DETACH", 17, isDispensable: true),
    Request("PTRACE_CONT", 7), Request("PTRACE_SYSCALL", 24), Request("PTRACE_SEIZE", 0x4206),
    Request("PTRACE_INTERRUPT", 0x4207), Request("PTRACE_LISTEN", 0x4208, isDispensable: true),
  ]

  @Test(arguments: requests, [EINVAL, ENOSYS, EPERM, EIO])
  func aRequestThatIsRefused(_ request: Request, error: Int32) throws {
    let refuse = try Fixtures.program("refuse", .dynamic)
    for options in [[], ["-f"]] {
      let outcome = Run(directory: place.url, limit: 20)(
        [refuse, "101:0=\(request.number)=\(error)", "--", trapline] + options
          + ["-o", "log", watched, "traceme", "calls", "100", "9"])
      let isWhole = outcome.end == .exited(9) && log.matches(of: /getppid\(/).count == 100 && outcome.errors.isEmpty
      if request.isDispensable {
        #expect(isWhole, "\(outcome)")
      } else {
        let isSaid = outcome.errors.split(separator: "\n").allSatisfy { $0.hasPrefix("\(trapline): ") }
        #expect(outcome.end != .timedOut && !outcome.errors.isEmpty && isSaid, "\(outcome)")
        #expect(outcome.end != .exited(0))
      }
    }
  }

  /// Other calls of the tracer that a kernel may lack or a container forbid.
  @Test(arguments: [
    ("process_vm_readv", 310), ("process_vm_writev", 311), ("sched_setaffinity", 203), ("sched_getaffinity", 204),
    ("setitimer", 38), ("rt_sigtimedwait", 128), ("setsid", 112), ("getcpu", 309), ("prctl", 157), ("tgkill", 234),
  ])
  func aCallThatIsRefused(_ name: String, number: Int) throws {
    let refuse = try Fixtures.program("refuse", .dynamic)
    for error in [ENOSYS, EPERM] {
      let outcome = Run(directory: place.url, limit: 20)(
        [refuse, "\(number)=\(error)", "--", trapline, "-f", "-o", "log", watched, "calls", "3000", "9"])
      #expect(outcome.end == .exited(9) && outcome.errors.isEmpty, "\(outcome)")
      #expect(log.matches(of: /getppid\(/).count == 3000)
    }
  }

  // MARK: - Without /proc

  static let withoutProc: [([String], [String], Outcome.End)] = [
    ([], ["calls", "20", "4"], .exited(4)), (["-f"], ["traceme", "4"], .exited(4)),
    (["-y"], ["calls", "2", "4"], .exited(4)),
    (["-Y"], ["calls", "2", "4"], .exited(4)), (["-f", "-yy"], ["untraced", "4"], .exited(4)),
    (["-k"], ["4"], .exited(4)), (["--json"], ["4"], .exited(4)), (["-D"], ["4"], .exited(4)),
    (["-c"], ["calls", "3000", "4"], .exited(4)), (["--colocate=always"], ["calls", "3000", "cpus", "4"], .exited(4)),
    (["-f", "-e", "inject=getppid:retval=7"], ["calls", "3", "4"], .exited(4)),
  ]

  @Test(arguments: withoutProc)
  func nothingNeedsProc(_ options: [String], _ words: [String], _ end: Outcome.End) throws {
    try requireNamespaces()
    let running = Run(directory: place.url, limit: 40).start(
      Self.hidingProc + [trapline] + options + ["-o", "log", watched] + words)
    #expect(running.end() == end)
    // Under -D, the program's end is the command's, and the tracer writes its last lines after it.
    #expect(Running.until { !log.isEmpty })
    #expect(running.finish().errors.isEmpty)
  }

  @Test(arguments: [[], ["-f"], ["-y"]]) func attachingNeedsNoProc(_ options: [String]) throws {
    try requireNamespaces()
    let victim = Run(directory: place.url, limit: 40).start([watched, "opens", "seen"], hasInput: true)
    let tracer = Run(directory: place.url, limit: 40).start(
      Self.hidingProc + [trapline] + options + ["-o", "log", "-p", "\(victim.pid)"])
    #expect(Running.until { log.contains("openat(") })
    tracer.send(SIGINT)
    #expect(tracer.end() == .killed(SIGINT))
    victim.endInput()
    #expect(victim.end() == .exited(0))
  }

  private static let hidingProc = ["/usr/bin/unshare", "-m", "/bin/sh", "-c", #"umount -l /proc && exec "$@""#, "sh"]

  private func requireNamespaces() throws {
    guard Run(directory: place.url, limit: 20)(Self.hidingProc + ["/bin/true"]).end == .exited(0) else {
      try Test.cancel("programs may not enter namespaces here")
    }
  }

  // MARK: - Processes that may not be traced

  /// The reason that is given is the reason.
  @Test func whyAProcessMayNotBeTraced() throws {
    func told(_ id: pid_t) -> String {
      let outcome = Run(directory: place.url, limit: 20)([trapline, "-p", "\(id)"])
      #expect(outcome.end == .exited(1))
      return outcome.errors
    }
    let itself = Run(directory: place.url, limit: 20)(shell(#"exec "$0" -p $$"#) + [trapline])
    #expect(itself.errors.contains("can't let you do that") && itself.end == .exited(1), "\(itself)")

    let zombie = Run(directory: place.url, limit: 40).start(["/bin/true"])
    #expect(Running.until { statusField("State", of: zombie.pid) == "Z" })
    #expect(told(zombie.pid).contains("zombie"))
    _ = zombie.end()

    let victim = Run(directory: place.url, limit: 40).start([watched, "opens", "seen"], hasInput: true)
    let tracer = Run(directory: place.url, limit: 40).start([trapline, "-o", "log", "-p", "\(victim.pid)"])
    #expect(Running.until { log.contains("openat(") })
    #expect(told(victim.pid).contains("already being traced by pid \(tracer.pid)"))
    tracer.send(SIGTERM)
    _ = tracer.end()
    victim.endInput()

    if statusField("Kthread", of: 2) == "1" { #expect(told(2).contains("thread of the kernel")) }
    #expect(told(99_999_999).hasSuffix(": No such process\n"))
  }
}
