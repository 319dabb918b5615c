import CTableFormat
import Decoding
import SyscallTables

/// Writes what a call came to: everything behind `= `.
struct ResultWriter {
  /// Errors with which the kernel asks for the call to be made again; the caller never sees them.
  private static func isRestart(_ error: Int32) -> Bool { (512...514).contains(error) || error == 516 }

  func write(_ call: CallRecord, _ values: ValueWriter, to out: inout ByteBuffer) {
    if call.neverReturns { return out.append("?") }
    if call.isResultUnavailable { return out.append("? <unavailable>") }
    if call.error != 0 {
      writeError(call, to: &out)
    } else {
      writeValue(call, values, to: &out)
    }
    var explanation = call.explanation
    let tokens = call.tape.tokens
    while explanation < call.dumps, tokens[explanation].kind == .annotation || tokens[explanation].kind == .comment {
      // What the descriptor or process that was returned is.
      var writer = TapeWriter(values: values, level: .plain)
      writer.write(call.tape, explanation..<explanation + 1, to: &out)
      explanation += 1
    }
    if explanation < call.dumps {
      out.append(" (")
      var writer = TapeWriter(values: values, level: .explanation)
      writer.write(call.tape, explanation..<call.dumps, to: &out)
      out.append(UInt8(ascii: ")"))
    }
    if call.tampering.contains(.arguments) {
      out.append(call.tampering.contains(.injected) ? " (INJECTED: args, retval)" : " (INJECTED: args)")
    } else if call.tampering.contains(.injected) {
      out.append(" (INJECTED)")
