import CTableFormat
import Decoding
import SyscallTables
import Values

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

  /// Whether a number is among the flags of a set.
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
  func writeUnknown(_ value: UInt64, _ row: tl_set, to out: inout ByteBuffer) {
    // Flags that are not there need no explanation.
    if row.unknown == 0 || value == 0 && row.kind != .values { return }
    out.append(" /* ")
    out.append(name: row.unknown)
    out.append(" */")
  }

  /// A number as a set's bare numbers are written.
  func writePlain(_ value: UInt64, base: ScalarStyle, _ width: UInt8, _ signed: Bool, to out: inout ByteBuffer) {
    switch base {
    case .decimal, .moved:
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
    guard row.kind == .values else { return writeParts(value, of: set, row, width: width, to: &out) }
    guard let name = name(of: value, in: set, width: width) else {
      // Inside a call form the number that has a name stands before it.
      let inner = row.flags.contains(.htobs) ? style : .abbreviated
      return row.flags.contains(.nearest) && writeNearest(value, of: set, style: inner, to: &out)
    }
    out.append(name)
    return true
  }

  /// The name of a value in a set; nil when it has none, or there is no set.
  func name(of value: UInt64, in set: UInt32, width: UInt8) -> TableString? {
    set == 0 ? nil : ConstantSet(index: set).name(of: value, width: width, wordSize: wordSize)
  }

  /// The name of the greatest value that is not greater, and what is left: `NAME+4`.
  private func writeNearest(_ value: UInt64, of set: UInt32, style: ConstantStyle, to out: inout ByteBuffer) -> Bool {
    guard let near = ConstantSet(index: set).nearest(to: value, wordSize: wordSize) else { return false }
    if style == .verbose {
      out.appendHex(near.value)
      out.append(" /* ")
    }
    out.append(name: near.name)
    if style == .verbose { out.append(" */") }
    out.append(UInt8(ascii: "+"))
    out.appendDecimal(value &- near.value)
    return true
  }

  /// What flags are made of, joined by `|`; false, with nothing written, when nothing has a name.
  private func writeParts(
    _ value: UInt64, of set: UInt32, _ row: tl_set, width: UInt8, to out: inout ByteBuffer
  ) -> Bool {
    var parts = ConstantParts(value, of: set, width: width, wordSize: wordSize)
    guard let first = parts.next(), !parts.isUnnamed else { return false }
    write(first, to: &out)
    // No name tells what these are.
    if first.kind == .rest { writeUnknown(first.bits, row, to: &out) }
    while let part = parts.next() {
      out.append(UInt8(ascii: "|"))
      write(part, to: &out)
    }
    return true
  }

  func write(_ part: ConstantParts.Part, to out: inout ByteBuffer) {
    switch part.kind {
    case .name: out.append(part.name)
    case .rest: out.appendHex(part.bits)
    case .bit:
      out.append("1<<")
      out.append(part.name)
    case .field:
      if !part.name.isEmpty { return out.append(part.name) }
      out.appendHex(part.bits)
      let inner = UInt32(truncatingIfNeeded: part.entry.value)
      if inner != 0 { writeUnknown(part.bits, Tables.set(inner), to: &out) }
    case .shifted:
      if part.name.isEmpty { out.appendHex(part.field) } else { out.append(part.name) }
      out.append("<<")
      out.append(name: part.entry.name)
    case .mode: Self.appendUmask(part.field, to: &out)
    case .signal: writeSignalName(part.field, to: &out)
    case .number, .hexadecimal:
      if part.kind == .number { out.appendDecimal(part.field) } else { out.appendHex(part.field) }
      if part.name.isEmpty { return }
      out.append("<<")
      out.append(part.name)
    }
  }
}
