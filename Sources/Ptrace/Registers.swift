import CLinux
import Linux

/// The general registers of a stopped thread (`PTRACE_GETREGS`).
public struct Registers {
  var raw = user_regs_struct()

  public init(of thread: TracedThread) throws(Errno) {
    try withUnsafeMutablePointer(to: &raw) { (pointer) throws(Errno) in
      try thread.request(PTRACE_GETREGS, 0, UInt(bitPattern: pointer))
    }
  }

  /// Whether the thread executes in the 32-bit code segment.
  public var isIn32BitMode: Bool { raw.cs == 0x23 }
}

extension TracedThread {
  /// Has the call that the thread is about to enter replaced by another; a number that no call has means none.
  public func replaceCall(by number: Int64) throws(Errno) {
    try poke(MemoryLayout<user_regs_struct>.offset(of: \.orig_rax), UInt64(bitPattern: number))
  }

  /// Has the call that the thread returns from return `value`; an error is the negative errno.
  public func replaceResult(by value: Int64) throws(Errno) {
    try poke(MemoryLayout<user_regs_struct>.offset(of: \.rax), UInt64(bitPattern: value))
  }

  /// Replaces the first argument of the call that the thread makes or returns from.
  public func replaceFirstArgument(by value: UInt64, is32Bit: Bool) throws(Errno) {
    let offset =
      is32Bit
      ? MemoryLayout<user_regs_struct>.offset(of: \.rbx) : MemoryLayout<user_regs_struct>.offset(of: \.rdi)
    try poke(offset, value)
  }

  private func poke(_ offset: Int?, _ value: UInt64) throws(Errno) {
    guard let offset else { throw .invalidArgument }
    try request(PTRACE_POKEUSR, UInt(offset), UInt(value))
  }
}
