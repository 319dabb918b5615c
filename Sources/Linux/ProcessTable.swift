/// What `/proc` says of processes and threads; see proc(5).
public enum ProcessTable {
  /// Whether a thread is running or could, or is stopped for its tracer.
  public static func isRunnable(_ tid: Int32) -> Bool {
    guard let status = SmallFile.read("/proc/\(tid)/stat"),
      let end = status.lastIndex(of: UInt8(ascii: ")")), end + 2 < status.count
    else { return false }
    return status[end + 2] == UInt8(ascii: "R") || status[end + 2] == UInt8(ascii: "t")
  }

  /// Threads of the whole machine that run or could; nil where it does not say.
  public static var runnableCount: Int? {
    guard let load = SmallFile.read("/proc/loadavg") else { return nil }
    let fields = load.split(separator: UInt8(ascii: " "))
    guard fields.count > 3 else { return nil }
    return Int(String(decoding: fields[3].prefix { $0 != UInt8(ascii: "/") }, as: UTF8.self))
  }

  /// The threads of the process that a thread belongs to; empty when it is gone.
  public static func threads(of pid: Int32) -> [Int32] {
    SmallFile.names(in: "/proc/\(pid)/task").compactMap { Int32($0) }
  }
}
