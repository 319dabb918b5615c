import SyscallTables

/// A set of system calls, each of one ABI.
public struct CallSet: Sendable, Equatable {
  /// Bits by ``SyscallNumber/index``.
  private var bits: [UInt64] = []
  /// Calls that others stand for.
  private var subcalls: Set<Subcall> = []
  private var inverted = false

  public static let none = CallSet()
  public static let all = CallSet().inverse

  public init() {}

  public var inverse: CallSet {
    var other = self
    other.inverted.toggle()
    return other
  }

  /// Whether it holds every call, also those that the tables do not have.
  public var isAll: Bool { inverted && hasNoMembers }
  public var isEmpty: Bool { !inverted && hasNoMembers }
  private var hasNoMembers: Bool { bits.allSatisfy { $0 == 0 } && subcalls.isEmpty }

  public mutating func insert(_ call: SyscallNumber) {
    let word = Int(call.index / 64)
    if word >= bits.count { bits += [UInt64](repeating: 0, count: word + 1 - bits.count) }
    bits[word] |= 1 << UInt64(call.index % 64)
  }

  public func contains(_ call: SyscallNumber) -> Bool {
    let word = Int(call.index / 64)
    return (word < bits.count && bits[word] >> UInt64(call.index % 64) & 1 == 1) != inverted
  }

  public mutating func insert(_ subcall: Subcall) { subcalls.insert(subcall) }

  public func contains(_ subcall: Subcall) -> Bool { subcalls.contains(subcall) != inverted }

  /// Whether it holds a call, or else the call of another name that this one stands for.
  public func contains(_ call: SyscallNumber, standingFor name: TableString) -> Bool {
    name.isEmpty ? contains(call) : subcalls.contains { $0.call == call && $0.name == name.offset } != inverted
  }

  /// Whether it makes a difference what a call stands for: then a call counts by the name that is shown.
  public var choosesSubcalls: Bool { !isAll && !isEmpty }

  /// Whether it holds the calls that the tables do not have.
  public var containsUnknown: Bool { inverted }
}
