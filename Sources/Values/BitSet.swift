import CTableFormat
import Decoding
import SyscallTables

/// The members of a set of bits.
public struct BitSet {
  /// What its bits are.
  public let form: BitsForm
  /// The set that names them; 0 when none does.
  public let set: UInt32
  /// More members are left out.
  public let isCut: Bool
  private let bits: UnsafeRawBufferPointer
  private let count: Int
  /// Bytes of the words that they are kept in: 4 or 8.
  public let width: Int

  /// - Parameter token: a value of the kind ``Node/Kind/bits``; `bits`: its bytes.
  public init(_ token: Token, bits: UnsafeRawBufferPointer) {
    form = token.bits
    set = token.operand
    isCut = token.flags.contains(.cut)
    self.bits = bits
    width = token.width == 4 ? 4 : 8
    // There are no signals beyond those, whatever the size that was given.
    count = min(Int(token.extra), bits.count * 8, token.bits == .signals ? Int(SignalNumber.last) : Int.max)
  }

  /// How many bits it has, set or not.
  public var size: Int { max(count, 0) }

  @inline(__always)
  public func contains(_ bit: Int) -> Bool {
    bit >= 0 && bit < size && bits[bit >> 3] & (1 << UInt8(truncatingIfNeeded: bit & 7)) != 0
  }

  /// The number of the first member that a bit can stand for: signals are counted from 1.
  public var base: Int { form == .signals ? 1 : 0 }

  /// The members as the kernel numbers them.
  public var members: some Sequence<Int> { (0..<size).lazy.filter(contains).map { $0 + base } }

  /// The words that it is kept in.
  public var words: some Sequence<UInt64> {
    stride(from: 0, to: bits.count, by: width).lazy.map { start in
      (start..<min(start + width, bits.count)).reversed().reduce(UInt64(0)) { $0 &<< 8 | UInt64(bits[$1]) }
    }
  }

  /// The name of a member; nil where it goes by its number.
  public func name(of member: Int, wordSize: Int) -> ConstantName? {
    switch form {
    case .signals: ConstantName(signal: UInt64(member))
    case .names, .fewer:
      set == 0
        ? nil
        : ConstantSet(index: set).name(of: UInt64(member), width: 4, wordSize: wordSize).map { .name($0) }
    case .numbers, .descriptors, .words: nil
    }
  }
}
