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
}

/// What can be asked about a tracee besides its memory: what its descriptors, processes and sockets are.
///
/// Every answer costs a look into `/proc`, so the decoder asks only when an option wants it.
open class TraceeSurroundings {
  public init() {}

  /// What `-y` shows behind descriptor `fd` of thread `tid`, appended to `bytes`; false when there is nothing to show.
  open func describeDescriptor(_ fd: Int32, tid: Int32, into bytes: inout [UInt8]) -> Bool { false }

  /// The command name of a process or thread, appended to `bytes`; false when it is gone.
  open func describeProcess(_ tid: Int32, into bytes: inout [UInt8]) -> Bool { false }

  /// The netlink protocol (`NETLINK_ROUTE` = 0 …) that `fd` of `tid` speaks; nil when it is no netlink socket.
  open func netlinkProtocol(_ fd: Int32, tid: Int32) -> Int32? { nil }

  /// The address family of the socket `fd` of `tid`; nil when it is no socket.
  open func socketFamily(_ fd: Int32, tid: Int32) -> Int32? { nil }
}
