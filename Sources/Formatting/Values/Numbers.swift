import CTableFormat
import Decoding
import SyscallTables
import Values

extension ValueWriter {
  /// Writes a number as its style says (`enum tl_style`).
  func writeNumber(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    let value = token.value
    let isSigned = token.flags.contains(.signed)
    switch token.style {
    case .decimal, .moved:
      writePlain(value, base: .decimal, token.width, isSigned, to: &out)
    case .hexadecimal: out.appendHex(Token.mask(value, width: token.width))
    case .octal: out.appendOctal(Token.mask(value, width: token.width))
    case .umask: Self.appendUmask(Token.mask(value, width: token.width), to: &out)
    case .pointer: Self.writeAddress(value, to: &out)
    case .fd, .unresolvedFD, .pid, .tgid,
      .pgid, .sid:
      out.appendDecimal(Scalar.whole(value, width: token.width))
    case .dirfd: writeDirectory(Int32(truncatingIfNeeded: value), style: style, to: &out)
    case .uid, .gid: Self.writeOwner(value, width: token.width, to: &out)
    case .fileMode:
      writeFileMode(Token.mask(value, width: token.width), style: style, to: &out)
    case .device: writeDevice(value, width: token.width, style: style, to: &out)
    case .signal: writeSignal(value, style: style, to: &out)
    case .waitStatus: writeWaitStatus(value, style: style, to: &out)
    case .seconds: writeSeconds(value, width: token.width, signed: isSigned, to: &out)
    case .date: out.appendDate(second: Int64(bitPattern: value), fraction: 0, digits: 0)
    case .nanoseconds: writeNanoseconds(value, to: &out)
    case .port, .networkShort: writeNetworkOrder(value, width: 2, style: style, to: &out)
    case .networkLong: writeNetworkOrder(value, width: 4, style: style, to: &out)
    case .ipv4: writeIPv4(value, style: style, to: &out)
    case .interface: writeInterface(value, signed: isSigned, style: style, to: &out)
    case .boolean: out.appendDecimal(Token.mask(value, width: token.width))
    case .character: writeCharacter(UInt8(truncatingIfNeeded: value), to: &out)
    default: writeSpecial(token, style: style, to: &out)
    }
  }

  /// `NULL`, or the address in hexadecimal.
  static func writeAddress(_ value: UInt64, to out: inout ByteBuffer) {
    if value == 0 { return out.append("NULL") }
    out.append("0x")
    out.appendHexDigits(value)
  }

  /// A user's or group's number; all bits set mean "none" and are shown as -1.
  private static func writeOwner(_ value: UInt64, width: UInt8, to out: inout ByteBuffer) {
    let width: UInt8 = width == 2 ? 2 : 4
    let number = Token.mask(value, width: width)
    if number == Token.mask(.max, width: width) { return out.append("-1") }
    out.appendDecimal(number)
  }

  /// Numbers that are rare or long to say.
  private func writeSpecial(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    let value = Token.mask(token.value, width: token.width)
    switch token.style {
    case .errno: writeError(token, style: style, to: &out)
    case .clock: write(value, of: NamedSets.clocks, width: token.width, style: style, to: &out)
    case .rlimit, .rlimit64: writeLimit(token, style: style, to: &out)
    case .keySerial:
      write(token.value, of: NamedSets.keySerials, width: token.width, signed: true, style: style, to: &out)
    case .kernelVersion:
      writeAlternative(style, to: &out) {
        $0.appendHex(value)
      } name: { out in
        out.append("KERNEL_VERSION(")
        out.appendDecimal(value &>> 16)
        out.append(", ")
        out.appendDecimal(value &>> 8 & 0xff)
        out.append(", ")
        out.appendDecimal(value & 0xff)
        out.append(UInt8(ascii: ")"))
      }
    case .fourCC: writePixelFormat(value, of: NamedSets.pixelFormats, style: style, to: &out)
    case .control: writeControl(value, style: style, to: &out)
    case .ioPriority: writePriority(token, style: style, to: &out)
    case .ioctl: writeCommand(value, style: style, to: &out)
    case .microseconds: writeSpan(token, perSecond: 1_000_000, digits: 6, style: style, to: &out)
    case .milliseconds: writeSpan(token, perSecond: 1000, digits: 3, style: style, to: &out)
    case .ticks: writeSpan(token, perSecond: 100, digits: 2, style: style, to: &out)
    case .span: writeSpan(token, perSecond: 1_000_000_000, digits: 9, style: style, to: &out)
    case .portRange: writePortRange(value, style: style, to: &out)
    case .negativeErrno: writeNegativeError(token, style: style, to: &out)
    case .syscall: writeCall(token, style: style, to: &out)
    case .foreignCall: writeForeignCall(token, style: style, to: &out)
    case .lateError: writeLateError(value, to: &out)
    case .padded: writePadded(value, width: token.width, to: &out)
    case .quotaCommand:
      writeAlternative(style, to: &out) {
        $0.appendDecimal(value)
      } name: { out in
        let command = QuotaCommand(value)
        out.append("QCMD(")
        write(command.command, of: NamedSets.quotaCommands, width: 4, style: .abbreviated, to: &out)
        out.append(", ")
        write(command.type, of: NamedSets.quotaTypes, width: 4, style: .abbreviated, to: &out)
        out.append(UInt8(ascii: ")"))
      }
    case .personality: writePersonality(value, style: style, to: &out)
    case .architecture: write(value, of: NamedSets.architectures, width: 4, style: style, to: &out)
    default: out.appendHex(value)
    }
  }

