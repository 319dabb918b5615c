import Linux
import SyscallTables

/// Process numbers in pid namespaces; see pid_namespaces(7).
enum Process {
  /// The process that a thread belongs to; itself when that cannot be told.
  static func leader(of tid: Int32) -> Int32 {
    numbers("Tgid:", of: "\(tid)")?.first ?? tid
  }

  /// The numbers behind a field of `/proc/ID/status`.
  static func numbers(_ field: String, of id: String) -> [Int32]? {
    guard let status = SmallFile.read("/proc/\(id)/status") else { return nil }
    for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: field.utf8) {
      return String(decoding: line.dropFirst(field.utf8.count), as: UTF8.self)
        .split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }
    return nil
  }
}

/// Numbers of namespaces; see namespaces(7).
enum Namespace {
  /// The number in the link `/proc/TID/ns/KIND`, `uts:[4026531838]`; 0 when there is none.
  static func number(_ kind: TableString, of tid: Int32) -> UInt64 {
    guard let link = Link.read("/proc/\(tid)/ns/\(kind)"), let bracket = link.firstIndex(of: UInt8(ascii: "[")) else {
      return 0
    }
    return UInt64(String(decoding: link[(bracket + 1)...].dropLast(), as: UTF8.self)) ?? 0
  }
}

extension ProcessSurroundings {
  /// `id` itself where both have one namespace.
  func findOwnNumber(of id: Int32, seenBy tid: Int32) -> Int32? {
    guard let namespace = namespace(of: tid), namespace != ownNamespace else { return id }
    // Most numbers are of the thread itself or of its like.
    if numbers(of: tid)?.last == id { return tid }
    for name in SmallFile.names(in: "/proc") {
      guard let process = Int32(name), self.namespace(of: process) == namespace else { continue }
      if numbers(of: process)?.last == id { return process }
      for thread in SmallFile.names(in: "/proc/\(process)/task") {
        if let thread = Int32(thread), thread != process, numbers(of: thread)?.last == id { return thread }
      }
    }
    return nil
  }

  private func numbers(of tid: Int32) -> [Int32]? { Process.numbers("NSpid:", of: "\(tid)") }

  private func namespace(of tid: Int32) -> [UInt8]? { Link.read("/proc/\(tid)/ns/pid") }
}
