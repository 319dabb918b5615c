import SyscallTables
import Values

extension ValueWriter {
  /// What wait(2) stored, in the words of its macros: `{WIFEXITED(s) && WEXITSTATUS(s) == 0}`.
  func writeWaitStatus(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    var status = value & 0xffff_ffff
    let event = status &>> 16
    let low = status & 0x7f
    if low == 0 {
      let code = status &>> 8 & 0xff
      out.append("{WIFEXITED(s) && WEXITSTATUS(s) == ")
      out.appendDecimal(code)
      out.append(UInt8(ascii: "}"))
      status &= ~(code &<< 8)
    } else if status & 0xff == 0x7f && status != 0xffff {
      let signal = status &>> 8 & 0xff
      out.append("{WIFSTOPPED(s) && WSTOPSIG(s) == ")
      writeSignalName(signal & 0x7f, to: &out)
      if signal & 0x80 != 0 { out.append(" | 0x80") }
      out.append(UInt8(ascii: "}"))
      status &= ~(signal &<< 8 | 0x7f)
    } else if status & 0xffff == 0xffff {
      guard status == 0xffff else { return out.appendHex(status) }
      return out.append("{WIFCONTINUED(s)}")
    } else {
      guard low != 0x7f else { return out.appendHex(status) }
      out.append("{WIFSIGNALED(s) && WTERMSIG(s) == ")
      writeSignalName(low, to: &out)
      if status & 0x80 != 0 { out.append(" && WCOREDUMP(s)") }
      out.append(UInt8(ascii: "}"))
      status &= ~(low | 0x80)
    }
    status &= 0xffff
    if event != 0 {
      out.append(UInt8(ascii: "|"))
      write(event, of: NamedSets.ptraceEvents, width: 4, style: style, to: &out)
      out.append("<<16")
    }
    if status != 0 {
      out.append(UInt8(ascii: "|"))
      out.appendHex(status)
    }
  }
}
