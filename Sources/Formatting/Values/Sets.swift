import CTableFormat
import Decoding
import SyscallTables

extension ValueWriter {
  /// Writes a value that a set names, in the manner of `style`.
  func write(
    _ value: UInt64, of set: UInt32, width: UInt8, signed: Bool = false, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    guard set != 0 else { return writePlain(value, base: .hexadecimal, width, signed, to: &out) }
    let row = Tables.set(set)
    if row.flags.contains(.split) {
      return writeSplit(value, of: set, row, width: width, signed: signed, style: style, to: &out)
    }
    if !row.flags.isDisjoint(with: [.htons, .htobs]) {
      let isNetwork = row.flags.contains(.htons)
      out.append(isNetwork ? "htons(" : "htobs(")
      let value = isNetwork ? UInt64(UInt16(truncatingIfNeeded: value).byteSwapped) : value
      writeValue(value, of: set, row, width: width, signed: signed, style: style, to: &out)
      return out.append(UInt8(ascii: ")"))
    }
    writeValue(value, of: set, row, width: width, signed: signed, style: style, to: &out)
  }

  /// Writes a value by a name that no set has.
  func write(_ value: UInt64, called name: UnsafeRawBufferPointer, style: ConstantStyle, to out: inout ByteBuffer) {
    if style != .abbreviated { out.appendHex(value) }
    if style == .raw { return }
    if style == .verbose { out.append(" /* ") }
    out.append(name)
    if style == .verbose { out.append(" */") }
  }

  private func writeValue(
    _ value: UInt64, of set: UInt32, _ row: tl_set, width: UInt8, signed: Bool, style: ConstantStyle,
    to out: inout ByteBuffer
  ) {
    let base = row.style
    let style = style == .abbreviated && row.flags.contains(.numberAndNames) ? .verbose : style
    if row.flags.contains(.nameAsComment) {
      return writeNoted(value, of: set, row, width: width, signed: signed, to: &out)
    }
    switch style {
    case .raw: writePlain(value, base: base, width, signed, to: &out)
    case .abbreviated:
      if !writeNames(value, of: set, row, width: width, to: &out) {
        if row.flags.contains(.alone) { return out.append(name: row.unknown) }
        writePlain(value, base: base, width, signed, to: &out)
        writeUnknown(value, row, to: &out)
      }
    case .verbose:
      writePlain(value, base: base, width, signed, to: &out)
      let mark = out.count
      out.append(" /* ")
      if writeNames(value, of: set, row, width: width, style: .verbose, to: &out) {
        out.append(" */")
      } else if hasNumbers(set) && value != 0 {
        // Flags with a number among them are told whole, known or not.
        writePlain(value, base: base, width, signed, to: &out)
        writeUnknown(value, row, to: &out)
        out.append(" */")
      } else {
        out.truncate(to: mark)
        writeUnknown(value, row, to: &out)
      }
    }
  }

  /// Whether a number or a field with values of its own is among the flags of a set.
  private func hasNumbers(_ set: UInt32) -> Bool {
    ConstantSet(index: set).entries(wordSize: wordSize).contains {
      Tables.entry($0).form == .number
    }
  }

  /// A number that its name only explains, whatever the style: `2 /* requested to have 0 skid */`.
  private func writeNoted(
    _ value: UInt64, of set: UInt32, _ row: tl_set, width: UInt8, signed: Bool, to out: inout ByteBuffer
  ) {
    writePlain(value, base: row.style, width, signed, to: &out)
    let mark = out.count
    out.append(" /* ")
    if writeNames(value, of: set, row, width: width, to: &out) { return out.append(" */") }
    out.truncate(to: mark)
    writeUnknown(value, row, to: &out)
  }

  /// The comment behind a value without a name: `/* O_??? */`.
  private func writeUnknown(_ value: UInt64, _ row: tl_set, to out: inout ByteBuffer) {
    // Flags that are not there need no explanation.
    if row.unknown == 0 || value == 0 && row.kind != .values { return }
    out.append(" /* ")
    out.append(name: row.unknown)
    out.append(" */")
  }

