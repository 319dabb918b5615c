import SyscallTables

/// The sets of constants that scalars are named by, each found in the tables when it is first needed. A set that the
/// tables lack names nothing.
enum NamedSets {
  static let fileTypes = UInt32(named: "file_types")
  static let ptraceEvents = UInt32(named: "ptrace_events")
  static let clocks = UInt32(named: "clocks")
  static let directories = UInt32(named: "directories")
  static let keySerials = UInt32(named: "key_serials")
  static let priorityClasses = UInt32(named: "ioprio_classes")
  static let personalities = UInt32(named: "personality_types")
  static let personalityFlags = UInt32(named: "personality_flags")
  static let architectures = UInt32(named: "audit_architectures")
  static let quotaCommands = UInt32(named: "quota_commands")
  static let quotaTypes = UInt32(named: "quota_types")
  static let ioctlDirections = UInt32(named: "ioctl_directions")
  static let ioctlFamilies = UInt32(named: "ioctl_families")
  static let ioctlCommands = UInt32(named: "ioctl_commands")
  static let controls = UInt32(named: "v4l2_control_ids")
  static let controlClasses = UInt32(named: "v4l2_control_classes")
  static let pixelFormats = UInt32(named: "v4l2_pixel_formats")

  /// `AT_FDCWD`: the only directory that no descriptor is open on.
  static let workingDirectory: (number: Int32, name: TableString)? = {
    guard let row = ConstantSet(index: directories).entries(wordSize: 8).first, directories != 0 else { return nil }
    let entry = Tables.entry(row)
    return (Int32(truncatingIfNeeded: entry.value), TableString(entry.name))
  }()
}

extension UInt32 {
  /// The row of the set of that name; 0 when there is none.
  fileprivate init(named name: String) { self = ConstantSet(named: name)?.index ?? 0 }
}
