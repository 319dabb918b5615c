/// What is asked of the kernel about descriptors and processes (`-y`, `-Y`, `--decode-fds=`, `--decode-pids=`, `--kvm=`,
/// `--secontext`).
public struct InspectionDetails: OptionSet, Sendable {
  public let rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }
  /// What a descriptor's link in `/proc` says.
  public static let path = InspectionDetails(rawValue: 1)
  /// Protocol and addresses of sockets.
  public static let socket = InspectionDetails(rawValue: 2)
  /// Numbers of character and block devices.
  public static let device = InspectionDetails(rawValue: 4)
  public static let pidfd = InspectionDetails(rawValue: 8)
  public static let signalfd = InspectionDetails(rawValue: 16)
  public static let eventfd = InspectionDetails(rawValue: 32)
  /// Processes' command names.
  public static let command = InspectionDetails(rawValue: 64)
  /// Processes' numbers in the tracer's pid namespace.
  public static let ownNumber = InspectionDetails(rawValue: 128)
  /// Why virtual CPUs were left.
  public static let vcpuExit = InspectionDetails(rawValue: 256)
  /// The types of security contexts.
  public static let context = InspectionDetails(rawValue: 512)
  /// With ``context``: user, role and level too.
  public static let wholeContext = InspectionDetails(rawValue: 1024)
  /// With ``context``: those that the policy has for files, where they are others.
  public static let expectedContext = InspectionDetails(rawValue: 2048)

  /// What is about descriptors.
  public static let ofDescriptors: InspectionDetails = [.path, .socket, .device, .pidfd, .signalfd, .eventfd]
  /// What is about processes.
  public static let ofProcesses: InspectionDetails = [.command, .ownNumber]
}
