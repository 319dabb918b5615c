import Glibc
import Linux
import SyscallTables

/// Symbolic links of `/proc`.
enum Link {
  /// Where a link points to; nil when it cannot be read. See readlink(2).
  static func read(_ path: String) -> [UInt8]? {
    var length = 0
    let target = [UInt8](unsafeUninitializedCapacity: Int(PATH_MAX)) { buffer, count in
      length =
        buffer.baseAddress.map {
          $0.withMemoryRebound(to: CChar.self, capacity: buffer.count) { readlink(path, $0, buffer.count) }
        } ?? -1
      count = max(0, length)
    }
    return length > 0 ? target : nil
  }

  /// Takes away what the kernel puts behind the path of a file that has no name any more; says whether it was there.
  /// A file may really be called so.
  static func takeDeletion(_ link: inout [UInt8], of name: String, _ tid: Int32) -> Bool {
    let mark = Array(" (deleted)".utf8)
    guard link.count > mark.count, link.suffix(mark.count).elementsEqual(mark) else { return false }
    if isPath(String(decoding: link, as: UTF8.self), of: name, tid) { return false }
    link.removeLast(mark.count)
    return true
  }

  /// Whether a link of `/proc/TID` leads to the file of that path.
  private static func isPath(_ path: String, of name: String, _ tid: Int32) -> Bool {
    var named = stat()
    var meant = stat()
    return stat("/proc/\(tid)/root\(path)", &named) == 0 && stat("/proc/\(tid)/\(name)", &meant) == 0
      && named.st_dev == meant.st_dev && named.st_ino == meant.st_ino
  }
}

/// The fields of `/proc/TID/fdinfo/FD`.
struct DescriptorInformation {
  private let lines: [String]

  init(_ fd: Int32, _ tid: Int32) {
    let bytes = SmallFile.read("/proc/\(tid)/fdinfo/\(fd)") ?? []
    lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The value of a field, without white space around it; nil when there is no such field.
  subscript(name: String) -> String? {
    for line in lines where line.hasPrefix(name + ":") {
      let value = line.dropFirst(name.count + 1).drop(while: \.isWhitespace)
      return String(value.prefix { !$0.isWhitespace })
    }
    return nil
  }
}

/// Descriptors of signalfd(2).
enum SignalDescriptor {
  /// `signalfd:[USR1 USR2]`
  static func describe(_ fd: Int32, _ tid: Int32) -> [UInt8]? {
    guard let text = DescriptorInformation(fd, tid)["sigmask"], let mask = UInt64(text, radix: 16) else { return nil }
    let names = (1...SignalNumber.last).filter { mask >> UInt64($0 - 1) & 1 == 1 }.map(name)
    return Array("signalfd:[\(names.joined(separator: " "))]".utf8)
  }

  /// A signal's name without `SIG`.
  private static func name(_ signal: Int32) -> String {
    if let name = SignalNumber(rawValue: signal).name { return String(name.description.dropFirst(3)) }
    let first = SignalNumber.firstRealTime
    return signal == first ? "RTMIN" : "RT_\(signal - first)"
  }
}

/// Descriptors of eventfd(2).
enum EventDescriptor {
  /// `{eventfd-count=0x5, eventfd-id=1, eventfd-semaphore=0}`
  static func describe(_ fd: Int32, _ tid: Int32) -> [UInt8]? {
    let information = DescriptorInformation(fd, tid)
    guard let count = information["eventfd-count"] else { return nil }
    var fields = [
      "eventfd-count=" + (UInt64(count, radix: 16).map { $0 == 0 ? "0" : "0x" + String($0, radix: 16) } ?? count)
    ]
    for name in ["eventfd-id", "eventfd-semaphore"] {
      if let value = information[name] { fields.append("\(name)=\(value)") }
    }
    return Array("{\(fields.joined(separator: ", "))}".utf8)
  }
}
