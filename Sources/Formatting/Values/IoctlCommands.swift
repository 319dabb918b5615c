import CTableFormat
import SyscallTables

extension ValueWriter {
  /// A command of ioctl(2) by all its names (`SNDCTL_TMR_START or TCSETS`), or taken apart:
  /// `_IOC(_IOC_READ, 0x48, 0x9, 0)`.
  func writeCommand(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    if style == .raw { return out.appendHex(value) }
    if style == .verbose {
      out.appendHex(value)
      out.append(" /* ")
    }
    if !writeCommandNames(value, separator: " or ", style: style, to: &out) { writeCommandParts(value, to: &out) }
    if style == .verbose { out.append(" */") }
  }

  /// The names of a command, which several subsystems may have taken; false, with nothing written, when there are none.
  func writeCommandNames(
    _ value: UInt64, separator: StaticString, style: ConstantStyle, to out: inout ByteBuffer
  ) -> Bool {
    let start = out.count
    writeFamilies(value, separator: separator, style: style, to: &out)
    guard NamedSets.ioctlCommands != 0 else { return out.count != start }
    let rows = ConstantSet(index: NamedSets.ioctlCommands).entries(wordSize: wordSize)
    var low = rows.lowerBound
    var high = rows.upperBound
    while low < high {
      let middle = low &+ (high &- low) / 2
      if Tables.entry(middle).value < value { low = middle &+ 1 } else { high = middle }
    }
    while low < rows.upperBound, Tables.entry(low).value == value {
      if out.count != start { out.append(separator) }
      out.append(name: Tables.entry(low).name)
      low &+= 1
    }
    return out.count != start
  }

  /// Commands that say something in their number: `EVIOCGBIT(EV_KEY, 96)`.
  private func writeFamilies(
    _ value: UInt64, separator: StaticString, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    guard NamedSets.ioctlFamilies != 0 else { return }
    let start = out.count
    for row in ConstantSet(index: NamedSets.ioctlFamilies).entries(wordSize: wordSize) {
      let entry = Tables.entry(row)
      guard value & entry.mask == entry.value else { continue }
      if out.count != start { out.append(separator) }
      out.append(name: entry.name)
      out.append(UInt8(ascii: "("))
      let parts = entry.family
      if parts.contains(.number) {
        let number = value & ~entry.mask & 0xff
        if entry.set == 0 {
          out.appendDecimal(number)
        } else {
          writeFamilyMember(number, of: UInt32(entry.set), style: style, to: &out)
        }
        if parts.contains(.size) { out.append(", ") }
      }
      if parts.contains(.size) { out.appendDecimal(value &>> 16 & 0x3fff) }
      out.append(UInt8(ascii: ")"))
    }
  }

  /// Inside a comment there is no other: a number without a name stands alone there.
  private func writeFamilyMember(_ number: UInt64, of set: UInt32, style: ConstantStyle, to out: inout ByteBuffer) {
    if style == .verbose, name(of: number, in: set, width: 4) == nil { return out.appendHex(number) }
    write(number, of: set, width: 4, style: .abbreviated, to: &out)
  }

  private func writeCommandParts(_ value: UInt64, to out: inout ByteBuffer) {
    out.append("_IOC(")
    if value &>> 30 == 0 {
      out.append("_IOC_NONE")
    } else {
      write(value &>> 30, of: NamedSets.ioctlDirections, width: 4, style: .abbreviated, to: &out)
    }
    out.append(", ")
    out.appendHex(value &>> 8 & 0xff)
    out.append(", ")
    out.appendHex(value & 0xff)
    out.append(", ")
    out.appendHex(value &>> 16 & 0x3fff)
    out.append(UInt8(ascii: ")"))
  }
}
