import Decoding

/// Writes what stands below the line of a call: dumps of its data, and the stack.
enum Attachments {
  /// `tid`: the thread that made the call.
  static func write(_ call: CallRecord, of tid: Int32, to out: inout ByteBuffer) {
    if call.dumps < call.tape.tokens.count { writeDumps(call, of: tid, to: &out) }
    write(call.stack, to: &out)
  }

  static func write(_ stack: [StackFrame], to out: inout ByteBuffer) {
    for frame in stack { write(frame, to: &out) }
  }

  private static func writeDumps(_ call: CallRecord, of tid: Int32, to out: inout ByteBuffer) {
    let tokens = call.tape.tokens
    for index in tokens.indices[max(call.dumps, 0)...] {
      let token = tokens[index]
      switch token.kind {
      case .dumpGroup:
        out.append(" = ")
        out.appendDecimal(UInt64(token.operand))
        out.append(" buffers in vector ")
        out.appendDecimal(token.value)
        out.append(UInt8(ascii: "\n"))
      case .dump where token.flags.contains(.cut): writeHeading(token.value, buffer: token.extra, to: &out)
      case .dump:
        let rest = index + 1 < tokens.count && tokens[index + 1].kind == .dumpRest ? rest(tokens[index + 1]) : 0
        writeDump(call.tape.bytes(of: token), buffer: token.extra, rest: rest, to: &out)
      case .dumpRest: writeRest(token, of: tid, to: &out)
      default: break
      }
    }
  }

  private static func rest(_ token: Token) -> UInt64 { UInt64(token.extra) << 32 | UInt64(token.operand) }

  /// ` | <Cannot fetch 2 bytes from pid 1234 @0x7f801671a000>`
  private static func writeRest(_ token: Token, of tid: Int32, to out: inout ByteBuffer) {
    out.append(" | <Cannot fetch ")
    out.appendDecimal(rest(token))
    out.append(rest(token) == 1 ? " byte from pid " : " bytes from pid ")
    out.appendDecimal(Int64(tid))
    out.append(" @")
    ValueWriter.writeAddress(token.value, to: &out)
    out.append(">\n")
  }

  /// `rest`: how many bytes of the data are missing behind these.
  private static func writeDump(
    _ bytes: UnsafeRawBufferPointer, buffer: UInt32, rest: UInt64, to out: inout ByteBuffer
  ) {
    if buffer > 0 { writeHeading(UInt64(bytes.count), buffer: buffer, to: &out) }
    // As wide as the last offset, in all rows.
    let last = (UInt64(bytes.count) &+ rest).subtractingReportingOverflow(1)
    let digits = max(5, (UInt64.bitWidth - (last.overflow ? 0 : last.partialValue).leadingZeroBitCount + 3) / 4)
    for start in stride(from: 0, to: bytes.count, by: 16) {
      let row = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + 16, bytes.count)])
      writeRow(row, at: start, digits: digits, to: &out)
    }
  }

  /// ` * 5 bytes in buffer 0`
  private static func writeHeading(_ count: UInt64, buffer: UInt32, to out: inout ByteBuffer) {
    out.append(" * ")
    out.appendDecimal(count)
    out.append(" bytes in buffer ")
    out.appendDecimal(UInt64(buffer) &- 1)
    out.append(UInt8(ascii: "\n"))
  }

  /// ` | 00000  48 65 6c 6c 6f                                    Hello            |`
  private static func writeRow(_ bytes: UnsafeRawBufferPointer, at offset: Int, digits: Int, to out: inout ByteBuffer) {
    out.append(" | ")
    out.appendHexDigits(UInt64(offset), digits: digits)
    out.append(UInt8(ascii: " "))
    for column in 0..<16 {
      if column % 8 == 0 { out.append(UInt8(ascii: " ")) }
      if column < bytes.count {
        out.appendHexDigits(UInt64(bytes[column]), digits: 2)
        out.append(UInt8(ascii: " "))
      } else {
        out.append("   ")
      }
    }
    out.append(UInt8(ascii: " "))
    for byte in bytes { out.append(byte >= 0x20 && byte < 0x7f ? byte : UInt8(ascii: ".")) }
    out.append(repeating: UInt8(ascii: " "), times: 16 - bytes.count)
    out.append(" |\n")
  }

  /// ` > /lib/libc.so.6(read+0xd) [0xe6c5d]`
  private static func write(_ frame: StackFrame, to out: inout ByteBuffer) {
    out.append(" > ")
    if frame.module.isEmpty {
      out.append("unexpected_backtracing_error [")
      ValueWriter.writeAddress(frame.address, to: &out)
      return out.append("]\n")
    }
    frame.module.withUnsafeBytes { ValueWriter.escaping.writeEscaped($0, to: &out) }
    out.append(UInt8(ascii: "("))
    if !frame.symbol.isEmpty {
      frame.symbol.withUnsafeBytes { ValueWriter.escaping.writeEscaped($0, to: &out) }
      out.append("+0x")
      out.appendHexDigits(frame.symbolOffset)
    }
    out.append(") ")
    if !frame.source.isEmpty {
      frame.source.withUnsafeBytes { ValueWriter.escaping.writeEscaped($0, to: &out) }
      out.append(UInt8(ascii: ":"))
      out.appendDecimal(Int64(frame.line))
      out.append(UInt8(ascii: " "))
    }
    out.append("[0x")
    out.appendHexDigits(frame.moduleOffset)
    out.append("]\n")
  }
}
