import SyscallTables

extension Decoder {
  /// The call that restart_syscall(2) goes on with, the last that was shown of the thread:
  /// `<... resuming interrupted nanosleep ...>`; `system call` where none was.
  func nameInterruptedCall() -> Bool {
    let start = record.tape.bytes.count
    record.tape.append(words: "<... resuming interrupted ")
    if let call = record.previous {
      _ = append(bytes: call.name.bytes)
    } else {
      record.tape.append(words: "system call")
    }
    record.tape.append(words: " ...>")
    emit(Token(.words, value: UInt64(start), extra: UInt32(clamping: record.tape.bytes.count - start)))
    return true
  }
}
