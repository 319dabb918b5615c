/// Failures that belong to how programs work, and say nothing about why one failed.
enum Noise {
  /// Errors by which a call says "not now" or "again".
  private static let harmless: [StaticString] = [
    "EAGAIN", "EINTR", "ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND", "ERESTART_RESTARTBLOCK", "EINPROGRESS",
    "ECHILD", "ENOTTY",
  ]
  /// What a path has in it where programs look whether something optional is there.
  private static let optional: [StaticString] = [
    "/locale/", "/locale-archive", "/ld.so.preload", "/ld.so.nohwcap", "/glibc-hwcaps/", "/nscd/", "pyvenv.cfg",
    "__pycache__", "/gconv", "pybuilddir.txt", "._pth", "/terminfo/", "/selinux", "/etc/suid-debug",
  ]

  static func isNoise(_ call: TraceLine) -> Bool {
    guard let error = call.error else { return false }
    if harmless.contains(where: error.equals) { return true }
    let isLookup = call.name.equals("readlink") || call.name.equals("readlinkat")
    if isLookup, error.equals("EINVAL") { return true }
    // Many a program closes whatever could be open.
    if call.name.equals("close"), error.equals("EBADF") { return true }
    // Whether a descriptor is open, a terminal there, a socket connected, is asked so.
    if call.name.equals("fcntl"), error.equals("EBADF") { return true }
    if error.equals("ENXIO"), call.path?.contains(text: "\"/dev/tty\"") == true { return true }
    if call.name.equals("getpeername"), error.equals("ENOTCONN") { return true }
    if call.name.equals("lseek"), error.equals("ESPIPE") { return true }
    if call.name.equals("prctl") || call.name.equals("arch_prctl"), error.equals("EINVAL") { return true }
    guard isSearch(call), let path = call.path else { return false }
    // The library of Python may be in an archive.
    return optional.contains(where: path.contains(text:))
      || path.contains(text: "/python3") && path.contains(text: ".zip\"")
  }

  /// Calls that say nothing of what a program is after: its memory, locks, signal masks and clocks.
  private static let housekeeping: [StaticString] = [
    "brk", "munmap", "mprotect", "madvise", "mremap", "futex", "rt_sigprocmask", "getrandom", "clock_gettime",
    "gettimeofday", "time", "sched_yield", "restart_syscall",
  ]

  /// Whether it does not matter that one run makes such a call and another does not.
  static func isHousekeeping(_ call: TraceLine) -> Bool {
    if call.isFailed { return isNoise(call) }
    if housekeeping.contains(where: call.name.equals) { return true }
    // Memory without a file.
    return call.name.equals("mmap") && (call.argument("fd")?.member("fd")?.integer ?? -1) < 0
  }

  /// The hash of what a call looks for, wherever it looks: its path's last name up to the first point, so that `a.so` and
  /// `a.py` are the same. Nil for a call without a path.
  static func soughtName(_ call: TraceLine) -> UInt64? {
    guard let path = call.path, path.count > 2, path.first == UInt8(ascii: "\"") else { return nil }
    let text = path[1..<path.count - 1]
    let start = text.lastIndex(of: UInt8(ascii: "/")).map { $0 + 1 } ?? 1
    guard start < text.endIndex else { return nil }
    let end = text[(start + 1)...].firstIndex(of: UInt8(ascii: ".")) ?? text.endIndex
    return CallKey.of(bytes: UnsafeRawBufferPointer(rebasing: path[start..<end]))
  }

  /// Whether a failure only says that a name isn't at this place of several.
  static func isSearch(_ call: TraceLine) -> Bool {
    guard let error = call.error else { return false }
    return error.equals("ENOENT") || error.equals("ENOTDIR")
  }
}