  /// A number as a set's bare numbers are written.
  func writePlain(_ value: UInt64, base: ScalarStyle, _ width: UInt8, _ signed: Bool, to out: inout ByteBuffer) {
    switch base {
    case .decimal:
      if signed {
        out.appendDecimal(Int64(bitPattern: value))
      } else {
        out.appendDecimal(Token.mask(value, width: width))
      }
    case .signedHex where signed && Int64(bitPattern: value) < 0:
      // C widens what is left of the sign's change: the least number of a byte is -0xffffff80.
      let magnitude = Token.mask(0 &- value, width: width)
      let shift = 64 &- UInt64(width) &* 8
      let widened = UInt64(bitPattern: Int64(bitPattern: magnitude &<< shift) &>> Int64(bitPattern: shift))
      out.append(UInt8(ascii: "-"))
      out.appendHex(width < 4 ? widened & 0xffff_ffff : magnitude)
    case .octal: out.appendOctal(Token.mask(value, width: width))
    case .pointer: Self.writeAddress(Token.mask(value, width: width), to: &out)
    case .umask: Self.appendUmask(Token.mask(value, width: width), to: &out)
    default: out.appendHex(Token.mask(value, width: width))
    }
  }

  /// The names of a value, without any comment; false, with nothing written, when it has none.
  func writeNames(_ value: UInt64, of set: UInt32, width: UInt8, to out: inout ByteBuffer) -> Bool {
    set != 0 && writeNames(value, of: set, Tables.set(set), width: width, to: &out)
  }

  private func writeNames(
    _ value: UInt64, of set: UInt32, _ row: tl_set, width: UInt8, style: ConstantStyle = .abbreviated,
    to out: inout ByteBuffer
  ) -> Bool {
    switch row.kind {
    case .values:
      guard let name = name(of: value, in: set, width: width) else {
        // Inside a call form the number that has a name stands before it.
        let inner = row.flags.contains(.htobs) ? style : .abbreviated
        return row.flags.contains(.nearest) && writeNearest(value, of: set, style: inner, to: &out)
      }
      out.append(name)
      return true
    case .bitNumbers:
      return writeBitNumbers(Token.mask(value, width: width), of: set, to: &out)
    default:
      let isNarrow = row.flags.contains(.narrow)
      return writeFlags(Token.mask(value, width: isNarrow ? min(width, 4) : width), of: set, row, to: &out)
    }
  }

  /// The name of a value. The tables keep constants extended to 64 bits as C does, which an unsigned member of fewer
  /// bits does not.
  func name(of value: UInt64, in set: UInt32, width: UInt8) -> TableString? {
    guard set != 0 else { return nil }
    let set = ConstantSet(index: set)
    if let name = set.name(of: value, wordSize: wordSize) { return name }
    guard width == 4 || width == 2 || width == 1 else { return nil }
    let masked = Token.mask(value, width: width)
    if masked != value, let name = set.name(of: masked, wordSize: wordSize) { return name }
    let shift = 64 &- UInt64(width) &* 8
    let extended = UInt64(bitPattern: Int64(bitPattern: masked &<< shift) &>> Int64(bitPattern: shift))
    return extended != masked && extended != value ? set.name(of: extended, wordSize: wordSize) : nil
  }

  /// The name of the greatest value that is not greater, and what is left: `NAME+4`. The last name only ends the others.
  func writeNearest(
    _ value: UInt64, of set: UInt32, style: ConstantStyle = .abbreviated, to out: inout ByteBuffer
  ) -> Bool {
    let entries = ConstantSet(index: set).entries(wordSize: wordSize)
    guard let first = entries.first, let last = entries.last, value > Tables.entry(first).value,
      value < Tables.entry(last).value, let near = entries.last(where: { Tables.entry($0).value < value })
    else { return false }
    if style == .verbose {
      out.appendHex(Tables.entry(near).value)
      out.append(" /* ")
    }
    out.append(name: Tables.entry(near).name)
    if style == .verbose { out.append(" */") }
    out.append(UInt8(ascii: "+"))
    out.appendDecimal(value &- Tables.entry(near).value)
    return true
  }

