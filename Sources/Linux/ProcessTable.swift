/// What `/proc` says of processes and threads; see proc(5).
public enum ProcessTable {
  /// Whether a thread is running or could, or is stopped for its tracer.
  public static func isRunnable(_ tid: Int32) -> Bool {
    guard let status = SmallFile.read("/proc/\(tid)/stat"),
      let end = status.lastIndex(of: UInt8(ascii: ")")), end + 2 < status.count
    else { return false }
    return status[end + 2] == UInt8(ascii: "R") || status[end + 2] == UInt8(ascii: "t")
  }

  /// Threads of the whole machine that run or could; nil where it does not say. Allocates nothing: it is asked often.
  public static var runnableCount: Int? {
    SmallFile.withFirstBytes(64, of: "/proc/loadavg") { load in
      // `0.20 0.18 0.12 1/80 11206`
      guard let end = load.firstIndex(of: UInt8(ascii: "/")) else { return nil }
      var (count, digit) = (0, 1)
      for byte in load[..<end].reversed() {
        guard byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9"), digit <= 1_000_000 else { break }
        count += Int(byte - UInt8(ascii: "0")) * digit
        digit *= 10
      }
      return digit == 1 ? nil : count
    }
  }

  /// The threads of the process that a thread belongs to; empty when it is gone.
  public static func threads(of pid: Int32) -> [Int32] {
    SmallFile.names(in: "/proc/\(pid)/task").compactMap { Int32($0) }
  }

  /// Whether a process has a descriptor of userfaultfd(2).
  public static func handlesUserFaults(_ pid: Int32) -> Bool {
    let link = Array("anon_inode:[userfaultfd]".utf8)
    return SmallFile.names(in: "/proc/\(pid)/fd").contains { SmallFile.link("/proc/\(pid)/fd/\($0)") == link }
  }

  /// The processes that each process has started and that are still its children.
  public static func children() -> [Int32: [Int32]] {
    var children: [Int32: [Int32]] = [:]
    for pid in SmallFile.names(in: "/proc").compactMap({ Int32($0) }) {
      // `7 (name) S 1 …`, where the name may be anything.
      guard let status = SmallFile.read("/proc/\(pid)/stat"), let end = status.lastIndex(of: UInt8(ascii: ")")) else {
        continue
      }
      let words = status[(end + 1)...].split(separator: UInt8(ascii: " "))
      guard words.count > 1, let parent = Int32(String(decoding: words[1], as: UTF8.self)) else { continue }
      children[parent, default: []].append(pid)
    }
    return children
  }
}
