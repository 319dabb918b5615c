import SyscallTables

/// What a descriptor is open on, as process inspection finds it.
public enum DescriptorDescription: Equatable, Sendable {
  /// A file, or what the kernel names like one (`pipe:[5]`).
  case file(path: [UInt8], isDeleted: Bool, device: DeviceNumber?)
  /// An internet socket: the protocol as the kernel calls it (`TCPv6`), where it is, and who is at its other end.
  case internetSocket(protocol: [UInt8], local: SocketEndpoint, peer: SocketEndpoint?)
  /// A UNIX socket; `peer`: the inode of the one that it is connected with, 0 for none.
  case unixSocket(protocol: [UInt8], inode: UInt32, peer: UInt32, name: UnixSocketName?)
  /// A netlink socket: what it speaks (`NETLINK_ROUTE`) and its port.
  case netlinkSocket(protocol: [UInt8], family: Int32, port: UInt32)
  case otherSocket(protocol: [UInt8], inode: UInt64)
  /// A process.
  case pidfd(Int32)
  /// Signals, a bit each.
  case signalfd(UInt64)
  /// A counter; `id` and whether it counts down by one, as far as the kernel tells.
  case eventfd(count: UInt64, id: UInt64?, isSemaphore: UInt64?)
}

/// Which device a file is.
public struct DeviceNumber: Equatable, Sendable {
  public var isCharacter: Bool
  public var major: UInt64
  public var minor: UInt64
  /// Of the controlling side of a pseudo terminal: the number of the other side, `/dev/pts/N`.
  public var terminal: UInt32?

  public init(isCharacter: Bool, major: UInt64, minor: UInt64, terminal: UInt32? = nil) {
    self.isCharacter = isCharacter
    self.major = major
    self.minor = minor
    self.terminal = terminal
  }
}

/// An end of an internet socket.
public struct SocketEndpoint: Equatable, Sendable {
  /// In network order: 4 or 16 bytes.
  public var address: [UInt8]
  public var port: UInt16

  public init(address: [UInt8], port: UInt16) {
    self.address = address
    self.port = port
  }
}

/// What a UNIX socket is bound to; see unix(7).
public enum UnixSocketName: Equatable, Sendable {
  case path([UInt8])
  case abstract([UInt8])
}

/// What is known of a process.
public struct ProcessDescription: Equatable, Sendable {
  /// Its command name; nil where nobody asks, or it is not to be found.
  public var command: [UInt8]?
  /// Its number in the tracer's pid namespace, where that is another and asked for.
  public var tracerPid: Int32?

  public init(command: [UInt8]? = nil, tracerPid: Int32? = nil) {
    self.command = command
    self.tracerPid = tracerPid
  }
}

/// The security context of something, and the one that it ought to have, if that is another.
public struct SecurityContext: Equatable, Sendable {
  public var context: [UInt8]
  public var expected: [UInt8]?

  public init(context: [UInt8], expected: [UInt8]? = nil) {
    self.context = context
    self.expected = expected
  }
}
