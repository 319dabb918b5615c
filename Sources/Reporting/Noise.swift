/// Failures that belong to how programs work, and say nothing about why one failed.
enum Noise {
  /// Errors by which a call says "not now" or "again".
  private static let harmless: [StaticString] = [
    "EAGAIN", "EINTR", "ERESTARTSYS", "ERESTARTNOINTR", "ERESTARTNOHAND", "ERESTART_RESTARTBLOCK", "EINPROGRESS",
    "ECHILD", "ENOTTY",
  ]
  /// What a path has in it where programs look whether something optional is there.
  private static let optional = [
    "/locale/", "/locale-archive", "/ld.so.preload", "/ld.so.nohwcap", "/glibc-hwcaps/", "/nscd/", "pyvenv.cfg",
    "__pycache__", "/gconv", "pybuilddir.txt", "._pth", "/terminfo/", "/selinux", "/etc/suid-debug",
  ]

  static func isNoise(_ call: TraceLine) -> Bool {
    guard let error = call.error else { return false }
    if harmless.contains(where: error.equals) { return true }
    let isLookup = call.name.equals("readlink") || call.name.equals("readlinkat")
    if isLookup, error.equals("EINVAL") { return true }
    if call.name.equals("lseek"), error.equals("ESPIPE") { return true }
    if call.name.equals("prctl") || call.name.equals("arch_prctl"), error.equals("EINVAL") { return true }
    guard error.equals("ENOENT") || error.equals("ENOTDIR"), let path = call.path.flatMap({ TraceText.text(of: $0) })
    else { return false }
    return optional.contains { path.contains($0) }
  }

  /// Whether a failure only says that a name isn't at this place of several.
  static func isSearch(_ call: TraceLine) -> Bool {
    guard let error = call.error else { return false }
    return error.equals("ENOENT") || error.equals("ENOTDIR")
  }
}
