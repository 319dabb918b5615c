import CLinux
import Decoding
import Glibc
import Linux

/// A tracee's socket, looked at through a copy of its descriptor (pidfd_getfd(2)), so that the tracee's network
/// namespace does not matter.
struct Socket: ~Copyable {
  private let descriptor: Int32

  init?(_ fd: Int32, of tid: Int32) {
    let copy = tl_take_descriptor(Process.leader(of: tid), fd)
    guard copy >= 0 else { return nil }
    descriptor = copy
  }

  deinit { close(descriptor) }

  /// An option of SOL_SOCKET that is an int; nil when this is no socket.
  private func option(_ name: Int32) -> Int32? {
    var value: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    return getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : nil
  }

  var family: Int32? { option(SO_DOMAIN) }
  var isNetlink: Bool { family == AF_NETLINK }
  var `protocol`: Int32? { option(SO_PROTOCOL) }

  /// `TCP`, `UNIX-STREAM`, as the kernel calls it.
  var protocolName: [UInt8]? {
    var name = [CChar](repeating: 0, count: 64)
    let length = tl_socket_protocol(descriptor, &name, name.count - 1)
    return length > 0 ? name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) } : nil
  }

  /// What the socket `fd` of a thread is, whose link says `inode`; nil when it cannot be asked.
  static func description(inode: Substring, _ fd: Int32, _ tid: Int32) -> DescriptorDescription? {
    guard let socket = Socket(fd, of: tid), let name = socket.protocolName else { return nil }
    let known: DescriptorDescription? =
      switch socket.family {
      case AF_INET, AF_INET6: socket.internetSocket(name)
      case AF_UNIX: UInt32(inode).map { unixSocket(name, $0) }
      case AF_NETLINK: socket.netlinkSocket(name)
      default: nil
      }
    return known ?? UInt64(inode).map { .otherSocket(protocol: name, inode: $0) }
  }

  // MARK: Internet

  /// Nil for a socket without addresses.
  private func internetSocket(_ name: [UInt8]) -> DescriptorDescription? {
    let peer = endpoint(getpeername)
    guard let local = endpoint(getsockname), local.port != 0 || peer != nil else { return nil }
    return .internetSocket(protocol: name, local: local, peer: peer)
  }

  private typealias Lookup = (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32

  private func endpoint(_ lookup: Lookup) -> SocketEndpoint? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
      let found = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { lookup(descriptor, $0, &size) == 0 }
      guard found else { return nil }
      let bytes = UnsafeRawPointer(storage)
      if Int32(storage.pointee.ss_family) == AF_INET {
        let internet = bytes.loadUnaligned(as: sockaddr_in.self)
        return SocketEndpoint(
          address: withUnsafeBytes(of: internet.sin_addr) { Array($0) }, port: UInt16(bigEndian: internet.sin_port))
      }
      let internet = bytes.loadUnaligned(as: sockaddr_in6.self)
      return SocketEndpoint(
        address: withUnsafeBytes(of: internet.sin6_addr) { Array($0) }, port: UInt16(bigEndian: internet.sin6_port))
    }
  }

  // MARK: UNIX

  private static func unixSocket(_ name: [UInt8], _ inode: UInt32) -> DescriptorDescription {
    guard let found = UnixSocket(inode: inode) else {
      return .unixSocket(protocol: name, inode: inode, peer: 0, name: nil)
    }
    let bound: UnixSocketName? =
      switch found.name.first {
      case nil: nil
      case 0: .abstract(Array(found.name.dropFirst()))
      default: .path(Array(found.name.prefix { $0 != 0 }))
      }
    return .unixSocket(protocol: name, inode: inode, peer: found.peer, name: bound)
  }

  // MARK: Netlink

  private func netlinkSocket(_ name: [UInt8]) -> DescriptorDescription? {
    guard let family = self.protocol else { return nil }
    var address = [UInt32](repeating: 0, count: 3)
    var size = socklen_t(12)
    let found = address.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &size) == 0 }
    }
    // What has no port yet is told by its inode.
    return found && address[1] != 0 ? .netlinkSocket(protocol: name, family: family, port: address[1]) : nil
  }
}
