import CTableFormat
import SyscallTables
import Values

extension ValueWriter {
  /// Writes a set of bits as `enum tl_bits` says.
  func write(_ bits: BitSet, style: ConstantStyle, to out: inout ByteBuffer) {
    switch bits.form {
    case .signals: writeSignals(bits, style: style, to: &out)
    case .words: writeWords(bits, to: &out)
    case .fewer: writeFewer(bits, style: style, to: &out)
    case .names: writeNames(bits, style: style, to: &out)
    case .numbers, .descriptors: Self.writeNumbers(bits, to: &out)
    }
  }

  /// `[0 3 7]`
  private static func writeNumbers(_ bits: BitSet, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    for member in bits.members {
      if !isFirst { out.append(UInt8(ascii: " ")) }
      isFirst = false
      out.appendDecimal(Int64(member))
    }
    if bits.isCut, bits.form == .numbers { out.append(" ...") }
    out.append(UInt8(ascii: "]"))
  }

  /// `[KEY_A KEY_B]`, `[KEY_A KEY_B KEY_C KEY_D ...]`
  private func writeNames(_ bits: BitSet, style: ConstantStyle, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    for member in bits.members {
      if !isFirst { out.append(UInt8(ascii: " ")) }
      isFirst = false
      write(UInt64(member), of: bits.set, width: 4, style: style, to: &out)
    }
    if bits.isCut { out.append(" ...") }
    out.append(UInt8(ascii: "]"))
  }

  /// `[ICMP_ECHO]`, or `~[ICMP_ECHO]` of the bits that are not set, where those are not more.
  private func writeFewer(_ bits: BitSet, style: ConstantStyle, to out: inout ByteBuffer) {
    // What is missing of a word counts as set.
    let members = (0..<bits.size).count { bits.contains($0) } + max(32 - bits.size, 0)
    let isInverted = members * 2 >= max(bits.size, 32)
    out.append(isInverted ? "~[" : "[")
    let start = out.count
    for bit in 0..<bits.size where bits.contains(bit) != isInverted {
      if out.count != start { out.append(UInt8(ascii: " ")) }
      write(UInt64(bit), of: bits.set, width: 4, style: style, to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// `[0x1, 0]`: words in hexadecimal.
  private func writeWords(_ bits: BitSet, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    for word in bits.words {
      if !isFirst { out.append(", ") }
      isFirst = false
      out.append("0x")
      out.appendHexDigits(word, digits: bits.width * 2)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// A set of signals: `[HUP INT]`, `~[RTMIN]` when more than two thirds are in it.
  private func writeSignals(_ bits: BitSet, style: ConstantStyle, to out: inout ByteBuffer) {
    var members = 0
    for bit in 0..<bits.size where bits.contains(bit) { members += 1 }
    let isInverted = members > 0 && members >= bits.size * 2 / 3
    out.append(isInverted ? "~[" : "[")
    let before = out.count
    for bit in 0..<bits.size where bits.contains(bit) != isInverted {
      if out.count != before { out.append(UInt8(ascii: " ")) }
      let signal = UInt64(bit + bits.base)
      if style != .abbreviated { out.appendDecimal(signal) }
      if style == .raw { continue }
      if style == .verbose { out.append(" /* ") }
      let mark = out.count
      writeSignalName(signal, isWhole: false, to: &out)
      if out.count == mark { out.appendDecimal(signal) }
      if style == .verbose { out.append(" */") }
    }
    out.append(UInt8(ascii: "]"))
  }
}
