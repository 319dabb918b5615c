import SyscallTables

extension TraceEvents {
  /// One thing that happened to a tracee, as a value of its own: it outlives the trace.
  public enum Event: Sendable {
    /// A call returned, or never will.
    case call(TracedCall)
    /// A signal is about to be delivered: its number and `siginfo_t` (sigaction(2)).
    case signal(Int32, information: TraceValue, to: TracedThreadName)
    /// The thread group stopped.
    case stopped(by: Int32, TracedThreadName)
    /// The thread exited with a status.
    case exited(Int32, TracedThreadName)
    /// A signal killed the thread.
    case killed(by: Int32, coreDumped: Bool, TracedThreadName)
    /// The process executes another program; its execve(2), which has to be among the calls that are traced, stands before.
    /// `former`: the id of the thread that asked for it, where that was not the first.
    case executed(TracedThreadName, former: Int32?)
    /// A thread is traced from now on; the command is not announced. `parent`: the process that started its own, if the trace
    /// saw it.
    case attached(TracedThreadName, parent: Int32?)
    /// It was let go of and goes on untraced.
    case detached(TracedThreadName)
    /// The last event: how the trace ended, which is how the command did.
    case finished(TraceOutcome)
  }
}

/// Which thread of which process.
public struct TracedThreadName: Sendable, Equatable {
  /// The thread's id, what the kernel calls pid.
  public let tid: Int32
  /// Its thread group's, what users call the process id.
  public let pid: Int32
  /// Its command name; bytes that are no UTF-8 are replaced.
  public let command: String
}

/// One system call, decoded.
public struct TracedCall: Sendable {
  /// An argument by the kernel's name.
  public struct Argument: Sendable {
    public let name: String
    public let value: TraceValue
  }

  public let thread: TracedThreadName
  /// `openat`; a number that the ABI does not have is named `syscall_0x3e8`.
  public let name: String
  public let number: UInt64
  public let abi: ABI
  /// In the kernel's order.
  public let arguments: [Argument]
  /// What it returned; nil when it never did, -1 after an error.
  public let result: Int64?
  /// The number of the error, errno(3); nil when the call succeeded or never returned.
  public let errno: Int32?
  /// The name of the error, `ENOENT`; nil when the call succeeded or never returned.
  public let error: String?
  /// Nanoseconds since the epoch at its entry.
  public let time: UInt64
  /// From its entry to its return.
  public let duration: Duration

  /// The argument of that name.
  public subscript(name: String) -> TraceValue? { arguments.first { $0.name == name }?.value }
}

/// A value of a call: what was passed, or what is at the address that was passed.
public indirect enum TraceValue: Sendable, Equatable {
  /// A member of a structure; `name` is empty where it has none.
  public struct Member: Sendable, Equatable {
    public let name: String
    public let value: TraceValue
  }

  case number(Int128)
  /// A number that constants name, with the names that are in it.
  case constant(Int128, names: [String])
  /// A number of which something is told, by the names that docs/JSON.md has: what a descriptor is open on (`path`, `socket` …),
  /// the command of a process (`comm`).
  case described(Int128, [Member])
  /// An address behind which nothing was read.
  case address(UInt64)
  /// A string, a path or data; `isCut` where the limit left some out.
  case bytes([UInt8], isCut: Bool)
  case structure([Member])
  /// `isComplete` is false where elements were left out or could not be read.
  case array([TraceValue], isComplete: Bool)
  /// The same memory before the call and after it.
  case change(before: TraceValue, after: TraceValue)
  /// What cannot be told.
  case unknown

  /// The text of bytes; what is no UTF-8 is replaced. Nil for other values.
  public var text: String? {
    if case .bytes(let bytes, _) = self { String(decoding: bytes, as: UTF8.self) } else { nil }
  }

  /// A number, named or not. Nil for other values.
  public var integer: Int128? {
    switch self {
    case .number(let number): number
    case .constant(let number, _), .described(let number, _): number
    default: nil
    }
  }

  /// The member of a structure by name, or what is told of a number by that name.
  public subscript(name: String) -> TraceValue? {
    switch self {
    case .structure(let members), .described(_, let members): members.first { $0.name == name }?.value
    default: nil
    }
  }
}
