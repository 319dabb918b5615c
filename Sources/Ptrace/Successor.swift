import CLinux
import Glibc

/// A process that a tracer leaves behind to trace for it, when it ends before its tracees.
public enum Successor {
  /// Where a tracer tells its successor what to take over.
  public struct Line: ~Copyable {
    private let orders: Int32
    private let answers: Int32

    fileprivate init(orders: Int32, answers: Int32) {
      self.orders = orders
      self.answers = answers
    }

    deinit {
      close(orders)
      close(answers)
    }

    /// Detaches from a stopped thread while the successor waits to seize it; false when the thread was gone, or could
    /// not be seized.
    public func handOver(_ thread: TracedThread, delivering signal: Int32) -> Bool {
      var tid = thread.tid
      guard write(orders, &tid, 4) == 4, (try? thread.detach(delivering: signal)) != nil else { return false }
      var answer: UInt8 = 0
      while read(answers, &answer, 1) < 0 && errno == EINTR {}
      return answer == 1
    }
  }

  /// Leaves a copy of this process behind, which keeps no descriptor but its line to the tracer and runs `serve`, told
  /// by its argument what it took over: a thread's id, nil for nothing at present, or 0 when there will be no more.
  public static func start(_ options: TracedThread.Options, _ serve: (() -> Int32?) -> Void) -> Line? {
    var orders: [Int32] = [-1, -1]
    var answers: [Int32] = [-1, -1]
    guard pipe(&orders) == 0 else { return nil }
    guard pipe(&answers) == 0 else {
      orders.forEach { _ = close($0) }
      return nil
    }
    let child = tl_fork_away()
    if child == 0 {
      tl_keep_only(orders[0], answers[1])
      TracerSignals.ignore(TracerSignals.fatal)
      serve { nextOrder(orders[0], answers[1], options) }
      _exit(0)
    }
    close(orders[0])
    close(answers[1])
    guard child > 0 else {
      close(orders[1])
      close(answers[0])
      return nil
    }
    return Line(orders: orders[1], answers: answers[0])
  }

  private static func nextOrder(_ orders: Int32, _ answers: Int32, _ options: TracedThread.Options) -> Int32? {
    var request = pollfd(fd: orders, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, 1) > 0 else { return nil }
    var tid: Int32 = 0
    guard read(orders, &tid, 4) == 4 else { return 0 }
    // The tracer lets go of it this very moment.
    var answer: UInt8 = 0
    let limit = Clock.monotonic &+ 20_000_000
    while Clock.monotonic < limit {
      do throws(Errno) {
        try TracedThread(tid: tid).seize(options)
        answer = 1
        break
      } catch {
        if error != .notPermitted { break }
      }
    }
    _ = write(answers, &answer, 1)
    return tid
  }

  /// Whether a process may trace others that are not its descendants.
  public static var isPermitted: Bool {
    guard geteuid() != 0, let scope = SmallFile.read("/proc/sys/kernel/yama/ptrace_scope") else { return true }
    return scope.first == UInt8(ascii: "0")
  }
}
