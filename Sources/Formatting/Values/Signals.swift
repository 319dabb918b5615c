import Values

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
  func writeSignalName(_ value: UInt64, isWhole: Bool, to out: inout ByteBuffer) {
    var left = isWhole ? 0 : 3
    ConstantName(signal: value)?.write { piece in
      out.append(UnsafeRawBufferPointer(rebasing: piece.dropFirst(left)))
      left = 0
    }
  }
}
