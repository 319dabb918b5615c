import SyscallTables

extension Decoder {
  /// The call that restart_syscall(2) goes on with, the last that was shown of the thread:
  /// `<... resuming interrupted nanosleep ...>`; `system call` where none was.
  func nameInterruptedCall() -> Bool {
    let start = record.tape.bytes.count
    append("<... resuming interrupted ")
    if let call = record.previous {
      _ = record.tape.append(bytes: call.name.bytes)
    } else {
      append("system call")
    }
    append(" ...>")
    emit(Token(.words, value: UInt64(start), extra: UInt32(clamping: record.tape.bytes.count - start)))
    return true
  }

  private func append(_ words: StaticString) {
    words.withUTF8Buffer { _ = record.tape.append(bytes: UnsafeRawBufferPointer($0)) }
  }
}
