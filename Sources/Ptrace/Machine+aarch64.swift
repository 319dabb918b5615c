#if arch(arm64)
  import CLinux
  import Linux

  /// The general registers of a stopped thread (`PTRACE_GETREGSET` of `NT_PRSTATUS`): x0 to x30, sp, pc, pstate; of a
  /// 32-bit thread r0 to r15, cpsr and the first argument, as words of 32 bits.
  public struct Registers {
    private var words = InlineArray<34, UInt64>(repeating: 0)
    /// Whether the thread executes 32-bit code: the kernel gives as many bytes as its registers have.
    public let isCompat: Bool

    public init(of stop: borrowing PtraceStop) throws(Errno) {
      let buffer = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: 34)
      defer { buffer.deallocate() }
      buffer.initialize(repeating: 0)
      let size = try stop.registerSet(UInt(NT_PRSTATUS), into: UnsafeMutableRawBufferPointer(buffer))
      isCompat = size < MemoryLayout<user_regs_struct>.size
      for index in 0..<34 { words[index] = buffer[index] }
    }

    private func register(_ index: Int) -> UInt64 {
      isCompat ? words[index / 2] >> UInt64(index % 2 * 32) & 0xffff_ffff : words[index]
    }

    /// The number of the call, at its entry: in x8, or r7.
    var number: UInt64 { register(isCompat ? 7 : 8) }

    /// The number of the call that the thread is in, or was in last.
    public var call: UInt64? { number }

    /// The call that may have been interrupted: the kernel has its first argument back in place of its result before
    /// a tracer sees the thread.
    public var interruptedCall: UInt64? { number }

    /// Whether the kernel stopped the thread at the entry of a call: it says so in x7, or r12.
    var isBeforeCall: Bool { register(isCompat ? 12 : 7) == 0 }

    /// What the call returned, at its exit: an error is the negative errno.
    var result: Int64 {
      isCompat ? Int64(Int32(truncatingIfNeeded: register(0))) : Int64(bitPattern: register(0))
    }
    var instructionPointer: UInt64 { register(isCompat ? 15 : 32) }
    var stackPointer: UInt64 { register(isCompat ? 13 : 31) }

    var argumentWords: InlineArray<6, UInt64> {
      [register(0), register(1), register(2), register(3), register(4), register(5)]
    }
  }

  extension PtraceStop {
    /// Has the call that the thread is about to enter replaced by another; a number that no call has means none.
    ///
    /// Throws `EINVAL` for a 32-bit thread, whose number the kernel keeps to itself.
    public func replaceCall(by number: Int64) throws(Errno) {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 4, alignment: 4)
      defer { buffer.deallocate() }
      buffer.storeBytes(of: Int32(truncatingIfNeeded: number), as: Int32.self)
      try setRegisterSet(UInt(NT_ARM_SYSTEM_CALL), to: buffer)
    }

    /// Has the call that the thread returns from return `value`; an error is the negative errno.
    public func replaceResult(by value: Int64) throws(Errno) {
      let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: MemoryLayout<user_regs_struct>.size, alignment: 8)
      defer { buffer.deallocate() }
      let size = try registerSet(UInt(NT_PRSTATUS), into: buffer)
      if size < buffer.count {
        buffer.storeBytes(of: Int32(truncatingIfNeeded: value), as: Int32.self)
      } else {
        buffer.storeBytes(of: value, as: Int64.self)
      }
      try setRegisterSet(UInt(NT_PRSTATUS), to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<size]))
    }

    /// Copies a set of registers; returns how many bytes it has.
    fileprivate func registerSet(_ kind: UInt, into buffer: UnsafeMutableRawBufferPointer) throws(Errno) -> Int {
      var range = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
      try withUnsafeMutablePointer(to: &range) { (pointer) throws(Errno) in
        try request(Int32(PTRACE_GETREGSET), kind, UInt(bitPattern: pointer))
      }
      return min(range.iov_len, buffer.count)
    }

    fileprivate func setRegisterSet(_ kind: UInt, to buffer: UnsafeMutableRawBufferPointer) throws(Errno) {
      var range = iovec(iov_base: buffer.baseAddress, iov_len: buffer.count)
      try withUnsafeMutablePointer(to: &range) { (pointer) throws(Errno) in
        try request(Int32(PTRACE_SETREGSET), kind, UInt(bitPattern: pointer))
      }
    }
  }
#endif
