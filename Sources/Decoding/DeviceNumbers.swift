/// The numbers of a device, which the kernel packs in other ways into other widths; see makedev(3).
public struct DeviceNumbers {
  public let major: UInt64
  public let minor: UInt64

  /// - Parameter width: of the number, in bytes.
  public init(_ bits: UInt64, width: UInt8) {
    switch width {
    case 1, 2: (major, minor) = (bits >> 8, bits & 0xff)
    case 4: (major, minor) = (bits >> 8 & 0xfff, bits & 0xff | bits >> 12 & 0xfff00)
    default: (major, minor) = (bits >> 8 & 0xfff | bits >> 32 & 0xffff_f000, bits & 0xff | bits >> 12 & 0xffff_ff00)
    }
  }
}
