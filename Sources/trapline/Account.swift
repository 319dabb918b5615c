import Glibc
import Linux
import Options
import Settings

extension User {
  /// The user of `-u`: a name of the user database, or `UID:GID`.
  init(named text: String) throws(UsageError) {
    guard getuid() == 0 else { throw UsageError("You must be root to use the -u/--username option") }
    if text.utf8.contains(UInt8(ascii: ":")) {
      let numbers = text.split(separator: ":", omittingEmptySubsequences: false).map { UInt32($0) }
      guard numbers.count == 2, let uid = numbers[0], let gid = numbers[1], uid != .max, gid != .max else {
        throw UsageError("Invalid UID:GID pair '\(text)'")
      }
      self.init(uid: uid, gid: gid, groups: [gid])
      return
    }
    guard let entry = getpwnam(text)?.pointee else {
      throw UsageError("Cannot find user '\(text)'")
    }
    self.init(uid: entry.pw_uid, gid: entry.pw_gid, groups: Self.groups(of: text, with: entry.pw_gid))
  }

  private static func groups(of name: String, with gid: UInt32) -> [UInt32] {
    var count: Int32 = 64
    while true {
      var groups = [UInt32](repeating: 0, count: Int(count))
      let room = count
      if getgrouplist(name, gid, &groups, &count) >= 0 { return Array(groups.prefix(Int(count))) }
      // The list did not fit, and `count` says how long it is.
      guard count > room else { return [gid] }
    }
  }
}

/// Refuses to trace with rights that the program's file confers on whoever executes it (set-user-ID, set-group-ID): who
/// traces a program does with it what they like, and would so with those rights.
func refuseConferredRights() throws(UsageError) {
  guard CurrentProcess.hasConferredIds else { return }
  throw UsageError(
    "will not trace with the rights of another user or group, which its file confers (set-user-ID or set-group-ID): "
      + "with them, everybody could run any program; remove them (chmod ug-s)")
}
