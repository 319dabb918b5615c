import CLinux
import Linux

/// A thread by its id, with the requests of ptrace(2) that a tracer makes of it.
///
/// Every request may throw `ESRCH`: the thread is gone, or is not in a stop.
public struct TracedThread: Hashable, Sendable {
  public let tid: Int32

  @inlinable public init(tid: Int32) { self.tid = tid }

  /// `PTRACE_O_…`
  public struct Options: OptionSet, Sendable {
    public let rawValue: UInt
    public init(rawValue: UInt) { self.rawValue = rawValue }
    /// System-call stops can be told from other traps.
    public static let distinctCalls = Options(rawValue: UInt(PTRACE_O_TRACESYSGOOD))
    /// The thread is killed when the tracer ends.
    public static let killedWithTracer = Options(rawValue: 1 << 20)
    public static let forks: Options = [
      Options(rawValue: 1 << PTRACE_EVENT_FORK), Options(rawValue: 1 << PTRACE_EVENT_VFORK),
      Options(rawValue: 1 << PTRACE_EVENT_CLONE),
    ]
    public static let execs = Options(rawValue: 1 << PTRACE_EVENT_EXEC)
    public static let exits = Options(rawValue: 1 << PTRACE_EVENT_EXIT)
    public static let filterHits = Options(rawValue: 1 << PTRACE_EVENT_SECCOMP)
  }

  /// How a stopped thread goes on.
  public enum Resumption: Sendable {
    /// Until the next entry to, or exit from, a system call (`PTRACE_SYSCALL`).
    case toNextCall
    /// Until an event or a signal (`PTRACE_CONT`).
    case freely
  }

  /// Begins tracing without stopping the thread (`PTRACE_SEIZE`).
  ///
  /// Throws `EPERM` when it may not be traced or has a tracer, `ESRCH` when there is no such thread.
  public func seize(_ options: Options) throws(Errno) {
    try request(PTRACE_SEIZE, 0, options.rawValue)
  }

  /// Replaces the options of a stopped thread (`PTRACE_SETOPTIONS`).
  public func setOptions(_ options: Options) throws(Errno) {
    try request(PTRACE_SETOPTIONS, 0, options.rawValue)
  }

  /// Stops the thread without a signal that it could notice (`PTRACE_INTERRUPT`).
  public func interrupt() throws(Errno) {
    try request(PTRACE_INTERRUPT, 0, 0)
  }

  /// Lets a stopped thread go on, delivering `signal` if it is not 0.
  @inline(__always)
  public func resume(_ how: Resumption, delivering signal: Int32 = 0) throws(Errno) {
    let request = how == .toNextCall ? PTRACE_SYSCALL : PTRACE_CONT
    try self.request(request, 0, UInt(truncatingIfNeeded: signal))
  }

  /// Leaves a thread in its group stop, but reports how that goes on (`PTRACE_LISTEN`).
  public func listen() throws(Errno) {
    try request(PTRACE_LISTEN, 0, 0)
  }

  /// Ends tracing of a stopped thread, delivering `signal` if it is not 0.
  public func detach(delivering signal: Int32 = 0) throws(Errno) {
    try request(PTRACE_DETACH, 0, UInt(truncatingIfNeeded: signal))
  }

  /// What the kernel says of the event that the thread stopped for: a new thread's id, an exit status.
  public func eventMessage() throws(Errno) -> UInt {
    var message: UInt = 0
    try withUnsafeMutablePointer(to: &message) { (pointer) throws(Errno) in
      try request(PTRACE_GETEVENTMSG, 0, UInt(bitPattern: pointer))
    }
    return message
  }

  /// Bytes of a `siginfo_t`.
  public static let signalInformationSize = 128

  /// Copies the `siginfo_t` of the signal that the thread stopped for to `buffer` (``signalInformationSize`` bytes).
  public func signalInformation(into buffer: UnsafeMutableRawPointer) throws(Errno) {
    try request(PTRACE_GETSIGINFO, 0, UInt(bitPattern: buffer))
  }

  @inline(__always)
  func request(_ request: Int32, _ address: UInt, _ data: UInt) throws(Errno) {
    try checked(tl_ptrace(Int(request), tid, address, data))
  }
}
