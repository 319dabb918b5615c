import Linux
import Ptrace

/// What `/proc` says of processes and threads; see proc(5).
enum ProcessTable {
  /// The process that a thread belongs to; nil when there is no such thread.
  static func threadGroup(of tid: Int32) -> Int32? { number("Tgid:", of: tid) }

  /// Who traces a thread: 0 for nobody, nil when there is no such thread.
  static func tracer(of tid: Int32) -> Int32? { number("TracerPid:", of: tid) }

  private static func number(_ field: String, of tid: Int32) -> Int32? {
    guard let status = SmallFile.read("/proc/\(tid)/status") else { return nil }
    for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: field.utf8) {
      let digits = line.drop { !(UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      return Int32(String(decoding: digits, as: UTF8.self))
    }
    return nil
  }

  /// Whether a thread is running or could, or is stopped for its tracer.
  static func isRunnable(_ tid: Int32) -> Bool {
    guard let status = SmallFile.read("/proc/\(tid)/stat"),
      let end = status.lastIndex(of: UInt8(ascii: ")")), end + 2 < status.count
    else { return false }
    return status[end + 2] == UInt8(ascii: "R") || status[end + 2] == UInt8(ascii: "t")
  }

  /// Threads of the whole machine that run or could; nil where it does not say.
  static var runnableCount: Int? {
    guard let load = SmallFile.read("/proc/loadavg") else { return nil }
    let fields = load.split(separator: UInt8(ascii: " "))
    guard fields.count > 3 else { return nil }
    return Int(String(decoding: fields[3].prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self))
  }

  /// The threads of the process that a thread belongs to; empty when it is gone.
  static func threads(of pid: Int32) -> [Int32] {
    SmallFile.names(in: "/proc/\(pid)/task").compactMap { Int32($0) }
  }
}
