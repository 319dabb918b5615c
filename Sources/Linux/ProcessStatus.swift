import CLinux
import Glibc

/// What `/proc/TID/status` and `/proc/TID/stat` say of a thread; see proc(5).
public struct ProcessStatus: Sendable {
  /// The process that the thread belongs to.
  public var threadGroup: Int32
  /// Who traces it: 0 for nobody.
  public var tracer: Int32
  /// Its real user; nil where that is not told.
  public var user: UInt32?
  /// `R`, `S`, `D`, `Z` …
  public var state: UInt8
  public var isKernelThread: Bool

  public init(
    threadGroup: Int32, tracer: Int32 = 0, user: UInt32? = nil, state: UInt8 = UInt8(ascii: "R"),
    isKernelThread: Bool = false
  ) {
    self.threadGroup = threadGroup
    self.tracer = tracer
    self.user = user
    self.state = state
    self.isKernelThread = isKernelThread
  }

  /// It has ended, and only its parent does not know.
  public var isDead: Bool { state == UInt8(ascii: "Z") || state == UInt8(ascii: "X") }

  /// Whether nothing keeps it from stopping for its tracer: it is neither dead nor asleep where no signal wakes it.
  public var mayStopSoon: Bool { !isDead && state != UInt8(ascii: "D") }

  /// Nil when there is no such thread, or no `/proc`.
  public init?(of tid: Int32) {
    guard let text = SmallFile.read("/proc/\(tid)/status") else { return nil }
    let lines = text.split(separator: UInt8(ascii: "\n"))
    func words(_ field: String) -> [String] {
      guard let line = lines.first(where: { $0.starts(with: field.utf8) }) else { return [] }
      return line.dropFirst(field.utf8.count).split { $0 == UInt8(ascii: "\t") || $0 == UInt8(ascii: " ") }
        .map { String(decoding: $0, as: UTF8.self) }
    }
    guard let group = words("Tgid:").first.flatMap({ Int32($0) }) else { return nil }
    threadGroup = group
    tracer = words("TracerPid:").first.flatMap { Int32($0) } ?? 0
    user = words("Uid:").first.flatMap { UInt32($0) }
    state = words("State:").first?.utf8.first ?? UInt8(ascii: "?")
    // Only they, and the dead, have no memory of their own.
    isKernelThread = words("Kthread:").first == "1" || (words("VmSize:").isEmpty && words("Kthread:").isEmpty)
    if state == UInt8(ascii: "Z") { isKernelThread = false }
  }
}

/// The process that this is.
public enum CurrentProcess {
  public static var id: Int32 { getpid() }
  /// Its effective user.
  public static var user: UInt32 { geteuid() }
  /// Whether it runs as another user or group than who executed it, since its file confers that.
  public static var hasConferredIds: Bool { tl_is_secure() != 0 && (getuid() != geteuid() || getgid() != getegid()) }

  /// The words of its command line, as bytes, its name first. Needs no `/proc`, unlike `CommandLine`.
  public static var arguments: [[UInt8]] {
    var count: Int32 = 0
    guard let words = tl_arguments(&count) else { return [] }
    return (0..<Int(count)).compactMap { index in
      words[index].map { Array(UnsafeRawBufferPointer(start: $0, count: strlen($0))) }
    }
  }
}