  /// Hexadecimal with zeroes up to as many characters as the width has half bytes; nothing but zeroes for 0.
  private func writePadded(_ value: UInt64, width: UInt8, to out: inout ByteBuffer) {
    if value != 0 { out.append("0x") }
    let digits = max(Int(width), 1) * 2 - (value == 0 ? 0 : 2)
    let used = value == 0 ? 0 : (67 - value.leadingZeroBitCount) / 4
    for _ in 0..<max(digits - used, 0) { out.append(UInt8(ascii: "0")) }
    for digit in (0..<used).reversed() {
      let nibble = UInt8(truncatingIfNeeded: value &>> UInt64(4 * digit)) & 15
      out.append(nibble < 10 ? 48 + nibble : 87 + nibble)
    }
  }

  private func writeError(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    let number = UInt64(UInt32(truncatingIfNeeded: token.value))
    guard let name = ErrorNumber(rawValue: Int32(truncatingIfNeeded: number)).name else {
      return out.appendDecimal(number)
    }
    writeAlternative(style, to: &out) {
      $0.appendDecimal(number)
    } name: {
      $0.append(name)
    }
  }

  /// What a kernel returns for an error: `-ENOENT`.
  private func writeNegativeError(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    let number = Int32(truncatingIfNeeded: token.value)
    guard number < 0, let name = ErrorNumber(rawValue: 0 &- number).name else {
      return out.appendDecimal(Int64(number))
    }
    writeAlternative(style, to: &out) {
      $0.appendDecimal(Int64(number))
    } name: { out in
      out.append(UInt8(ascii: "-"))
      out.append(name)
    }
  }

  /// A range of ports in one number, the lower in the low half: `0x4030201 /* 513..1027 */`, `0x5 /* 5.. */`.
  private func writePortRange(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    out.appendHex(value)
    let lowest = value & 0xffff
    let highest = value &>> 16
    if style == .raw || value == 0 { return }
    out.append(" /* ")
    if lowest != 0 { out.appendDecimal(lowest) }
    out.append("..")
    if highest != 0 { out.appendDecimal(highest) }
    out.append(" */")
  }

  /// A resource limit: `RLIM_INFINITY`, and multiples of 1024 as such.
  private func writeLimit(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    let value = Token.mask(token.value, width: token.width)
    let is64 = token.style == .rlimit64
    if value == Token.mask(.max, width: token.width) {
      return writeAlternative(style, to: &out) {
        $0.appendDecimal(value)
      } name: {
        $0.append(Scalar.infinity(is64: is64))
      }
    }
    guard value > 1024, value % 1024 == 0 else { return out.appendDecimal(value) }
    writeAlternative(style, to: &out) {
      $0.appendDecimal(value)
    } name: {
      $0.appendDecimal(value / 1024)
      $0.append("*1024")
    }
  }

