#if arch(x86_64)
  import CLinux
  import Linux

  /// The general registers of a stopped thread (`PTRACE_GETREGS`).
  public struct Registers {
    private var raw = user_regs_struct()

    public init(of stop: borrowing PtraceStop) throws(Errno) {
      let (kernel, tid) = (stop.kernel, stop.tid)
      let result = withUnsafeMutablePointer(to: &raw) {
        kernel.ptrace(Int32(PTRACE_GETREGS), tid, 0, UInt(bitPattern: $0))
      }
      try checked(result)
    }

    /// Whether the thread executes in the 32-bit code segment.
    public var isCompat: Bool { raw.cs == 0x23 }

    /// The number of the call that the thread is in; nil when it is in none.
    public var call: UInt64? { Int64(bitPattern: raw.orig_rax) < 0 ? nil : raw.orig_rax }

    /// The call that was interrupted and will go on when the thread does; nil when there is none.
    public var interruptedCall: UInt64? { Self.errorsOfRestarts.contains(result) ? raw.orig_rax : nil }

    /// Whether the kernel has noted no result yet for the call that the registers are of.
    var isBeforeCall: Bool { Int64(bitPattern: raw.rax) == -Int64(ENOSYS) }

    /// The number of the call, at its entry.
    var number: UInt64 { isCompat ? raw.orig_rax & 0xffff_ffff : raw.orig_rax }

    /// What the call returned, at its exit: an error is the negative errno.
    var result: Int64 { isCompat ? Int64(Int32(truncatingIfNeeded: raw.rax)) : Int64(bitPattern: raw.rax) }
    var instructionPointer: UInt64 { raw.rip }
    var stackPointer: UInt64 { raw.rsp }

    var argumentWords: InlineArray<6, UInt64> {
      isCompat
        ? [raw.rbx, raw.rcx, raw.rdx, raw.rsi, raw.rdi, raw.rbp]
        : [raw.rdi, raw.rsi, raw.rdx, raw.r10, raw.r8, raw.r9]
    }
  }

  extension PtraceStop {
    /// Has the call that the thread is about to enter replaced by another; a number that no call has means none.
    public func replaceCall(by number: Int64) throws(Errno) {
      try poke(MemoryLayout<user_regs_struct>.offset(of: \.orig_rax), UInt64(bitPattern: number))
    }

    /// Has the call that the thread returns from return `value`; an error is the negative errno.
    public func replaceResult(by value: Int64) throws(Errno) {
      try poke(MemoryLayout<user_regs_struct>.offset(of: \.rax), UInt64(bitPattern: value))
    }

    private func poke(_ offset: Int?, _ value: UInt64) throws(Errno) {
      guard let offset else { throw .invalidArgument }
      try request(Int32(PTRACE_POKEUSR), UInt(offset), UInt(value))
    }
  }
#endif
