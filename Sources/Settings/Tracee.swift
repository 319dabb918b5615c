/// Whose rights a program gets.
public struct User: Sendable {
  public var uid: UInt32
  /// Differs from `uid` when the program's file has the set-user-id bit.
  public var effectiveUid: UInt32
  public var gid: UInt32
  public var effectiveGid: UInt32
  public var groups: [UInt32]

  public init(uid: UInt32, gid: UInt32, groups: [UInt32]) {
    self.uid = uid
    effectiveUid = uid
    self.gid = gid
    effectiveGid = gid
    self.groups = groups
  }
}

/// How the tracer stands to the program that it starts (`-D`).
public enum TracerPlacement: Int, Sendable {
  case parent, grandchild, grandchildInOwnGroup, grandchildInOwnSession
}
