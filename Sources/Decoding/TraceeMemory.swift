import SyscallTables

/// The memory of a tracee, or bytes that stand for it.
///
/// A base class rather than a protocol: the decoder lives in another module than its subclasses, where a generic would
/// not be specialised and an existential would cost more than this one virtual call.
open class TraceeMemory {
  public init() {}

  /// Copies bytes from `address` into `buffer`; returns how many could be read, from the first on. 0 when none could.
  ///
  /// Never fails otherwise, and never reads past an absent page: what lies before it is returned.
  open func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int { 0 }

  /// Whether what lies beside bytes that were asked for can be read as well.
  open var givesPages: Bool { false }
}

/// What can be asked about a tracee besides its memory: what its descriptors, processes and sockets are.
///
/// Every answer costs a look into `/proc`, so the decoder asks only when an option wants it.
open class TraceeSurroundings {
  public init() {}

  /// What descriptor `fd` of thread `tid` (or AT_FDCWD) is open on; nil when nothing is known or asked for.
  open func description(ofDescriptor fd: Int32, tid: Int32) -> DescriptorDescription? { nil }

  /// What is known of the process, group or session that `tid` knows by the number `id`.
  open func description(ofProcess id: Int32, _ kind: ProcessNumberKind, tid: Int32) -> ProcessDescription {
    ProcessDescription()
  }

  /// The security context of something; nil when it has none, or nobody asks.
  open func context(of owner: ContextOwner, tid: Int32) -> SecurityContext? { nil }

  /// What has a security context, as thread `tid` names it.
  public enum ContextOwner {
    case descriptor(Int32)
    /// A file by its path, relative to a directory's descriptor; nil: to the working directory.
    case path(UnsafeRawBufferPointer, relativeTo: Int32?)
    case process(Int32)
    /// The thread itself.
    case thread
  }

  /// The netlink protocol (`NETLINK_ROUTE` = 0 …) that `fd` of `tid` speaks; nil when it is no netlink socket.
  open func netlinkProtocol(_ fd: Int32, tid: Int32) -> Int32? { nil }

  /// The name of the family of generic netlink that has a number in the running kernel; nil when none has.
  open func genericFamily(_ number: UInt16) -> String? { nil }

  /// The address family of the socket `fd` of `tid`; nil when it is no socket.
  open func socketFamily(_ fd: Int32, tid: Int32) -> Int32? { nil }

  /// Whether `fd` of `tid` is a terminal.
  open func isTerminal(_ fd: Int32, tid: Int32) -> Bool { false }

  /// What `fd` of `tid` is open on that has no inode of its own, as its link says it (`bpf-map`); nil when it has one.
  open func anonymousKind(_ fd: Int32, tid: Int32) -> [UInt8]? { nil }

  /// When the machine started, in nanoseconds since 1970; time that it slept counts.
  open var bootTime: Int64 { 0 }

  /// How many bytes of ancillary data a message may have at most; see socket(7).
  open var mostAncillaryBytes: Int { .max }

  /// The 32 bits at an offset of what the virtual CPU `fd` of `tid` shares with its process (`struct kvm_run`, see
  /// <linux/kvm.h>); nil when `fd` is no virtual CPU, or nobody asks for it.
  open func number(sharedByVirtualCPU fd: Int32, at offset: Int, tid: Int32) -> UInt32? { nil }

  /// The number of a thread's namespace of that kind (`uts`, `pid` …), as `/proc/TID/ns` has it; 0 when there
  /// is none.
  open func namespace(_ kind: TableString, of tid: Int32) -> UInt64 { 0 }

  /// The number in the tracer's pid namespace of what `tid` calls `id`; nil when nobody is found.
  open func ownNumber(of id: Int32, _ kind: ProcessNumberKind, seenBy tid: Int32) -> Int32? { nil }

  /// The process that the pidfd `fd` of `tid` means, by its number in the tracer's pid namespace; nil when it is none, or the
  /// process has ended. See pidfd_open(2).
  open func process(ofPidDescriptor fd: Int32, tid: Int32) -> Int32? { nil }

  /// What a number counts: threads and processes, or the groups and sessions that are called after their first process.
  public enum ProcessNumberKind { case process, group, session }
}
