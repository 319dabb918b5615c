import CLinux
import Linux

/// Which call a stopped thread makes or returns from, as `PTRACE_GET_SYSCALL_INFO` tells it, or, where the kernel
/// lacks that (before Linux 5.3), as the registers do.
///
/// One is kept and filled again at each stop.
public final class SyscallInfo {
  @usableFromInline let information: UnsafeMutablePointer<ptrace_syscall_info>
  /// Whether the kernel has `PTRACE_GET_SYSCALL_INFO`; found out at the first stop.
  private var hasInformation = true

  public enum Kind: Sendable {
    case entry, exit
    /// An entry that a seccomp filter hit on.
    case filtered
    /// No system call.
    case none
  }

  /// The machine whose convention the call followed.
  public enum Architecture: Sendable { case x86_64, i386, other }

  public init() {
    information = .allocate(capacity: 1)
    information.initialize(to: ptrace_syscall_info())
  }

  deinit { information.deallocate() }

  /// Asks for it. `expectingExit` tells entry from exit where only registers are to be had; nil: that is not known.
  ///
  /// Throws `ESRCH` when the thread has been killed, and what the kernel refuses both ways with.
  public func read(_ stop: borrowing PtraceStop, expectingExit: Bool?) throws(Errno) {
    if hasInformation {
      let size = MemoryLayout<ptrace_syscall_info>.size
      let result = stop.kernel.ptrace(
        Int32(PTRACE_GET_SYSCALL_INFO), stop.tid, UInt(size), UInt(bitPattern: information))
      if result >= 0 { return }
      guard result != -Int(ESRCH) else { throw .noSuchProcess }
      hasInformation = false
    }
    try readRegisters(stop, expectingExit)
  }

  /// Whether something keeps this process from asking for it: of a process that is no tracee the kernel says just that.
  public static var isForbidden: Bool {
    Kernel().ptrace(Int32(PTRACE_GET_SYSCALL_INFO), 0, 0, 0) != -Int(ESRCH)
  }

  private func readRegisters(_ stop: borrowing PtraceStop, _ expectingExit: Bool?) throws(Errno) {
    let registers = try Registers(of: stop)
    let isExit = expectingExit ?? !registers.isBeforeCall
    information.pointee.op = UInt8(isExit ? PTRACE_SYSCALL_INFO_EXIT : PTRACE_SYSCALL_INFO_ENTRY)
    let is32 = registers.isIn32BitMode
    information.pointee.arch = is32 ? Self.i386 : Self.x86_64
    information.pointee.instruction_pointer = registers.raw.rip
    information.pointee.stack_pointer = registers.raw.rsp
    let raw = registers.raw
    if isExit {
      let value = is32 ? Int64(Int32(truncatingIfNeeded: raw.rax)) : Int64(bitPattern: raw.rax)
      information.pointee.exit.rval = value
      information.pointee.exit.is_error = Errno.isError(value) ? 1 : 0
    } else {
      information.pointee.entry.nr = is32 ? raw.orig_rax & 0xffff_ffff : raw.orig_rax
      information.pointee.entry.args =
        is32
        ? (
          raw.rbx & 0xffff_ffff, raw.rcx & 0xffff_ffff, raw.rdx & 0xffff_ffff, raw.rsi & 0xffff_ffff,
          raw.rdi & 0xffff_ffff, raw.rbp & 0xffff_ffff
        ) : (raw.rdi, raw.rsi, raw.rdx, raw.r10, raw.r8, raw.r9)
    }
  }

  // AUDIT_ARCH_…, which are macros that Swift does not see.
  @inlinable static var x86_64: UInt32 { 62 | 0xc000_0000 }
  @inlinable static var i386: UInt32 { 3 | 0x4000_0000 }

  @inlinable public var kind: Kind {
    switch Int32(information.pointee.op) {
    case PTRACE_SYSCALL_INFO_ENTRY: .entry
    case PTRACE_SYSCALL_INFO_EXIT: .exit
    case PTRACE_SYSCALL_INFO_SECCOMP: .filtered
    default: .none
    }
  }

  @inlinable public var architecture: Architecture {
    switch information.pointee.arch {
    case Self.x86_64: .x86_64
    case Self.i386: .i386
    default: .other
    }
  }

  @inlinable public var instructionPointer: UInt64 { information.pointee.instruction_pointer }
  @inlinable public var stackPointer: UInt64 { information.pointee.stack_pointer }

  /// The call's number, at an entry. An i386 number is 32 bits wide.
  @inlinable public var number: UInt64 { information.pointee.entry.nr }

  /// The six argument registers, at an entry.
  @inlinable public var arguments: InlineArray<6, UInt64> {
    let a = information.pointee.entry.args
    return [a.0, a.1, a.2, a.3, a.4, a.5]
  }

  /// What the call returned, at an exit: an error is the negative errno.
  @inlinable public var result: Int64 { information.pointee.exit.rval }
  @inlinable public var failed: Bool { information.pointee.exit.is_error != 0 }
}
