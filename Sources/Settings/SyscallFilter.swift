import SyscallTables

/// A set of system calls, by ABI and number, also of numbers that no table has; and of the calls that socketcall(2) and
/// ipc(2) stand for.
public struct SyscallFilter: Sendable, Equatable {
  /// Numbers below this are kept one by one, those above all alike.
  public static let limit = 1024
  @usableFromInline static let words = 16

  @usableFromInline var bits: [UInt64]
  @usableFromInline var beyond: [Bool]
  /// These, or all but these.
  private var subcalls: Set<Subcall> = []
  private var invertsSubcalls: Bool

  public static let all = SyscallFilter(all: true)
  public static let none = SyscallFilter(all: false)

  /// Every call, or none.
  public init(all: Bool) {
    assert(Self.limit == Self.words * UInt64.bitWidth)
    bits = Array(repeating: all ? .max : 0, count: ABI.allCases.count * Self.words)
    beyond = Array(repeating: all, count: ABI.allCases.count)
    invertsSubcalls = all
  }

  /// The calls of these names, of every ABI that has them.
  public init(named names: [String]) {
    self.init(all: false)
    for abi in ABI.allCases {
      for name in names {
        if let call = SyscallNumber.named(name, abi: abi) { insert(call, abi: abi) }
      }
    }
  }

  /// The calls that are marked so in the tables.
  public init(_ mark: CallFlags) {
    self.init(all: false)
    for abi in ABI.allCases {
      for call in SyscallNumber.all(of: abi) where call.flags.contains(mark) { insert(call, abi: abi) }
    }
  }

  /// The number without its ABI's mark.
  @inlinable @inline(__always)
  public static func index(_ number: UInt64, _ abi: ABI) -> UInt64 { abi.plain(number) }

  /// Whether it has the call; `number` as the kernel reports it (with its ABI's mark).
  @inlinable
  public func contains(_ number: UInt64, abi: ABI) -> Bool {
    let index = Self.index(number, abi)
    guard index < 1024 else { return beyond[Int(abi.rawValue)] }
    return bits[Int(abi.rawValue) * Self.words + Int(index / 64)] >> (index % 64) & 1 != 0
  }

  public func contains(_ subcall: Subcall) -> Bool { subcalls.contains(subcall) != invertsSubcalls }

  /// Whether it has a call, or else the call that this one stands for.
  ///
  /// - Parameter name: the name of what it stands for, a string of the tables; 0 where it stands for itself.
  public func contains(_ number: UInt64, abi: ABI, entry: SyscallNumber?, standingFor name: UInt32) -> Bool {
    guard name != 0, let entry else { return contains(number, abi: abi) }
    return contains(Subcall(call: entry, abi: abi, name: name))
  }

  /// Adds or removes one call. A number of ``limit`` or more stands for all such.
  public mutating func set(_ number: UInt64, abi: ABI, to isMember: Bool) {
    let index = Self.index(number, abi)
    guard index < Self.limit else {
      beyond[Int(abi.rawValue)] = isMember
      return
    }
    let word = Int(abi.rawValue) * Self.words + Int(index / 64)
    let bit: UInt64 = 1 << (index % 64)
    if isMember { bits[word] |= bit } else { bits[word] &= ~bit }
  }

  public mutating func insert(_ number: UInt64, abi: ABI) { set(number, abi: abi, to: true) }
  public mutating func remove(_ number: UInt64, abi: ABI) { set(number, abi: abi, to: false) }

  /// Adds a call of the tables.
  public mutating func insert(_ call: SyscallNumber, abi: ABI) { insert(call.number, abi: abi) }

  public mutating func insert(_ subcall: Subcall) {
    if invertsSubcalls { subcalls.remove(subcall) } else { subcalls.insert(subcall) }
  }

  /// Adds every number that no table has: such calls have no name to be chosen by.
  public mutating func insertUnknownCalls() {
    var unknown = SyscallFilter(all: true)
    for abi in ABI.allCases {
      for call in SyscallNumber.all(of: abi) { unknown.remove(call.number, abi: abi) }
    }
    for index in bits.indices { bits[index] |= unknown.bits[index] }
    for index in beyond.indices { beyond[index] = true }
  }

  /// The complement.
  public mutating func invert() {
    for index in bits.indices { bits[index] = ~bits[index] }
    for index in beyond.indices { beyond[index].toggle() }
    invertsSubcalls.toggle()
  }

  public mutating func formUnion(_ other: SyscallFilter) {
    for index in bits.indices { bits[index] |= other.bits[index] }
    for index in beyond.indices where other.beyond[index] { beyond[index] = true }
    switch (invertsSubcalls, other.invertsSubcalls) {
    case (false, false): subcalls.formUnion(other.subcalls)
    case (true, true): subcalls.formIntersection(other.subcalls)
    case (true, false): subcalls.subtract(other.subcalls)
    case (false, true):
      subcalls = other.subcalls.subtracting(subcalls)
      invertsSubcalls = true
    }
  }

  /// Whether it has every call.
  public var isComplete: Bool {
    bits.allSatisfy { $0 == .max } && beyond.allSatisfy { $0 } && invertsSubcalls && subcalls.isEmpty
  }

  public var isEmpty: Bool {
    bits.allSatisfy { $0 == 0 } && beyond.allSatisfy { !$0 } && !invertsSubcalls && subcalls.isEmpty
  }

  /// Whether it makes no difference between calls.
  public var isUniform: Bool { isComplete || isEmpty }

  /// Whether it has the numbers of ``limit`` or more.
  public func hasUnknown(_ abi: ABI) -> Bool { beyond[Int(abi.rawValue)] }
}
