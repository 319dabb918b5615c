import Glibc
import Linux

/// Symbolic links of `/proc`.
enum Link {
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
