import SyscallTables

extension Decoder {
  /// The call that restart_syscall(2) goes on with: the last that was shown of the thread.
  func nameInterruptedCall() -> Bool {
    let call = record.previous
    emit(Token(.resumed, width: 4, operand: call?.index ?? 0, value: call?.number ?? 0))
    return true
  }
}
