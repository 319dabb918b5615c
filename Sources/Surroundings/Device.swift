import Decoding
import Glibc
import Linux

/// A device that a descriptor is open on.
struct Device {
  let number: DeviceNumber

  /// The device that `path` leads to; nil for what is none.
  init?(_ path: String) {
    var information = stat()
    guard stat(path, &information) == 0 else { return nil }
    let kind = information.st_mode & S_IFMT
    guard kind == S_IFCHR || kind == S_IFBLK else { return nil }
    let device = DeviceNumbers(UInt64(information.st_rdev), width: 8)
    number = DeviceNumber(isCharacter: kind == S_IFCHR, major: device.major, minor: device.minor)
  }

  /// With the other side of a pseudo terminal, where the descriptor `fd` is its controlling side.
  func number(of fd: Int32, _ tid: Int32) -> DeviceNumber {
    var found = number
    if isMultiplexer { found.terminal = DescriptorInformation(fd, tid)["tty-index"].flatMap { UInt32($0) } }
    return found
  }

  /// `/dev/ptmx`; see pts(4).
  private var isMultiplexer: Bool { number.isCharacter && number.major == 5 && number.minor == 2 }

  /// Whether a driver of terminals has it: those of `/proc/tty/drivers`, whose lines have a name, a path, the major number,
  /// the minor numbers (`64-95`, or one) and a kind.
  var isTerminal: Bool {
    guard number.isCharacter, let bytes = SmallFile.read("/proc/tty/drivers") else { return false }
    return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains { line in
      // A name may have spaces in it.
      let words = line.split(separator: " ").dropLast().suffix(2)
      guard let first = words.first, let last = words.last, UInt64(first) == number.major else { return false }
      let minors = last.split(separator: "-").compactMap { UInt64($0) }
      guard let least = minors.first, let most = minors.last, least <= most else { return false }
      return (least...most).contains(number.minor)
    }
  }
}
