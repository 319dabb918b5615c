import Glibc
import Linux

/// A device that a descriptor is open on.
struct Device {
  private let isCharacter: Bool
  private let major: UInt64
  private let minor: UInt64

  /// The device that `path` leads to; nil for what is none.
  init?(_ path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    switch information.st_mode & S_IFMT {
    case S_IFCHR: isCharacter = true
    case S_IFBLK: isCharacter = false
    default: return nil
    }
    let device = UInt64(information.st_rdev)
    major = device >> 8 & 0xfff | device >> 32 & ~0xfff
    minor = (device & 0xff | device >> 12 & 0xffff_ff00) & 0xffff_ffff
  }

  /// `<char 1:3>`; the controlling side of a pseudo terminal with the other one, `<char 5:2 @/dev/pts/0>`.
  func description(of fd: Int32, _ tid: Int32) -> String {
    let other = isMultiplexer ? DescriptorInformation(fd, tid)["tty-index"].map { " @/dev/pts/\($0)" } : nil
    return "<\(isCharacter ? "char" : "block") \(major):\(minor)\(other ?? "")>"
  }

  /// `/dev/ptmx`; see pts(4).
  private var isMultiplexer: Bool { isCharacter && major == 5 && minor == 2 }

  /// Whether a driver of terminals has it: those of `/proc/tty/drivers`, whose lines have a name, a path, the major number,
  /// the minor numbers (`64-95`, or one) and a kind.
  var isTerminal: Bool {
    guard isCharacter, let bytes = SmallFile.read("/proc/tty/drivers") else { return false }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
      // A name may have spaces in it.
      let words = line.split(separator: " ").dropLast().suffix(2)
      guard let first = words.first, let last = words.last, UInt64(first) == major else { return false }
      let minors = last.split(separator: "-").compactMap { UInt64($0) }
      guard let least = minors.first, let most = minors.last, least <= most else { return false }
      return (least...most).contains(minor)
    }
  }
}