  /// Or-ed names, and the bits that have none as one number; false when nothing has a name.
  private func writeFlags(_ value: UInt64, of set: UInt32, _ row: tl_set, to out: inout ByteBuffer) -> Bool {
    let entries = ConstantSet(index: set).entries(wordSize: wordSize)
    if value == 0 { return writeZero(row, entries, to: &out) }
    let mark = out.count
    var rest = value
    var last: UInt64 = 0
    for index in entries {
      let entry = Tables.entry(index)
      if entry.form == .name {
        guard entry.value != 0, rest & entry.value == entry.value else { continue }
        if out.count != mark { out.append(UInt8(ascii: "|")) }
        out.append(name: entry.name)
        rest &= ~entry.value
        if rest == 0 && !hasFields(row) { break }
      } else if Self.standsLast(entry) {
        last |= rest & entry.mask
        rest &= ~entry.mask
      } else {
        writeField(rest & entry.mask, entry, isFirst: out.count == mark, to: &out)
        rest &= ~entry.mask
      }
    }
    let alwaysHasNumber = entries.contains { Self.isNumberAlways(Tables.entry($0)) }
    if rest != 0 {
      if out.count == mark {
        if last == 0 && !alwaysHasNumber { return false }
        out.appendHex(rest)
        writeUnknown(rest, row, to: &out)
      } else {
        out.append(UInt8(ascii: "|"))
        out.appendHex(rest)
      }
    }
    if last != 0 && !(out.count == mark && alwaysHasNumber) || alwaysHasNumber && out.count != mark {
      for index in entries where Self.standsLast(Tables.entry(index)) {
        let entry = Tables.entry(index)
        writeField(last & entry.mask, entry, isFirst: out.count == mark, to: &out)
      }
    }
    return out.count != mark
  }

  /// Numbers and signals among flags stand behind everything else, bits without a name included.
  private static func standsLast(_ entry: tl_entry) -> Bool {
    switch entry.form {
    case .number, .signal: true
    case .hex: entry.shift == 0
    default: false
    }
  }

  /// Whether it is a number that is shown behind flags even when it is zero, and alone has no name.
  private static func isNumberAlways(_ entry: tl_entry) -> Bool {
    (entry.form == .hex || entry.form == .number) && entry.value != 0
  }

  /// Whether fields may follow that are named even when they are zero.
  @inline(__always)
  private func hasFields(_ row: tl_set) -> Bool { !row.flags.contains(.zeroPlain) }

  /// No bit is set: the name of zero, where there is one and it is wanted.
  private func writeZero(_ row: tl_set, _ entries: Range<UInt32>, to out: inout ByteBuffer) -> Bool {
    if row.flags.contains(.zeroPlain) { return false }
    let mark = out.count
    for index in entries {
      let entry = Tables.entry(index)
      if entry.form == .name {
        if entry.value != 0 || out.count != mark { continue }
        out.append(name: entry.name)
        return true
      }
      if entry.form == .mode {
        Self.appendUmask(0, to: &out)
        return true
      }
      if isNamedAtZero(entry) { writeField(0, entry, isFirst: out.count == mark, to: &out) }
    }
    return out.count != mark
  }

  /// Whether it is a field with values of its own, one of which is zero.
  private func isNamedAtZero(_ entry: tl_entry) -> Bool {
    guard entry.form == .field || entry.form == .shifted else {
      return false
    }
    return name(of: 0, in: UInt32(truncatingIfNeeded: entry.value), width: 8) != nil
  }

  /// A field inside flags: a value of its own in some of the bits.
  private func writeField(_ field: UInt64, _ entry: tl_entry, isFirst: Bool, to out: inout ByteBuffer) {
    let mark = out.count
    if !isFirst { out.append(UInt8(ascii: "|")) }
    switch entry.form {
    case .field:
      let inner = UInt32(truncatingIfNeeded: entry.value)
      if let name = name(of: field, in: inner, width: 8) {
        out.append(name)
      } else if field != 0 {
        out.appendHex(field)
        if inner != 0 { writeUnknown(field, Tables.set(inner), to: &out) }
      } else {
        out.truncate(to: mark)
      }
    case .mode: Self.appendUmask(field &>> UInt64(entry.shift), to: &out)
    case .hex where field != 0 || entry.value != 0: writeHexField(field, entry, to: &out)
    case .number where field != 0 || entry.value != 0: writeNumberField(field, entry, to: &out)
    case _ where field == 0 && !isNamedAtZero(entry): out.truncate(to: mark)
    case .signal:
      writeSignalName(field &>> UInt64(entry.shift), to: &out)
    default:
      let shifted = field &>> UInt64(entry.shift)
      if let name = name(of: shifted, in: UInt32(truncatingIfNeeded: entry.value), width: 8) {
        out.append(name)
      } else {
        out.appendHex(shifted)
      }
      out.append("<<")
      out.append(name: entry.name)
    }
  }

