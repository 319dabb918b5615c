import CTableFormat
import SyscallTables
import Values

extension ValueWriter {
  /// A command of ioctl(2) by all its names (`SNDCTL_TMR_START or TCSETS`), or taken apart:
  /// `_IOC(_IOC_READ, 0x48, 0x9, 0)`.
  func writeCommand(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    if style == .raw { return out.appendHex(value) }
    if style == .verbose {
      out.appendHex(value)
      out.append(" /* ")
    }
    if !writeCommandNames(value, style: style, to: &out) { writeCommandParts(value, to: &out) }
    if style == .verbose { out.append(" */") }
  }

  /// The names of a command, which several subsystems may have taken; false, with nothing written, when there are none.
  private func writeCommandNames(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) -> Bool {
    let start = out.count
    IoctlFamily.names(of: value, wordSize: wordSize) { name in
      if out.count != start { out.append(" or ") }
      if case .command(let family) = name {
        writeFamily(family, style: style, to: &out)
      } else {
        name.write { out.append($0) }
      }
    }
    return out.count != start
  }

  /// A command that says something in its number: `EVIOCGBIT(EV_KEY, 96)`.
  private func writeFamily(_ family: IoctlFamily, style: ConstantStyle, to out: inout ByteBuffer) {
    out.append(family.name)
    out.append(UInt8(ascii: "("))
    if let number = family.number {
      if family.set == 0 {
        out.appendDecimal(number)
      } else if style == .verbose, name(of: number, in: family.set, width: 4) == nil {
        // Inside a comment there is no other.
        out.appendHex(number)
      } else {
        write(number, of: family.set, width: 4, style: .abbreviated, to: &out)
      }
      if family.size != nil { out.append(", ") }
    }
    if let size = family.size { out.appendDecimal(size) }
    out.append(UInt8(ascii: ")"))
  }

  private func writeCommandParts(_ value: UInt64, to out: inout ByteBuffer) {
    let command = IoctlNumber(value)
    out.append("_IOC(")
    if command.direction == 0 {
      out.append("_IOC_NONE")
    } else {
      write(command.direction, of: NamedSets.ioctlDirections, width: 4, style: .abbreviated, to: &out)
    }
    out.append(", ")
    out.appendHex(command.type)
    out.append(", ")
    out.appendHex(command.number)
    out.append(", ")
    out.appendHex(command.size)
    out.append(UInt8(ascii: ")"))
  }
}
