import Decoding
import SyscallTables

/// A set of system calls, by ABI and number, also of numbers that no table has.
public struct SyscallFilter: Sendable, Equatable {
  /// Numbers below this are kept one by one, those above all alike.
  static let limit = 1024
  private static let words = limit / 64

  private var bits: [UInt64]
  private var beyond: [Bool]

  /// Every call, or none.
  public init(all: Bool) {
    bits = Array(repeating: all ? .max : 0, count: ABI.allCases.count * Self.words)
    beyond = Array(repeating: all, count: ABI.allCases.count)
  }

  /// The calls of these names, of every ABI that has them.
  init(named names: [String]) {
    self.init(all: false)
    for abi in ABI.allCases {
      for name in names {
        if let call = SyscallNumber.named(name, abi: abi) { insert(call, abi: abi) }
      }
    }
  }

  /// The number without x32's bit.
  @inline(__always)
  static func index(_ number: UInt64, _ abi: ABI) -> UInt64 { abi == .x32 ? number & ~0x4000_0000 : number }

  /// Whether it has the call; `number` as the kernel reports it (with x32's bit).
  public func contains(_ number: UInt64, abi: ABI) -> Bool {
    let index = Self.index(number, abi)
    guard index < Self.limit else { return beyond[Int(abi.rawValue)] }
    return bits[Int(abi.rawValue) * Self.words + Int(index / 64)] >> (index % 64) & 1 != 0
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

  /// The complement.
  public mutating func invert() {
    for index in bits.indices { bits[index] = ~bits[index] }
    for index in beyond.indices { beyond[index].toggle() }
  }

  public mutating func formUnion(_ other: SyscallFilter) {
    for index in bits.indices { bits[index] |= other.bits[index] }
    for index in beyond.indices where other.beyond[index] { beyond[index] = true }
  }

  /// Whether it has every call.
  public var isComplete: Bool { bits.allSatisfy { $0 == .max } && beyond.allSatisfy { $0 } }
  public var isEmpty: Bool { bits.allSatisfy { $0 == 0 } && beyond.allSatisfy { !$0 } }

  /// Whether it has the numbers of ``limit`` or more.
  func hasUnknown(_ abi: ABI) -> Bool { beyond[Int(abi.rawValue)] }
}

/// A set of signals.
public struct SignalSet: Sendable, Equatable {
  private var bits: UInt64

  public init(all: Bool) { bits = all ? .max : 0 }

  /// Signals 1 to 64.
  public func contains(_ signal: Int32) -> Bool {
    signal >= 1 && signal <= 64 && bits >> UInt64(signal - 1) & 1 != 0
  }

  public mutating func insert(_ signal: Int32) {
    if signal >= 1 && signal <= 64 { bits |= 1 << UInt64(signal - 1) }
  }

  public mutating func remove(_ signal: Int32) {
    if signal >= 1 && signal <= 64 { bits &= ~(1 << UInt64(signal - 1)) }
  }
}
