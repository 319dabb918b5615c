import CTableFormat
import SyscallTables

extension ValueWriter {
  /// A signal in the manner of `style`: `SIGINT`, `2`, `2 /* SIGINT */`.
  func writeSignal(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    let number = Int64(Int32(truncatingIfNeeded: value))
    if style != .abbreviated { out.appendDecimal(number) }
    if style == .raw { return }
    let mark = out.count
    if style == .verbose { out.append(" /* ") }
    let before = out.count
    writeSignalName(value & 0xffff_ffff, isWhole: true, to: &out)
    if out.count == before {
      out.truncate(to: mark)
      if style == .abbreviated { out.appendDecimal(number) }
    } else if style == .verbose {
      out.append(" */")
    }
  }

  /// The name of a signal, or its number.
  func writeSignalName(_ value: UInt64, to out: inout ByteBuffer) {
    let before = out.count
    writeSignalName(value, isWhole: true, to: &out)
    if out.count == before { out.appendDecimal(Int64(Int32(truncatingIfNeeded: value))) }
  }

  /// The name with `SIG` in front or without, or nothing.
  private func writeSignalName(_ value: UInt64, isWhole: Bool, to out: inout ByteBuffer) {
    guard value <= UInt64(SignalNumber.last) else { return }
    let signal = SignalNumber(rawValue: Int32(truncatingIfNeeded: value))
    if signal.rawValue >= SignalNumber.firstRealTime {
      if isWhole { out.append("SIG") }
      if signal.rawValue == SignalNumber.firstRealTime { return out.append("RTMIN") }
      out.append("RT_")
      return out.appendDecimal(Int64(signal.rawValue - SignalNumber.firstRealTime))
    }
    guard let name = signal.name else { return }
    let bytes = name.bytes
    out.append(isWhole ? bytes : UnsafeRawBufferPointer(rebasing: bytes.dropFirst(3)))
  }

  /// A set of signals: `[HUP INT]`, `~[RTMIN]` when more than two thirds are in it.
  func writeSignalSet(_ bits: UnsafeRawBufferPointer, count: Int, style: ConstantStyle, to out: inout ByteBuffer) {
    let count = min(count, bits.count * 8, 64)
    var members = 0
    for bit in 0..<max(count, 0) where Self.isSet(bits, bit) { members += 1 }
    let isInverted = count > 0 && members > 0 && members >= count * 2 / 3
    out.append(isInverted ? "~[" : "[")
    let before = out.count
    for bit in 0..<max(count, 0) where Self.isSet(bits, bit) != isInverted {
      if out.count != before { out.append(UInt8(ascii: " ")) }
      let signal = UInt64(bit + 1)
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

  @inline(__always)
  static func isSet(_ bits: UnsafeRawBufferPointer, _ bit: Int) -> Bool {
    bit >> 3 < bits.count && bits[bit >> 3] & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
  }
}
