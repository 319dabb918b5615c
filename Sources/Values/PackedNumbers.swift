/// The priority of a thread's I/O, which is packed into a number; see ioprio_set(2).
public struct IOPriority {
  /// `IOPRIO_CLASS_BE`
  public let priorityClass: UInt64
  public let level: UInt64

  public init(_ bits: UInt64) {
    priorityClass = bits >> 13
    level = bits & 0x1fff
  }
}

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

/// A command of quotactl(2), and whose quotas it is about.
public struct QuotaCommand {
  public let command: UInt64
  /// `USRQUOTA`
  public let type: UInt64

  public init(_ bits: UInt64) {
    command = bits >> 8
    type = bits & 0xff
  }
}

/// The parts of a command of ioctl(2).
public struct IoctlNumber {
  /// `_IOC_READ`, `_IOC_WRITE`
  public let direction: UInt64
  public let type: UInt64
  public let number: UInt64
  /// Bytes of the argument.
  public let size: UInt64

  public init(_ bits: UInt64) {
    direction = bits >> 30
    size = bits >> 16 & 0x3fff
    type = bits >> 8 & 0xff
    number = bits & 0xff
  }
}

/// What system a program was made for, and how the kernel indulges it; see personality(2).
public struct Personality {
  /// `PER_LINUX`
  public let domain: UInt64
  /// `ADDR_NO_RANDOMIZE`
  public let flags: UInt64

  public init(_ bits: UInt64) {
    domain = bits & 0xff
    flags = bits & ~0xff
  }
}
