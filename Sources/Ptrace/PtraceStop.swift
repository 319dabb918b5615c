import CLinux
import Linux

/// A thread that is stopped for its tracer, from a report of wait4(2) on until it is told how to go on.
///
/// It cannot be copied, and it is used up by what lets the thread go on, so a request to a thread that runs does not
/// compile. One that is forgotten lets its thread go: that is a defect, but nothing waits for ever.
///
/// Every request may throw `ESRCH`: the thread has been killed, and its end will be reported.
public struct PtraceStop: ~Copyable {
  public let tid: Int32
  /// As wait4(2) reported it.
  public let status: Int32
  /// CPU time that the thread's group spent in the kernel, in nanoseconds; 0 when not asked for.
  public let systemTime: UInt64
  /// It outlives every stop.
  @usableFromInline unowned(unsafe) let kernel: Kernel

  init(tid: Int32, status: Int32, systemTime: UInt64, kernel: Kernel) {
    self.tid = tid
    self.status = status
    self.systemTime = systemTime
    self.kernel = kernel
  }

  deinit {
    assertionFailure("a stopped thread was forgotten")
    _ = kernel.ptrace(Int32(PTRACE_DETACH), tid, 0, 0)
  }

  /// What a thread stopped for.
  public enum Reason: Sendable, Equatable {
    /// A system call's entry or exit.
    case call
    /// A signal is about to be delivered.
    case signal(Int32)
    /// The thread group is stopped by a signal (SIGSTOP, SIGTSTP, SIGTTIN, SIGTTOU).
    case groupStop(Int32)
    /// `PTRACE_INTERRUPT`, being seized at birth, or the end of a group stop.
    case interrupted
    /// It started a process or thread (`PTRACE_EVENT_FORK`, `_VFORK`, `_CLONE`), and waits for it where it is a vfork.
    case fork(waitsForChild: Bool)
    case exec
    /// It is about to end (`PTRACE_EVENT_EXIT`).
    case exiting
    /// A seccomp filter's answer was SECCOMP_RET_TRACE.
    case filterHit
    /// Nobody asked for it.
    case other
  }

  public var reason: Reason {
    let signal = (status >> 8) & 0xff
    if signal == SIGTRAP | 0x80 { return .call }
    switch status >> 16 {
    case 0: return .signal(signal)
    case Int32(PTRACE_EVENT_FORK), Int32(PTRACE_EVENT_CLONE): return .fork(waitsForChild: false)
    case Int32(PTRACE_EVENT_VFORK): return .fork(waitsForChild: true)
    case Int32(PTRACE_EVENT_EXEC): return .exec
    case Int32(PTRACE_EVENT_EXIT): return .exiting
    case Int32(PTRACE_EVENT_SECCOMP): return .filterHit
    case Int32(PTRACE_EVENT_STOP): return signal == SIGTRAP ? .interrupted : .groupStop(signal)
    default: return .other
    }
  }

  // MARK: - How it goes on

  /// How a stopped thread goes on.
  public enum Resumption: Sendable {
    /// Until the next entry to, or exit from, a system call (`PTRACE_SYSCALL`).
    case toNextCall
    /// Until an event or a signal (`PTRACE_CONT`).
    case freely
  }

  /// What came of a request that ends a stop.
  public enum Outcome: Sendable, Equatable {
    case done
    /// It was killed meanwhile; its end will be reported.
    case gone
    /// The kernel refused, so the thread was detached and goes on untraced.
    case detached(because: Errno)
    /// The kernel refused, and refused to detach it too: it stays stopped until the tracer ends.
    case stuck(because: Errno)
  }

  /// Lets the thread go on, delivering `signal` if it is not 0.
  @inline(__always)
  public consuming func resume(_ how: Resumption, delivering signal: Int32 = 0) -> Outcome {
    let request = how == .toNextCall ? PTRACE_SYSCALL : PTRACE_CONT
    return end(by: Int32(request), delivering: signal)
  }

  /// Leaves the thread in its group stop, but has the kernel report how that goes on (`PTRACE_LISTEN`).
  public consuming func listen() -> Outcome { end(by: Int32(PTRACE_LISTEN), delivering: 0) }

  /// Ends tracing of the thread, which goes on, delivering `signal` if it is not 0.
  public consuming func detach(delivering signal: Int32 = 0) -> Outcome {
    end(by: Int32(PTRACE_DETACH), delivering: signal)
  }

  /// There is nothing to tell it any more: it has been killed, or the tracer is about to end, which lets it go.
  public consuming func abandon() { discard self }

  @inline(__always)
  private consuming func end(by request: Int32, delivering signal: Int32) -> Outcome {
    let (kernel, tid, status) = (kernel, tid, status)
    discard self
    let result = kernel.ptrace(request, tid, 0, UInt(truncatingIfNeeded: signal))
    if result >= 0 { return .done }
    return Self.refused(kernel, tid, status, Errno(rawValue: Int32(truncatingIfNeeded: -result)), request, signal)
  }

  private static func refused(
    _ kernel: Kernel, _ tid: Int32, _ status: Int32, _ error: Errno, _ request: Int32, _ signal: Int32
  ) -> Outcome {
    if error == .noSuchProcess || request == Int32(PTRACE_LISTEN) && isOver(kernel, tid, status) { return .gone }
    guard request != Int32(PTRACE_DETACH) else { return .stuck(because: error) }
    let result = kernel.ptrace(Int32(PTRACE_DETACH), tid, 0, UInt(truncatingIfNeeded: signal))
    return result >= 0 ? .detached(because: error) : .stuck(because: error)
  }

  // MARK: - What it is asked for

  /// What the kernel says of the event that the thread stopped for: a new thread's id, or the one that it had before an exec.
  ///
  /// Throws `ESRCH` also where the thread was killed and has stopped for its end since, of which the message is then.
  public func eventMessage() throws(Errno) -> UInt {
    let message = try message()
    if Self.isOver(kernel, tid, status) { throw .noSuchProcess }
    return message
  }

  /// Whether a thread stands in another stop than this one, of an event: it was killed, and has stopped for its end.
  private static func isOver(_ kernel: Kernel, _ tid: Int32, _ status: Int32) -> Bool {
    var information = siginfo_t()
    let result = withUnsafeMutablePointer(to: &information) {
      kernel.ptrace(Int32(PTRACE_GETSIGINFO), tid, 0, UInt(bitPattern: $0))
    }
    return result >= 0 && information.si_code != status >> 8
  }

  private func message() throws(Errno) -> UInt {
    var message: UInt = 0
    try withUnsafeMutablePointer(to: &message) { (pointer) throws(Errno) in
      try request(Int32(PTRACE_GETEVENTMSG), 0, UInt(bitPattern: pointer))
    }
    return message
  }

  /// How the thread, which is about to end, will do so.
  public func comingEnd() throws(Errno) -> ThreadEnd {
    ThreadEnd(status: Int32(truncatingIfNeeded: try message()))
  }

  /// Bytes of a `siginfo_t`.
  public static let signalInformationSize = 128

  /// Copies the `siginfo_t` of the signal that the thread stopped for to `buffer` (``signalInformationSize`` bytes).
  public func signalInformation(into buffer: UnsafeMutableRawPointer) throws(Errno) {
    try request(Int32(PTRACE_GETSIGINFO), 0, UInt(bitPattern: buffer))
  }

  @inline(__always)
  func request(_ request: Int32, _ address: UInt, _ data: UInt) throws(Errno) {
    try checked(kernel.ptrace(request, tid, address, data))
  }
}
