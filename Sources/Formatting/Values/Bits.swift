import CTableFormat
import Decoding
import SyscallTables

extension ValueWriter {
  /// Writes a set of bits as `enum tl_bits` says.
  func writeBits(
    _ bits: UnsafeRawBufferPointer, count: Int, token: Token, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    switch token.bits {
    case .signals: writeSignalSet(bits, count: count, style: style, to: &out)
    case .words: writeWords(bits, width: Int(token.width), to: &out)
    case .fewer: writeFewerBits(bits, count: count, token, style: style, to: &out)
    case .names: writeNamedBits(bits, count: count, token, style: style, to: &out)
    case .numbers, .descriptors: Self.writeBitNumbers(bits, count: count, to: &out)
    }
  }

  /// `[0 3 7]`
  private static func writeBitNumbers(_ bits: UnsafeRawBufferPointer, count: Int, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    for bit in 0..<max(min(count, bits.count * 8), 0) where isSet(bits, bit) {
      if !isFirst { out.append(UInt8(ascii: " ")) }
      isFirst = false
      out.appendDecimal(UInt64(bit))
    }
    out.append(UInt8(ascii: "]"))
  }

  /// `[KEY_A KEY_B]`, `[KEY_A KEY_B KEY_C KEY_D ...]`
  private func writeNamedBits(
    _ bits: UnsafeRawBufferPointer, count: Int, _ token: Token, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    for bit in 0..<max(min(count, bits.count * 8), 0) where Self.isSet(bits, bit) {
      if !isFirst { out.append(UInt8(ascii: " ")) }
      isFirst = false
      write(UInt64(bit), of: token.operand, width: 4, style: style, to: &out)
    }
    if token.flags.contains(.cut) { out.append(" ...") }
    out.append(UInt8(ascii: "]"))
  }

  /// `[ICMP_ECHO]`, or `~[ICMP_ECHO]` of the bits that are not set, where those are not more.
  private func writeFewerBits(
    _ bits: UnsafeRawBufferPointer, count: Int, _ token: Token, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    let count = max(min(count, bits.count * 8), 0)
    // What is missing of a word counts as set.
    let members = (0..<count).count { Self.isSet(bits, $0) } + max(32 - count, 0)
    let isInverted = members * 2 >= max(count, 32)
    out.append(isInverted ? "~[" : "[")
    let start = out.count
    for bit in 0..<count where Self.isSet(bits, bit) != isInverted {
      if out.count != start { out.append(UInt8(ascii: " ")) }
      write(UInt64(bit), of: token.operand, width: 4, style: style, to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// `[0x1, 0]`: words in hexadecimal.
  private func writeWords(_ bits: UnsafeRawBufferPointer, width: Int, to out: inout ByteBuffer) {
    let width = width == 4 ? 4 : 8
    out.append(UInt8(ascii: "["))
    for start in stride(from: 0, to: bits.count, by: width) {
      if start > 0 { out.append(", ") }
      var word: UInt64 = 0
      for index in (start..<min(start + width, bits.count)).reversed() { word = word &<< 8 | UInt64(bits[index]) }
      out.append("0x")
      out.appendHexDigits(word, digits: width * 2)
    }
    out.append(UInt8(ascii: "]"))
  }
}
