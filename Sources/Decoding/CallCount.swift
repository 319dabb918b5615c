import SyscallTables

/// What is known of some calls of one number that were counted where they were made, and not told of one by one.
public struct CallCount: Sendable {
  public let abi: ABI
  public let entry: SyscallNumber
  public var calls: UInt64 = 0
  public var errors: UInt64 = 0
  /// How long they took, together; nanoseconds, as are the others.
  public var total: UInt64 = 0
  public var shortest: UInt64 = .max
  public var longest: UInt64 = 0

  public init(abi: ABI, entry: SyscallNumber) {
    self.abi = abi
    self.entry = entry
  }
}
