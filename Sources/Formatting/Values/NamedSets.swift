import SyscallTables

/// The sets of constants that scalars are named by, found in the tables once. A set that the tables lack names nothing.
struct NamedSets: Sendable {
  static let known = NamedSets()

  let fileTypes = UInt32(named: "file_types")
  let ptraceEvents = UInt32(named: "ptrace_events")
  let clocks = UInt32(named: "clocks")
  let keySerials = UInt32(named: "key_serials")
  let priorityClasses = UInt32(named: "ioprio_classes")
  let personalities = UInt32(named: "personality_types")
  let personalityFlags = UInt32(named: "personality_flags")
  let architectures = UInt32(named: "audit_architectures")
  let quotaCommands = UInt32(named: "quota_commands")
  let quotaTypes = UInt32(named: "quota_types")
  let ioctlDirections = UInt32(named: "ioctl_directions")
  let ioctlFamilies = UInt32(named: "ioctl_families")
  let ioctlCommands = UInt32(named: "ioctl_commands")
  let controls = UInt32(named: "v4l2_control_ids")
  let controlClasses = UInt32(named: "v4l2_control_classes")
  let pixelFormats = UInt32(named: "v4l2_pixel_formats")

  private init() {}
}

extension UInt32 {
  /// The row of the set of that name; 0 when there is none.
  fileprivate init(named name: String) { self = ConstantSet(named: name)?.index ?? 0 }
}
