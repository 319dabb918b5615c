import Decoding

/// Writes what hangs on a call: its stack, and dumps of the data that was moved.
enum JSONAttachments {
  static func write(_ call: CallRecord, to out: inout ByteBuffer) {
    if !call.stack.isEmpty { writeStack(call.stack, to: &out) }
    if call.dumps < call.tape.tokens.count { writeDumps(call, to: &out) }
  }

  private static func writeDumps(_ call: CallRecord, to out: inout ByteBuffer) {
    out.append(",\"data\":[")
    var isFirst = true
    var message: UInt64?
    for token in call.tape.tokens[max(call.dumps, 0)...] {
      if token.kind == .dumpGroup { message = token.value }
      // A buffer that could not be read has no bytes to show.
      guard token.kind == .dump, !token.flags.contains(.cut) else { continue }
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      out.append(UInt8(ascii: "{"))
      if let message {
        out.append("\"message\":")
        out.appendDecimal(message)
        out.append(UInt8(ascii: ","))
      }
      if token.extra > 0 {
        out.append("\"buffer\":")
        out.appendDecimal(UInt64(token.extra - 1))
        out.append(UInt8(ascii: ","))
      }
      out.append("\"base64\":")
      out.appendJSON(base64: call.tape.bytes(of: token))
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "]"))
  }

  private static func writeStack(_ stack: [StackFrame], to out: inout ByteBuffer) {
    out.append(",\"stack\":[")
    for (index, frame) in stack.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      out.append("{\"address\":")
      out.appendJSON(address: frame.address)
      if !frame.module.isEmpty {
        out.append(",\"module\":")
        frame.module.withUnsafeBytes { out.appendJSON($0) }
        out.append(",\"offset\":")
        out.appendDecimal(frame.moduleOffset)
      }
      if !frame.symbol.isEmpty {
        out.append(",\"symbol\":")
        frame.symbol.withUnsafeBytes { out.appendJSON($0) }
        out.append(",\"symbolOffset\":")
        out.appendDecimal(frame.symbolOffset)
      }
      if !frame.source.isEmpty {
        out.append(",\"source\":")
        frame.source.withUnsafeBytes { out.appendJSON($0) }
        out.append(",\"line\":")
        out.appendDecimal(Int64(frame.line))
      }
      out.append(UInt8(ascii: "}"))
    }
    out.append(UInt8(ascii: "]"))
  }
}
