import SyscallTables

/// A set of system calls, each of one ABI.
public struct CallSet: Sendable, Equatable {
  /// Bits by ``SyscallNumber/index``.
  private var bits: [UInt64] = []
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
  public var isAll: Bool { inverted && bits.allSatisfy { $0 == 0 } }
  public var isEmpty: Bool { !inverted && bits.allSatisfy { $0 == 0 } }

  public mutating func insert(_ call: SyscallNumber) {
    let word = Int(call.index / 64)
    if word >= bits.count { bits += [UInt64](repeating: 0, count: word + 1 - bits.count) }
    bits[word] |= 1 << UInt64(call.index % 64)
  }

  public func contains(_ call: SyscallNumber) -> Bool {
    let word = Int(call.index / 64)
    return (word < bits.count && bits[word] >> UInt64(call.index % 64) & 1 == 1) != inverted
  }

  /// Whether it holds the calls that the tables do not have.
  public var containsUnknown: Bool { inverted }
}
