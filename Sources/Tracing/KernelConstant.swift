import SyscallTables

/// Constants that the tracer itself looks for in a tracee's registers, by their names in the tables.
enum KernelConstant {
  static let setSeccomp = value(of: "PR_SET_SECCOMP", in: "prctl_operations")
  static let setName = value(of: "PR_SET_NAME", in: "prctl_operations")
  static let cloneUntraced = value(of: "CLONE_UNTRACED", in: "clone_flags")

  /// Stands for what the tables lack: no argument has it, and no flag is it.
  static let missing: UInt64 = 0

  private static func value(of name: String, in set: String) -> UInt64 {
    ConstantSet(named: set)?.value(of: name, wordSize: 8) ?? missing
  }
}
