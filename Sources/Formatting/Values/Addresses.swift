import CTableFormat
import Decoding
import Glibc
import Values

extension ValueWriter {
  /// A number in network order as C writes it: `htons(80)`. `value` is as the tracee's memory has it.
  func writeNetworkOrder(_ value: UInt64, width: Int, style: ConstantStyle, to out: inout ByteBuffer) {
    withBytes(of: value, width: width) { bytes in
      writeNamed(bytes, style, to: &out) { bytes, out in
        out.append(width == 2 ? "htons(" : "htonl(")
        var number: UInt64 = 0
        for byte in bytes { number = number &<< 8 | UInt64(byte) }
        out.appendDecimal(number)
        out.append(UInt8(ascii: ")"))
      }
    }
  }

  /// A constant in network order: `htons(ETH_P_IP)`. `value` is in the host's order.
  func writeNetworkOrder(
    _ value: UInt64, of set: UInt32, width: Int, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    let swapped = value.byteSwapped &>> UInt64(truncatingIfNeeded: 64 &- width &* 8)
    withBytes(of: swapped, width: width) { bytes in
      writeNamed(bytes, style, to: &out) { _, out in
        out.append(width == 2 ? "htons(" : "htonl(")
        write(value, of: set, width: UInt8(truncatingIfNeeded: width), style: .abbreviated, to: &out)
        out.append(UInt8(ascii: ")"))
      }
    }
  }

  /// `inet_addr("127.0.0.1")`
  func writeIPv4(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    withBytes(of: value, width: 4) { bytes in
      writeNamed(bytes, style, to: &out) { bytes, out in
        out.append("inet_addr(")
        writeText(to: &out) { Self.writeDotted(bytes, to: &$0) }
        out.append(")")
      }
    }
  }

  private func withBytes(of value: UInt64, width: Int, _ body: (UnsafeRawBufferPointer) -> Void) {
    withUnsafeBytes(of: value.littleEndian) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(width))) }
  }

  static func writeDotted(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    for index in bytes.indices {
      if index > 0 { out.append(UInt8(ascii: ".")) }
      out.appendDecimal(UInt64(bytes[index]))
    }
  }

  /// An IPv6 address as inet_ntop(3) writes it.
  static func writeIPv6(_ bytes: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    guard bytes.count >= 16, let start = bytes.baseAddress else { return writeHex(bytes, to: &out) }
    out.appendDirectly(most: Int(INET6_ADDRSTRLEN)) { destination in
      destination.withMemoryRebound(to: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { text in
        inet_ntop(AF_INET6, start, text, socklen_t(INET6_ADDRSTRLEN)) == nil ? 0 : strlen(text)
      }
    }
  }

  /// `if_nametoindex("lo")`, or the number where this machine has no such interface.
  func writeInterface(_ value: UInt64, signed: Bool, style: ConstantStyle, to out: inout ByteBuffer) {
    let number = signed ? Int64(bitPattern: value) : Int64(truncatingIfNeeded: Token.mask(value, width: 4))
    if style != .abbreviated { out.appendDecimal(number) }
    if style == .raw { return }
    guard number > 0, number <= Int64(UInt32.max) else {
      if style == .abbreviated { out.appendDecimal(number) }
      return
    }
    let mark = out.count
    if style == .verbose { out.append(" /* ") }
    out.append("if_nametoindex(\"")
    let before = out.count
    Scalar.withInterface(UInt64(number)) { writeEscaped($0, to: &out) }
    if out.count == before {
      out.truncate(to: mark)
      if style == .abbreviated { out.appendDecimal(number) }
      return
    }
    out.append("\")")
    if style == .verbose { out.append(" */") }
  }
}
