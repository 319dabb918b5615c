/// What calls wait for.
enum Waiting: Int, CaseIterable {
  case child, pipe, socket, terminal, file, lock, timer, poll, other

  var name: String {
    switch self {
    case .child: "a child"
    case .pipe: "a pipe"
    case .socket: "a socket"
    case .terminal: "a terminal"
    case .file: "files"
    case .lock: "a lock"
    case .timer: "a timer"
    case .poll: "any of several (poll)"
    case .other: "other calls"
    }
  }

  /// Whether the time in such a call is waiting for somebody else rather than work of the kernel's.
  var isWaiting: Bool { self != .other && self != .file }

  private static let byName: [String: Waiting] = {
    var all: [String: Waiting] = [:]
    for name in ["wait4", "waitid", "waitpid", "vfork"] { all[name] = .child }
    for name in ["futex", "futex_wait", "futex_waitv", "flock", "semop", "semtimedop"] { all[name] = .lock }
    for name in ["nanosleep", "clock_nanosleep", "pause", "rt_sigtimedwait", "rt_sigsuspend"] { all[name] = .timer }
    for name in [
      "poll", "ppoll", "select", "pselect6", "epoll_wait", "epoll_pwait", "epoll_pwait2", "io_uring_enter",
      "_newselect",
    ] { all[name] = .poll }
    for name in ["connect", "accept", "accept4", "recvfrom", "recvmsg", "recvmmsg", "sendto", "sendmsg", "sendmmsg"] {
      all[name] = .socket
    }
    for name in [
      "open", "openat", "openat2", "creat", "stat", "lstat", "newfstatat", "statx", "fsync", "fdatasync", "getdents64",
      "unlink", "unlinkat", "rename", "renameat2", "mkdir", "mkdirat", "access", "faccessat", "faccessat2", "readlink",
    ] { all[name] = .file }
    return all
  }()

  /// The kind that a call's name alone tells; nil when it depends on its descriptor.
  static func kind(ofCall name: String) -> Waiting? { byName[name] }

  /// The kind of a call on a descriptor that is open on `text`.
  static func kind(ofDescriptor text: String?) -> Waiting {
    guard let text else { return .other }
    if text.hasPrefix("pipe:") || text.hasPrefix("FIFO") { return .pipe }
    if text.hasPrefix("/dev/pts/") || text.hasPrefix("/dev/tty") { return .terminal }
    if text.hasPrefix("/") { return .file }
    if text.hasPrefix("anon_inode:") { return .other }
    return .socket
  }
}