  /// `21<<MAP_HUGE_SHIFT`, or the number alone.
  private func writeNumberField(_ field: UInt64, _ entry: tl_entry, to out: inout ByteBuffer) {
    out.appendDecimal(field &>> UInt64(entry.shift))
    if entry.shift == 0 { return }
    out.append("<<")
    out.append(name: entry.name)
  }

  /// `0x1<<PR_MTE_TAG_SHIFT`, or the number alone.
  private func writeHexField(_ field: UInt64, _ entry: tl_entry, to out: inout ByteBuffer) {
    out.appendHex(field &>> UInt64(entry.shift))
    if entry.shift == 0 { return }
    out.append("<<")
    out.append(name: entry.name)
  }

  /// `1<<CAP_CHOWN|1<<CAP_KILL`, and the bits that have no name as one number.
  private func writeBitNumbers(_ value: UInt64, of set: UInt32, to out: inout ByteBuffer) -> Bool {
    let mark = out.count
    var rest = value
    for index in ConstantSet(index: set).entries(wordSize: wordSize) {
      let entry = Tables.entry(index)
      guard entry.value < 64, rest & (1 &<< entry.value) != 0 else { continue }
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      out.append("1<<")
      out.append(name: entry.name)
      rest &= ~(1 &<< entry.value)
    }
    if out.count == mark { return false }
    if rest != 0 {
      out.append(UInt8(ascii: "|"))
      out.appendHex(rest)
    }
    return true
  }

  /// A set whose fields are shown one by one, each with its own number and comment:
  /// `0x8 /* PER_LINUX32 */|0x40000 /* ADDR_NO_RANDOMIZE */`.
  private func writeSplit(
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
        areFlagsUnnamed = out.count != mark && style != .raw && !hasName(value & ~fields, entries)
        continue
      }
      if areFlagsUnnamed, entry.form == .mode {
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

  /// Whether any of the names stands for bits that are all set.
  private func hasName(_ flags: UInt64, _ entries: Range<UInt32>) -> Bool {
    entries.contains { index in
      let entry = Tables.entry(index)
      return entry.form == .name && entry.value != 0 && flags & entry.value == entry.value
    }
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
    let shifted = field &>> UInt64(entry.shift)
    switch entry.form {
    case .field:
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      write(field, of: UInt32(truncatingIfNeeded: entry.value), width: 8, style: style, to: &out)
    case .mode:
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      Self.appendUmask(shifted, to: &out)
    case .hex where field != 0 || entry.value != 0:
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      writeHexField(field, entry, to: &out)
    case .number where field != 0 || entry.value != 0:
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      writeNumberField(field, entry, to: &out)
    case _ where field == 0 && !isNamedAtZero(entry): return
    case .signal:
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      writeSignal(shifted, style: style, to: &out)
    case .shifted:
      if out.count != mark { out.append(UInt8(ascii: "|")) }
      writeShifted(shifted, entry, style: style, to: &out)
    default: return
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
    let start = out.count
    if style == .verbose { out.append(" /* ") }
    let first = out.count
    var rest = flags
    for index in ConstantSet(index: set).entries(wordSize: wordSize) {
      let entry = Tables.entry(index)
      guard entry.form == .name, entry.value != 0, rest & entry.value == entry.value else {
        continue
      }
      if out.count != first { out.append(UInt8(ascii: "|")) }
      out.append(name: entry.name)
      rest &= ~entry.value
    }
    if out.count == first {
      out.truncate(to: start)
      if style == .abbreviated { out.appendHex(flags) }
      return writeUnknown(flags, row, to: &out)
    }
    if rest != 0 {
      out.append(UInt8(ascii: "|"))
      out.appendHex(rest)
    }
    if style == .verbose { out.append(" */") }
  }
}
