import CTableFormat
import Decoding
import SyscallTables
import Values

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
    if call.explanation < call.dumps { writeExplanation(call, values, to: &out) }
    if !call.tampering.isDisjoint(with: [.injected, .arguments]) {
      out.append(" (INJECTED")
      if call.tampering.contains(.arguments) { out.append(": args") }
      if call.tampering.isSuperset(of: [.injected, .arguments]) { out.append(", retval") }
      out.append(UInt8(ascii: ")"))
    }
    if call.tampering.contains(.delayed) { out.append(" (DELAYED)") }
  }

  /// What the descriptor or process that was returned is, and in parentheses what the result means.
  private func writeExplanation(_ call: CallRecord, _ values: ValueWriter, to out: inout ByteBuffer) {
    var cursor = TapeCursor(call.tape, call.explanation..<call.dumps)
    var details = TapeWriter(values: values, level: .plain)
    details.writeDetails(&cursor, to: &out)
    guard let first = cursor.upcomingToken else { return }
    if values.style == .raw && cursor.isLast && TapeWriter.isName(first) { return }
    out.append(" (")
    var explanation = TapeWriter(values: values, level: .explanation)
    explanation.write(cursor, to: &out)
    out.append(UInt8(ascii: ")"))
  }

  private func writeError(_ call: CallRecord, to out: inout ByteBuffer) {
    if Self.isRestart(call.error), call.isRaw {
      out.append("-1 ")
      return ErrorNumber.writeUntold(Int64(call.error), to: &out)
    }
    out.append(Self.isRestart(call.error) ? "? " : "-1 ")
    ErrorNumber.write(Int64(call.error), to: &out)
  }

  private func writeValue(_ call: CallRecord, _ values: ValueWriter, to out: inout ByteBuffer) {
    let value = UInt64(bitPattern: call.result)
    if call.isRaw { return out.appendHex(Token.mask(value, width: UInt8(call.wordSize))) }
    let type = Tables.type(call.resultType.rawValue)
    let width = type.width == 0 ? UInt8(call.wordSize) : type.width
    switch type.kind {
    case _ where call.resultType == .none: out.appendDecimal(Token.mask(value, width: width))
    case .none:
      // A call that ought not to return has returned.
      out.appendDecimal(Token.mask(value, width: UInt8(call.wordSize)))
    case .set:
      values.write(
        value, of: type.constants.set, width: width, signed: type.scalarFlags.contains(.signed), style: values.style,
        to: &out)
    case .number where type.style == .decimal || type.style == .moved:
      // A word without a sign, as the kernel returns it.
      out.appendDecimal(Token.mask(value, width: width))
    case .number where type.style == .pointer:
      // As the kernel's caller sees it: an address in hexadecimal, zero too.
      out.appendHex(Token.mask(value, width: width))
    case .number where type.style == .octal:
      ValueWriter.appendUmask(Token.mask(value, width: width), to: &out)
    case .number:
      let flags: Token.Flags = type.scalarFlags.contains(.signed) ? .signed : []
      values.writeNumber(
        Token(.number, style: type.style, width: width, flags: flags, value: value), style: values.style, to: &out)
    case .literal: out.append(TableString(type.literal.text).bytes)
    case .reference, .string, .buffer, .characters, .structure, .array, .list, .bitSet, .select, .custom, .inOut,
      .computed, .records, .within, .changed:
      out.appendDecimal(Token.mask(value, width: width))
    }
  }
}
