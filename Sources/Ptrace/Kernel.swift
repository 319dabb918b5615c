import CLinux
import Linux
import Settings

/// What a tracer asks of Linux about other threads, and nothing else: the one place where a test puts a kernel of its
/// own, which replays reports in any order and refuses requests. The base class is Linux itself.
///
/// A base class rather than a protocol: a request is one virtual call, which costs nothing beside the switch to the
/// kernel.
open class Kernel {
  public init() {}

  /// Memory of tracees is read and written as far as it is there: what another thread has yet to fill (userfaultfd(2)) is
  /// not waited for.
  public final var usesOnlyPresentMemory = false

  /// ptrace(2): the result, or -errno. A PEEK request stores its word at `data`.
  open func ptrace(_ request: Int32, _ tid: Int32, _ address: UInt, _ data: UInt) -> Int {
    tl_ptrace(Int(request), tid, address, data)
  }

  /// wait4(2) with `__WALL` and `__WNOTHREAD` for a thread, or for any with -1: its id, 0 when nothing has happened and `blocking` is
  /// false, or -errno. `systemTime` is asked for where there is a place for it: what the group spent in the kernel,
  /// nanoseconds.
  open func wait(
    _ tid: Int32, blocking: Bool, _ status: inout Int32, systemTime: UnsafeMutablePointer<UInt64>?
  ) -> Int32 {
    let options = blocking ? 0 : WNOHANG
    guard let systemTime else { return tl_wait(tid, &status, options, nil) }
    var usage = rusage()
    let found = tl_wait(tid, &status, options, &usage)
    systemTime.pointee =
      UInt64(truncatingIfNeeded: usage.ru_stime.tv_sec) &* 1_000_000_000
      &+ UInt64(truncatingIfNeeded: usage.ru_stime.tv_usec) &* 1000
    return found
  }

  /// process_vm_readv(2) of one range: the bytes read from its start on, or -errno.
  open func readMemory(_ tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    return tl_read_memory(tid, address, base, buffer.count)
  }

  /// process_vm_writev(2) of one range: the bytes written, or -errno.
  open func writeMemory(_ tid: Int32, _ address: UInt64, _ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    return tl_write_memory(tid, address, base, bytes.count)
  }

  /// Whether `tid` is a thread of process `pid`, as far as can be told by tgkill(2).
  open func isThread(_ tid: Int32, of pid: Int32) -> Bool { TracerSignals.isThread(tid, of: pid) }

  /// What proc(5) says of a thread; nil when it is gone, or there is no `/proc`.
  open func process(of tid: Int32) -> ProcessStatus? { ProcessStatus(of: tid) }

  /// The threads of the process that a thread belongs to; empty when it is gone, or there is no `/proc`.
  open func threads(of pid: Int32) -> [Int32] { ProcessTable.threads(of: pid) }

  /// Whether a process holds a descriptor of userfaultfd(2), as far as `/proc` tells.
  open func handlesUserFaults(_ pid: Int32) -> Bool { ProcessTable.handlesUserFaults(pid) }

  /// The processes that others have started, by them; empty where there is no `/proc`.
  open func children() -> [Int32: [Int32]] { ProcessTable.children() }

  /// Starts a process that waits for its release before it executes a program; see ``Linux/Program/start(_:named:)``.
  open func start(
    _ program: Program, _ placement: TracerPlacement, named name: String
  ) throws(Errno) -> Program.Started { try program.start(placement, named: name) }

  /// kill(2); nothing happens where there is no such process.
  open func send(_ signal: Int32, to pid: Int32) { TracerSignals.send(signal, to: pid) }

  /// The last signal that told the tracer to end, or 0.
  open var notedSignal: Int32 { TracerSignals.noted }

  /// Whether there was a tick since this was asked last.
  open var hasTicked: Bool { TracerSignals.hasTicked }

  /// Has waits end after at most so many milliseconds; 0 ends that.
  open func tick(everyMilliseconds period: UInt32) { TracerSignals.tick(everyMilliseconds: period) }

  /// Has waits end after so many nanoseconds, and often from then on; 0 ends that.
  open func tick(after nanoseconds: UInt64) throws(Errno) { try TracerSignals.tick(after: nanoseconds) }

  /// Waits until a child or tracee may have changed its state, at most so long.
  open func awaitChange(nanoseconds: UInt64) { TracerSignals.awaitChild(nanoseconds: nanoseconds) }

  /// CLOCK_MONOTONIC, in nanoseconds.
  open var now: UInt64 { Clock.monotonic }
}

/// What a running thread can be asked for.
extension Kernel {
  /// Begins tracing without stopping the thread (`PTRACE_SEIZE`).
  ///
  /// Throws `EPERM` when it may not be traced or has a tracer, `ESRCH` when there is no such thread.
  public func seize(_ tid: Int32, _ options: PtraceOptions) throws(Errno) {
    try checked(ptrace(Int32(PTRACE_SEIZE), tid, 0, options.rawValue))
  }

  /// Stops a thread that was seized, without a signal that it could notice (`PTRACE_INTERRUPT`).
  public func interrupt(_ tid: Int32) throws(Errno) {
    try checked(ptrace(Int32(PTRACE_INTERRUPT), tid, 0, 0))
  }
}

/// `PTRACE_O_…`
public struct PtraceOptions: OptionSet, Sendable {
  public let rawValue: UInt
  public init(rawValue: UInt) { self.rawValue = rawValue }
  /// System-call stops can be told from other traps.
  public static let distinctCalls = PtraceOptions(rawValue: UInt(PTRACE_O_TRACESYSGOOD))
  /// The thread is killed when the tracer ends.
  public static let killedWithTracer = PtraceOptions(rawValue: UInt(PTRACE_O_EXITKILL))
  public static let forks: PtraceOptions = [
    PtraceOptions(rawValue: 1 << PTRACE_EVENT_FORK), PtraceOptions(rawValue: 1 << PTRACE_EVENT_VFORK),
    PtraceOptions(rawValue: 1 << PTRACE_EVENT_CLONE),
  ]
  public static let execs = PtraceOptions(rawValue: 1 << PTRACE_EVENT_EXEC)
  public static let exits = PtraceOptions(rawValue: 1 << PTRACE_EVENT_EXIT)
  public static let filterHits = PtraceOptions(rawValue: 1 << PTRACE_EVENT_SECCOMP)
}
