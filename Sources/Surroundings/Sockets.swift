import CLinux
import Glibc
import Linux
import SyscallTables

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
  var protocolName: String? {
    var name = [CChar](repeating: 0, count: 64)
    let length = tl_socket_protocol(descriptor, &name, name.count - 1)
    guard length > 0 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// `TCP:[127.0.0.1:80->127.0.0.1:3456]`, or what can be said: `TCP:[INODE]`.
  static func describe(inode: Substring, _ fd: Int32, _ tid: Int32) -> [UInt8]? {
    guard let socket = Socket(fd, of: tid), let name = socket.protocolName else { return nil }
    let details: [UInt8]?
    switch socket.family {
    case AF_INET, AF_INET6: details = socket.internetAddresses.map { Array($0.utf8) }
    case AF_UNIX: details = UInt32(inode).map(unixDetails)
    case AF_NETLINK: details = socket.netlinkDetails.map { Array($0.utf8) }
    default: details = nil
    }
    return Array("\(name):[".utf8) + (details ?? Array(inode.utf8)) + Array("]".utf8)
  }

  // MARK: Internet

  /// `127.0.0.1:80->127.0.0.1:3456`, without the arrow where nobody is at the other end; nil for a socket without addresses.
  private var internetAddresses: String? {
    let peer = address(getpeername)
    guard let local = address(getsockname), local.port != 0 || peer != nil else { return nil }
    return peer.map { "\(local.text)->\($0.text)" } ?? local.text
  }

  private typealias Lookup = (Int32, UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>?) -> Int32

  /// `127.0.0.1:80`, `[::1]:80`
  private func address(_ lookup: Lookup) -> (text: String, port: UInt16)? {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    return withUnsafeMutablePointer(to: &storage) { storage in
      let found = storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { lookup(descriptor, $0, &size) == 0 }
      guard found else { return nil }
      if Int32(storage.pointee.ss_family) == AF_INET {
        return storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { internet in
          var host = internet.pointee.sin_addr
          let port = UInt16(bigEndian: internet.pointee.sin_port)
          return ("\(Self.text(AF_INET, &host)):\(port)", port)
        }
      }
      return storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { internet in
        var host = internet.pointee.sin6_addr
        let port = UInt16(bigEndian: internet.pointee.sin6_port)
        return ("[\(Self.text(AF_INET6, &host))]:\(port)", port)
      }
    }
  }

  private static func text(_ family: Int32, _ host: UnsafeRawPointer) -> String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(family, host, &text, socklen_t(text.count)) != nil else { return "?" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  // MARK: UNIX

  /// `123->456,"/run/name"`, without what there is not.
  private static func unixDetails(inode: UInt32) -> [UInt8] {
    var details = Array("\(inode)".utf8)
    guard let found = UnixSocket(inode: inode) else { return details }
    if found.peer != 0 { details += Array("->\(found.peer)".utf8) }
    var name = found.name
    guard let first = name.first else { return details }
    let isAbstract = first == 0
    if isAbstract { name.removeFirst() } else { name = Array(name.prefix { $0 != 0 }) }
    details += Array(isAbstract ? ",@\"".utf8 : ",\"".utf8) + name.flatMap(escaped) + Array("\"".utf8)
    return details
  }

  private static func escaped(_ byte: UInt8) -> [UInt8] {
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): [UInt8(ascii: "\\"), byte]
    case 0x20..<0x7f: [byte]
    default: Array(("\\" + String(byte, radix: 8)).utf8)
    }
  }

  // MARK: Netlink

  /// `ROUTE:123`: the protocol and the port.
  private var netlinkDetails: String? {
    guard let number = self.protocol else { return nil }
    var address = [UInt32](repeating: 0, count: 3)
    var size = socklen_t(12)
    let found = address.withUnsafeMutableBytes { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &size) == 0 }
    }
    // What has no port yet is told by its number.
    guard found, address[1] != 0 else { return nil }
    let known = ConstantSet(named: "netlink_protocols")?.name(of: UInt64(number), wordSize: 8)?.description
    return known.map { "\($0.hasPrefix("NETLINK_") ? String($0.dropFirst(8)) : $0):\(address[1])" } ?? "\(number)"
  }
}
