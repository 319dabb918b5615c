import CTableFormat
import Decoding
import SyscallTables
import Values

/// Writes what a call came to, as members of its object.
struct JSONResultWriter {
  let tape: JSONTapeWriter

  func write(_ call: CallRecord, to out: inout ByteBuffer) {
    if call.neverReturns { return out.append(call.wasDetached ? ",\"detached\":true" : ",\"unfinished\":true") }
    if call.isResultUnavailable { return out.append(",\"unavailable\":true") }
    out.append(",\"return\":")
    if call.error != 0 {
      out.append("-1,\"errno\":")
      out.appendDecimal(Int64(call.error))
      if let name = ErrorNumber(rawValue: call.error).name {
        out.append(",\"error\":")
        out.appendJSON(name.bytes)
      }
    } else {
      writeValue(call, to: &out)
    }
    tape.writeMember(",\"details\":", call.tape, call.explanation..<call.dumps, unnamed: "value", to: &out)
  }

  /// The value, with what is told of the descriptor or process that it is.
  private func writeValue(_ call: CallRecord, to out: inout ByteBuffer) {
    let type = Tables.type(call.resultType.rawValue)
    let isKnown =
      call.resultType != .none
      && (type.kind == .set || type.kind == .number && type.style != .decimal && type.style != .moved)
    if call.resultType != .none, type.kind == .none || type.kind == .literal { return out.append("null") }
    guard isKnown else { return out.appendDecimal(call.result) }
    let token = Token(
      type.kind == .set ? .set : .number, style: type.style,
      width: type.width == 0 ? UInt8(call.wordSize) : type.width,
      flags: type.scalarFlags.contains(.signed) ? .signed : [], operand: type.constants.set,
      value: UInt64(bitPattern: call.result))
    var cursor = TapeCursor(call.tape, call.explanation..<call.dumps)
    tape.write(Scalar(token, abi: call.abi, wordSize: call.wordSize), &cursor, to: &out)
  }
}
