import CTableFormat
import Decoding
import SyscallTables
import Values

extension ValueWriter {
  /// A set whose fields are shown one by one, each with its own number and comment:
  /// `0x8 /* PER_LINUX32 */|0x40000 /* ADDR_NO_RANDOMIZE */`.
  func writeSplit(
    _ value: UInt64, of set: UInt32, _ row: tl_set, width: UInt8, signed: Bool, style: ConstantStyle,
    to out: inout ByteBuffer
  ) {
    let entries = ConstantSet(index: set).entries(wordSize: wordSize)
    let value = Token.mask(value, width: width)
    var fields: UInt64 = 0
    for index in entries where Tables.entry(index).form != .name {
      fields |= Tables.entry(index).mask
    }
    // Where a value begins that no | comes before.
    var mark = out.count
    var flagsAreDone = false
    var areFlagsUnnamed = false
    for index in entries {
      let entry = Tables.entry(index)
      if entry.form == .name {
        if flagsAreDone { continue }
        flagsAreDone = true
        writeSplitFlags(value & ~fields, of: set, row, style: style, mark: mark, to: &out)
        areFlagsUnnamed = out.count != mark && style != .raw && isUnnamed(value & ~fields, of: set)
        continue
      }
      if areFlagsUnnamed, entry.form == .mode, isModeAlone(entries) {
        // strace writes permissions right behind flags of which it knows none.
        Self.appendUmask((value & entry.mask) &>> UInt64(entry.shift), to: &out)
        continue
      }
      if style == .raw, isSilent(value & entry.mask, entry) {
        // Nothing is a value, too.
        mark = -1
        continue
      }
      writeSplitField(value & entry.mask, entry, style: style, mark: mark, to: &out)
    }
    if !flagsAreDone { writeSplitFlags(value & ~fields, of: set, row, style: style, mark: mark, to: &out) }
    if out.count == mark { out.append(UInt8(ascii: "0")) }
  }

  /// Whether permissions are the only field.
  private func isModeAlone(_ entries: Range<UInt32>) -> Bool {
    entries.allSatisfy { Tables.entry($0).form == .name || Tables.entry($0).form == .mode }
  }

  /// Whether a field is nothing as a number: none of its flags is set, and they need no explanation.
  private func isSilent(_ field: UInt64, _ entry: tl_entry) -> Bool {
    guard field == 0, entry.form == .field else { return false }
    let inner = Tables.set(UInt32(truncatingIfNeeded: entry.value))
    return inner.kind == .flags && inner.unknown == 0
  }

  private func writeSplitField(
    _ field: UInt64, _ entry: tl_entry, style: ConstantStyle, mark: Int, to out: inout ByteBuffer
  ) {
    if entry.form == .field {
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      return write(field, of: UInt32(truncatingIfNeeded: entry.value), width: 8, style: style, to: &out)
    }
    guard let part = ConstantParts.part(field, entry, wordSize: wordSize) else { return }
    if out.count != mark { out.append(UInt8(ascii: "|")) }
    switch part.kind {
    case .signal: writeSignal(part.field, style: style, to: &out)
    case .shifted: writeShifted(part.field, entry, style: style, to: &out)
    case .number where style != .abbreviated: writeShiftedNumber(part, entry, style: style, to: &out)
    default: write(part, to: &out)
    }
  }

  /// `0x5 /* FUTEX_OP_OR */<<28`; of some sets what has no name, or is not to be named, has its comment behind the shift.
  private func writeShifted(_ value: UInt64, _ entry: tl_entry, style: ConstantStyle, to out: inout ByteBuffer) {
    let inner = UInt32(truncatingIfNeeded: entry.value)
    let set = Tables.set(inner)
    let isLate =
      set.flags.contains(.unknownAfterShift) && (style == .raw || name(of: value, in: inner, width: 8) == nil)
    if isLate {
      out.appendHex(value)
    } else {
      write(value, of: inner, width: 8, style: style, to: &out)
    }
    out.append("<<")
    out.append(name: entry.name)
    if isLate { writeUnknown(value, set, to: &out) }
  }

  /// `21<<26`, with `-X verbose` with the shift's name, if it has one: `21<<26 /* SHM_HUGE_SHIFT */`.
  private func writeShiftedNumber(
    _ part: ConstantParts.Part, _ entry: tl_entry, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    out.appendDecimal(part.field)
    if part.name.isEmpty { return }
    out.append("<<")
    out.appendDecimal(UInt64(entry.shift))
    // What stands in the tables as a number is no name.
    let isNumber = part.name.bytes.first.map { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 } ?? true
    if style == .raw || isNumber { return }
    out.append(" /* ")
    out.append(part.name)
    out.append(" */")
  }

  /// Whether a set names fields alone: what lies outside of them has no name whatever it is.
  private func isNeverNamed(_ set: UInt32) -> Bool {
    ConstantSet(index: set).entries(wordSize: wordSize).allSatisfy {
      Tables.entry($0).form != .name
    }
  }

  private func writeSplitFlags(
    _ flags: UInt64, of set: UInt32, _ row: tl_set, style: ConstantStyle, mark: Int, to out: inout ByteBuffer
  ) {
    if flags == 0 { return }
    if out.count != mark { out.append(UInt8(ascii: "|")) }
    if style != .abbreviated {
      out.appendHex(flags)
      if style == .raw { return isNeverNamed(set) ? writeUnknown(flags, row, to: &out) : () }
    }
    var names = ConstantParts(flags, of: set, width: 8, wordSize: wordSize, withFields: false)
    guard let first = names.next(), !names.isUnnamed else {
      if style == .abbreviated { out.appendHex(flags) }
      return writeUnknown(flags, row, to: &out)
    }
    if style == .verbose { out.append(" /* ") }
    write(first, to: &out)
    while let name = names.next() {
      out.append(UInt8(ascii: "|"))
      write(name, to: &out)
    }
    if style == .verbose { out.append(" */") }
  }

  /// Whether flags have no name among those of a set.
  private func isUnnamed(_ flags: UInt64, of set: UInt32) -> Bool {
    var names = ConstantParts(flags, of: set, width: 8, wordSize: wordSize, withFields: false)
    return names.next() == nil || names.isUnnamed
  }
}
