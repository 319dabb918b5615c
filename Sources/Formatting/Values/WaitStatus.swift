import SyscallTables
import Values

extension ValueWriter {
  /// What wait(2) stored, in the words of its macros: `{WIFEXITED(s) && WEXITSTATUS(s) == 0}`.
  func writeWaitStatus(_ value: UInt64, style: ConstantStyle, to out: inout ByteBuffer) {
    let status = WaitStatus(value)
    switch status.kind {
    case .exited(let code):
      out.append("{WIFEXITED(s) && WEXITSTATUS(s) == ")
      out.appendDecimal(code)
    case .stopped(let signal, let isCall):
      out.append("{WIFSTOPPED(s) && WSTOPSIG(s) == ")
      writeSignalName(signal, to: &out)
      if isCall { out.append(" | 0x80") }
    case .killed(let signal, let isDumped):
      out.append("{WIFSIGNALED(s) && WTERMSIG(s) == ")
      writeSignalName(signal, to: &out)
      if isDumped { out.append(" && WCOREDUMP(s)") }
    case .continued: return out.append("{WIFCONTINUED(s)}")
    case .unknown: return out.appendHex(status.bits)
    }
    out.append(UInt8(ascii: "}"))
    if status.event != 0 {
      out.append(UInt8(ascii: "|"))
      write(status.event, of: NamedSets.ptraceEvents, width: 4, style: style, to: &out)
      out.append("<<16")
    }
    if status.rest != 0 {
      out.append(UInt8(ascii: "|"))
      out.appendHex(status.rest)
    }
  }
}
