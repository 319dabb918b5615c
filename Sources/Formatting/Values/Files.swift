import CTableFormat
import Decoding
import SyscallTables
import Values

extension ValueWriter {
  /// A permission word as C's `%#03o` shows it: `000`, `022`, `0644`.
  static func appendUmask(_ value: UInt64, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "0"))
    out.appendOctalDigits(value, digits: 2)
  }

  /// A file's type and permissions: `S_IFREG|S_ISUID|0644`.
  func writeFileMode(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    let mode = FileMode(value)
    let name = mode.type == 0 ? nil : name(of: mode.type, in: NamedSets.fileTypes, width: 8)
    if style == .raw || mode.type != 0 && name == nil { return Self.appendUmask(value, to: &out) }
    if style == .verbose {
      Self.appendUmask(value, to: &out)
      out.append(" /* ")
    }
    if let name {
      out.append(name)
      out.append(UInt8(ascii: "|"))
    }
    mode.specials { name in
      out.append(name)
      out.append(UInt8(ascii: "|"))
    }
    Self.appendUmask(mode.rest, to: &out)
    if style == .verbose { out.append(" */") }
  }

  /// A device's number taken apart: `makedev(0x1, 0x3)`. How it is packed depends on its width.
  func writeDevice(_ value: UInt64, width: UInt8, style: ConstantStyle, to out: inout ByteBuffer) {
    let value = Token.mask(value, width: width)
    if style != .abbreviated { out.appendHex(value) }
    if style == .raw { return }
    let device = DeviceNumbers(value, width: width)
    if style == .verbose { out.append(" /* ") }
    out.append("makedev(")
    out.appendHex(device.major)
    out.append(", ")
    out.appendHex(device.minor)
    out.append(UInt8(ascii: ")"))
    if style == .verbose { out.append(" */") }
  }

  /// A directory's descriptor, or `AT_FDCWD`.
  func writeDirectory(_ number: Int32, style: ConstantStyle, to out: inout ByteBuffer) {
    guard let special = NamedSets.workingDirectory, special.number == number else {
      return out.appendDecimal(Int64(number))
    }
    writeAlternative(style, to: &out) {
      $0.appendDecimal(Int64(number))
    } name: {
      $0.append(special.name)
    }
  }

  /// A number that has a readable form: the number, the form, or the form as a comment.
  func writeAlternative(
    _ style: ConstantStyle, to out: inout ByteBuffer, number: (inout ByteBuffer) -> Void,
    name: (inout ByteBuffer) -> Void
  ) {
    if style == .abbreviated { return name(&out) }
    number(&out)
    if style == .raw { return }
    out.append(" /* ")
    name(&out)
    out.append(" */")
  }
}
