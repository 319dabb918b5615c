import SyscallTables

/// The sets of constants that scalars are named by, each found in the tables when it is first needed. A set that the
/// tables lack names nothing.
public enum NamedSets {
  public static let fileTypes = UInt32(named: "file_types")
  public static let specialModes = ConstantSet(named: "special_modes")
  public static let ptraceEvents = UInt32(named: "ptrace_events")
  public static let clocks = UInt32(named: "clocks")
  public static let directories = UInt32(named: "directories")
  public static let keySerials = UInt32(named: "key_serials")
  public static let priorityClasses = UInt32(named: "ioprio_classes")
  public static let personalities = UInt32(named: "personality_types")
  public static let personalityFlags = UInt32(named: "personality_flags")
  public static let architectures = UInt32(named: "audit_architectures")
  public static let quotaCommands = UInt32(named: "quota_commands")
  public static let quotaTypes = UInt32(named: "quota_types")
  public static let ioctlDirections = UInt32(named: "ioctl_directions")
  public static let ioctlFamilies = UInt32(named: "ioctl_families")
  public static let ioctlCommands = UInt32(named: "ioctl_commands")
  public static let controls = UInt32(named: "v4l2_control_ids")
  public static let controlClasses = UInt32(named: "v4l2_control_classes")
  public static let pixelFormats = UInt32(named: "v4l2_pixel_formats")

  /// `AT_FDCWD`: the only directory that no descriptor is open on.
  public static let workingDirectory: (number: Int32, name: TableString)? = {
    guard let row = ConstantSet(index: directories).entries(wordSize: 8).first, directories != 0 else { return nil }
    let entry = Tables.entry(row)
    return (Int32(truncatingIfNeeded: entry.value), TableString(entry.name))
  }()
}

extension UInt32 {
  /// The row of the set of that name; 0 when there is none.
  fileprivate init(named name: String) { self = ConstantSet(named: name)?.index ?? 0 }
}