  /// `v4l2_fourcc('Y', 'U', 'Y', 'V') /* V4L2_PIX_FMT_YUYV */`
  func writePixelFormat(_ value: UInt64, of set: UInt32, style: ConstantStyle, to out: inout ByteBuffer) {
    if style == .raw { return out.appendHex(value) }
    out.append("v4l2_fourcc(")
    for index in 0..<4 as Range<UInt64> {
      if index > 0 { out.append(", ") }
      writeCharacter(UInt8(truncatingIfNeeded: value &>> (index &* 8)), withEscapes: false, to: &out)
    }
    out.append(UInt8(ascii: ")"))
    guard let name = name(of: value, in: set, width: 4) else { return }
    out.append(" /* ")
    out.append(name)
    out.append(" */")
  }

  /// `V4L2_CID_GAIN`, and what a class does not name as `V4L2_CTRL_CLASS_USER+0x944`.
  private func writeControl(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    guard style != .raw, name(of: value, in: NamedSets.controls, width: 4) == nil,
      let controlClass = name(of: VideoControl(value).controlClass, in: NamedSets.controlClasses, width: 4)
    else { return write(value, of: NamedSets.controls, width: 4, style: style, to: &out) }
    writeAlternative(style, to: &out) {
      $0.appendHex(value)
    } name: { out in
      out.append(controlClass)
      out.append(UInt8(ascii: "+"))
      out.appendHex(VideoControl(value).place)
    }
  }

  private func writePriority(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    writeAlternative(style, to: &out) {
      // An argument is an int, a member the bits of it that are used.
      if token.width == 4 {
        $0.appendDecimal(Int64(Int32(truncatingIfNeeded: token.value)))
      } else {
        $0.appendHex(Token.mask(token.value, width: token.width))
      }
    } name: {
      writePriorityForm(token, style: style, to: &$0)
    }
  }

  /// `IOPRIO_PRIO_VALUE(IOPRIO_CLASS_BE, 4)`
  func writePriorityForm(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    let priority = IOPriority(Token.mask(token.value, width: token.width))
    out.append("IOPRIO_PRIO_VALUE(")
    write(priority.priorityClass, of: NamedSets.priorityClasses, width: 4, style: style, to: &out)
    out.append(", ")
    out.appendDecimal(priority.level)
    out.append(UInt8(ascii: ")"))
  }

  /// A system call's number, by name: `__NR_read`.
  private func writeCall(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    func writeNumber(_ out: inout ByteBuffer) {
      writePlain(token.value, base: .decimal, token.width, token.flags.contains(.signed), to: &out)
    }
    guard Int64(bitPattern: token.value) >= 0, let call = SyscallNumber(abi: abi, number: token.value) else {
      return writeNumber(&out)
    }
    writeAlternative(style, to: &out, number: writeNumber) { out in
      out.append("__NR_")
      out.append(call.name)
    }
  }

  /// A call's number in the machine's other mode: `57 /* setpgid */`.
  private func writeForeignCall(_ token: Token, style: ConstantStyle, to out: inout ByteBuffer) {
    writePlain(token.value, base: .decimal, token.width, token.flags.contains(.signed), to: &out)
    guard style != .raw, let call = SyscallNumber(abi: abi.foreign, number: token.value) else { return }
    out.append(" /* ")
    out.append(call.name)
    out.append(" */")
  }

  /// A result that the kernel cut to 32 bits, so that an error arrives as a number: `4294967274 EINVAL (Invalid argument)`.
  private func writeLateError(_ value: UInt64, to out: inout ByteBuffer) {
    let result = Int32(truncatingIfNeeded: value)
    if wordSize == 4 {
      out.appendDecimal(Int64(result))
    } else {
      out.appendDecimal(UInt64(UInt32(bitPattern: result)))
      if result == .min { return }
    }
    if result >= 0 { return }
    out.append(UInt8(ascii: " "))
    ErrorNumber.write(0 &- Int64(result), to: &out)
  }

  /// A personality and its flags, each with its own comment.
  private func writePersonality(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    let personality = Personality(value)
    write(personality.domain, of: NamedSets.personalities, width: 4, style: style, to: &out)
    if personality.flags == 0 { return }
    out.append(UInt8(ascii: "|"))
    write(personality.flags, of: NamedSets.personalityFlags, width: 4, style: style, to: &out)
  }
}
