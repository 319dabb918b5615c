import CLinux

/// Signals to the tracer itself.
public enum TracerSignals {
  /// The signals that end a tracer: SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM.
  public static var fatal: [Int32] { [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM] }

  /// Holds the fatal signals back until ``release()``, so that none comes before it is decided what is done about it.
  public static func hold() { tl_hold_signals(fatal, fatal.count) }

  /// Lets those come that were held back. What was blocked before ``hold()`` stays so.
  public static func release() { tl_release_signals() }

  /// Whether there was a tick since this was asked last.
  @inline(__always) public static var hasTicked: Bool { tl_take_tick() != 0 }

  /// From now on the signals are noted, not acted on.
  public static func note(_ signals: [Int32]) { tl_note_signals(signals, signals.count) }

  /// The last one noted, or 0.
  @inline(__always) public static var noted: Int32 { tl_noted_signal() }

  /// Has every wait end with ``Waiting/Outcome/interrupted`` after at most so many milliseconds; 0 ends that.
  public static func tick(everyMilliseconds period: UInt32) { tl_tick(period) }

  /// Has the first wait after so many nanoseconds, and each from then on, end as a tick does; 0 ends that.
  public static func tick(after nanoseconds: UInt64) throws(Errno) {
    let result = tl_tick_after(nanoseconds)
    if result < 0 { throw Errno(rawValue: -result) }
  }

  /// From now on SIGUSR1 asks for something; see ``takeRequest()``.
  public static func watchRequests() { tl_watch_requests() }

  /// Whether there was a SIGUSR1 since this was asked last. It ends a wait, as a tick does.
  @inline(__always) public static func takeRequest() -> Bool { tl_take_request() != 0 }

  public static func ignore(_ signals: [Int32]) {
    for signal in signals { tl_ignore_signal(signal) }
  }

  /// Those that a terminal sends to a process in the background, and the one that stops it.
  public static var background: [Int32] { [SIGTTIN, SIGTTOU] }
  public static var terminalStop: Int32 { SIGTSTP }

  /// Has a write beyond the limit of a file's size fail (EFBIG) rather than end the tracer; see setrlimit(2).
  public static func surviveFileLimit() { tl_survive_file_limit() }

  /// Has a change of a child end a wait with a time limit; see ``awaitChild(nanoseconds:)``.
  public static func watchChildren() { tl_block_child_signal() }

  /// Waits until a child or tracee may have changed its state, at most so long.
  public static func awaitChild(nanoseconds: UInt64) { tl_await_child(nanoseconds) }

  /// Ends this process by `signal` without leaving a core file; with status 128 + `signal` if that does not end it.
  public static func die(by signal: Int32) -> Never { tl_die_by(signal) }

  /// kill(2); nothing happens where there is no such process.
  public static func send(_ signal: Int32, to pid: Int32) { kill(pid, signal) }

  /// Whether `tid` is a thread of process `pid`, as far as can be told by tgkill(2).
  public static func isThread(_ tid: Int32, of pid: Int32) -> Bool { tl_tgkill(pid, tid, 0) != -ESRCH }

  public static let resume = SIGCONT
}
