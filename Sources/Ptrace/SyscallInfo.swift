import CLinux
import Linux
import SyscallTables

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

  /// By which of the machine's gates the call came.
  public enum Gate: Sendable { case native, compat, other }

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
    information.pointee.arch = (registers.isCompat ? ABI.compat : .native).architecture
    information.pointee.instruction_pointer = registers.instructionPointer
    information.pointee.stack_pointer = registers.stackPointer
    if isExit {
      information.pointee.exit.rval = registers.result
      information.pointee.exit.is_error = Errno.isError(registers.result) ? 1 : 0
    } else {
      let words = registers.arguments
      information.pointee.entry.nr = registers.number
      information.pointee.entry.args = (words[0], words[1], words[2], words[3], words[4], words[5])
    }
  }

  @inlinable public var kind: Kind {
    switch Int32(information.pointee.op) {
    case PTRACE_SYSCALL_INFO_ENTRY: .entry
    case PTRACE_SYSCALL_INFO_EXIT: .exit
    case PTRACE_SYSCALL_INFO_SECCOMP: .filtered
    default: .none
    }
  }

  @inlinable public var gate: Gate {
    let architecture = information.pointee.arch
    return architecture == ABI.native.architecture
      ? .native : architecture == ABI.compat.architecture ? .compat : .other
  }

  @inlinable public var instructionPointer: UInt64 { information.pointee.instruction_pointer }
  @inlinable public var stackPointer: UInt64 { information.pointee.stack_pointer }

  /// The call's number, at an entry. That of a 32-bit thread is 32 bits wide.
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
