import CTableFormat
import Glibc
import SyscallTables

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

/// A file's type and permissions; see inode(7).
public struct FileMode {
  /// `S_IFREG`
  public let type: UInt64
  /// What neither the type nor a name of its own says: the permissions, and bits that mean nothing.
  public let rest: UInt64
  private let bits: UInt64

  public init(_ bits: UInt64) {
    self.bits = bits
    type = bits & UInt64(S_IFMT)
    rest = bits & ~UInt64(S_IFMT | S_ISUID | S_ISGID | S_ISVTX)
  }

  /// The permissions alone.
  public var permissions: UInt64 { rest & 0o777 }

  /// Calls `body` with the name of each bit between the type and the permissions: `S_ISUID`.
  public func specials(_ body: (TableString) -> Void) {
    for row in NamedSets.specialModes.map({ $0.entries(wordSize: 8) }) ?? 0..<0
    where bits & Tables.entry(row).value != 0 {
      body(TableString(Tables.entry(row).name))
    }
  }
}

/// The number of a control of a video device; see <linux/v4l2-controls.h>.
public struct VideoControl {
  /// `V4L2_CTRL_CLASS_USER`
  public let controlClass: UInt64
  /// Its place in the class.
  public let place: UInt64

  public init(_ bits: UInt64) {
    controlClass = bits & ~0xffff
    place = bits & 0xffff
  }
}
