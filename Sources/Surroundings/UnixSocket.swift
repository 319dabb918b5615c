import CLinux
import Glibc

/// What the kernel knows of a UNIX socket; see sock_diag(7).
struct UnixSocket {
  /// The inode of the socket that it is connected to; 0 for none.
  private(set) var peer: UInt32 = 0
  /// A path, or a NUL and any bytes; empty when it has none.
  private(set) var name: [UInt8] = []

  /// Asks for the socket of that inode; nil when there is none in this network namespace.
  init?(inode: UInt32) {
    let netlink = socket(
      AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(NETLINK_SOCK_DIAG))
    guard netlink >= 0 else { return nil }
    defer { close(netlink) }
    var question = Question()
    question.header.nlmsg_len = UInt32(MemoryLayout<Question>.size)
    question.header.nlmsg_type = UInt16(SOCK_DIAG_BY_FAMILY)
    question.header.nlmsg_flags = UInt16(NLM_F_REQUEST)
    question.request.sdiag_family = UInt8(AF_UNIX)
    question.request.udiag_states = .max
    question.request.udiag_ino = inode
    question.request.udiag_show = UInt32(UDIAG_SHOW_NAME | UDIAG_SHOW_PEER)
    question.request.udiag_cookie = (.max, .max)
    var answer = [UInt8](repeating: 0, count: 4096)
    guard send(netlink, &question, MemoryLayout<Question>.size, 0) >= 0 else { return nil }
    let length = recv(netlink, &answer, answer.count, 0)
    guard length > 0, take(answer[..<length]) else { return nil }
  }

  private struct Question {
    var header = nlmsghdr()
    var request = unix_diag_req()
  }

  /// Takes what is wanted from the kernel's answer; false when it is an error.
  private mutating func take(_ answer: ArraySlice<UInt8>) -> Bool {
    answer.withUnsafeBytes { bytes in
      var offset = MemoryLayout<nlmsghdr>.size + MemoryLayout<unix_diag_msg>.size
      guard bytes.count >= offset else { return false }
      let header = bytes.loadUnaligned(as: nlmsghdr.self)
      guard header.nlmsg_type == UInt16(SOCK_DIAG_BY_FAMILY) else { return false }
      let end = min(bytes.count, Int(header.nlmsg_len))
      while offset + MemoryLayout<rtattr>.size <= end {
        let attribute = bytes.loadUnaligned(fromByteOffset: offset, as: rtattr.self)
        let size = Int(attribute.rta_len)
        guard size >= MemoryLayout<rtattr>.size, offset + size <= end else { break }
        let payload = bytes[(offset + MemoryLayout<rtattr>.size)..<(offset + size)]
        if attribute.rta_type == UInt16(UNIX_DIAG_PEER), payload.count >= 4 {
          peer = bytes.loadUnaligned(fromByteOffset: payload.startIndex, as: UInt32.self)
        } else if attribute.rta_type == UInt16(UNIX_DIAG_NAME) {
          name = Array(payload)
        }
        // Attributes begin at multiples of four.
        offset += (size + 3) & ~3
      }
      return true
    }
  }
}
