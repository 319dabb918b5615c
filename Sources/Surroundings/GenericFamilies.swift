import CLinux
import Glibc

/// The families of generic netlink that the running kernel has. Their numbers are given out as they come.
struct GenericFamilies {
  /// Each by its number.
  private(set) var names: [UInt16: String] = [:]

  /// Asks the family that knows the others; none where there is no generic netlink.
  init() {
    let netlink = socket(
      AF_NETLINK, Int32(SOCK_RAW.rawValue) | Int32(SOCK_CLOEXEC.rawValue), Int32(NETLINK_GENERIC))
    guard netlink >= 0 else { return }
    defer { close(netlink) }
    var question = Question()
    question.header.nlmsg_len = UInt32(MemoryLayout<Question>.size)
    question.header.nlmsg_type = UInt16(NLMSG_MIN_TYPE)
    question.header.nlmsg_flags = UInt16(NLM_F_REQUEST | NLM_F_ROOT | NLM_F_MATCH)
    question.request.cmd = UInt8(CTRL_CMD_GETFAMILY)
    question.request.version = 1
    guard send(netlink, &question, MemoryLayout<Question>.size, 0) >= 0 else { return }
    var answer = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let length = recv(netlink, &answer, answer.count, Int32(truncatingIfNeeded: MSG_DONTWAIT))
      guard length > 0, answer[..<length].withUnsafeBytes({ takeMessages($0) }) else { return }
    }
  }

  private struct Question {
    var header = nlmsghdr()
    var request = genlmsghdr()
  }

  /// Takes the families of one answer; false when no more come.
  private mutating func takeMessages(_ bytes: UnsafeRawBufferPointer) -> Bool {
    var offset = 0
    while offset + MemoryLayout<Question>.size <= bytes.count {
      let header = bytes.loadUnaligned(fromByteOffset: offset, as: nlmsghdr.self)
      let length = Int(header.nlmsg_len)
      guard header.nlmsg_type == UInt16(NLMSG_MIN_TYPE), length >= MemoryLayout<Question>.size,
        offset + length <= bytes.count
      else { return false }
      takeFamily(UnsafeRawBufferPointer(rebasing: bytes[(offset + MemoryLayout<Question>.size)..<(offset + length)]))
      offset += (length + 3) & ~3
    }
    return offset > 0
  }

  /// Takes the attributes of one family.
  private mutating func takeFamily(_ bytes: UnsafeRawBufferPointer) {
    var (offset, number, name): (Int, UInt16?, String?) = (0, nil, nil)
    while offset + MemoryLayout<nlattr>.size <= bytes.count {
      let attribute = bytes.loadUnaligned(fromByteOffset: offset, as: nlattr.self)
      let size = Int(attribute.nla_len)
      guard size >= MemoryLayout<nlattr>.size, offset + size <= bytes.count else { break }
      let payload = bytes[(offset + MemoryLayout<nlattr>.size)..<(offset + size)]
      if attribute.nla_type == UInt16(CTRL_ATTR_FAMILY_ID), payload.count >= 2 {
        number = bytes.loadUnaligned(fromByteOffset: payload.startIndex, as: UInt16.self)
      } else if attribute.nla_type == UInt16(CTRL_ATTR_FAMILY_NAME) {
        name = String(decoding: payload.prefix { $0 != 0 }, as: UTF8.self)
      }
      // Attributes begin at multiples of four.
      offset += (size + 3) & ~3
    }
    if let number, let name { names[number] = name }
  }
}
