import Linux

// What a machine's registers are is in Machine+NAME.swift, a file for each; what is made of them is here.
extension Registers {
  /// The errors of calls that the kernel makes again (`ERESTARTSYS` … `ERESTART_RESTARTBLOCK`), which only a tracer sees.
  static let errorsOfRestarts: ClosedRange<Int64> = -516 ... -512

  /// The six arguments of a call, as many bits of each as a register of the thread's mode has.
  var arguments: InlineArray<6, UInt64> {
    var words = argumentWords
    if isCompat { for index in 0..<6 { words[index] &= 0xffff_ffff } }
    return words
  }
}
