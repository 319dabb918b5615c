import CSyscallTables
import CTableFormat

/// A system call of one ABI: its number there and what the tables know of it.
public struct SyscallNumber: Sendable, Hashable {
  /// The row in the numbers' table; never 0.
  public let index: UInt32

  @inlinable public init(index: UInt32) { self.index = index }

  /// The call with a number as the kernel reports it (with its ABI's mark); nil when the ABI has none of that number.
  @inlinable public init?(abi: ABI, number: UInt64) {
    let plain = abi.plain(number)
    let row =
      abi.rawValue < tl_machine_abi_count ? tl_number_of(UInt32(abi.rawValue), plain) : Self.search(abi, plain)
    if row == 0 { return nil }
    index = row
  }

  /// The row of a number of another machine's ABI, or 0.
  @usableFromInline static func search(_ abi: ABI, _ number: UInt64) -> UInt32 {
    let rows = rows(of: abi)
    var low = rows.lowerBound
    var high = rows.upperBound
    while low < high {
      let middle = low + (high - low) / 2
      if UInt64(Tables.number(middle).number) < number { low = middle + 1 } else { high = middle }
    }
    return low < rows.upperBound && UInt64(Tables.number(low).number) == number ? low : 0
  }

  @inlinable public var name: TableString { TableString(Tables.number(index).name) }
  /// The number, without a mark.
  @inlinable public var number: UInt64 { UInt64(Tables.number(index).number) }
  /// Bytes of a register, a pointer and a `long` as the call takes them. A marked ABI shares the calls of the native
  /// one with their structures, but for some; those that only it has are of 32 bits.
  public func wordSize(abi: ABI) -> Int {
    let isWide = abi.layout == .marked && SyscallNumber(abi: .native, number: number) != nil
    return isWide && !Tables.call(call).flags.contains(.narrowWhereMarked) ? 8 : abi.wordSize
  }
  @inlinable public var argumentCount: Int { Int(Tables.number(index).arguments) }
  @inlinable public var classes: SyscallClasses { SyscallClasses(rawValue: Tables.number(index).classes) }
  /// The description's row; 0 when there is none.
  @inlinable public var call: UInt32 { Tables.number(index).call }

  /// What others than its decoder must know of it.
  @inlinable public var flags: CallFlags { Tables.call(call).flags }

  /// Every call of an ABI, by number.
  @inlinable public static func all(of abi: ABI) -> LazyMapSequence<Range<UInt32>, SyscallNumber> {
    rows(of: abi).lazy.map { SyscallNumber(index: $0) }
  }

  @inlinable static func rows(of abi: ABI) -> Range<UInt32> {
    let row = tl_abi_at(UInt32(abi.rawValue))
    return row.first..<row.first + row.count
  }

  /// The call of that name in an ABI.
  public static func named(_ name: some StringProtocol, abi: ABI) -> SyscallNumber? {
    Tables.row(of: name, in: rows(of: abi)) { Tables.number($0).name }.map { SyscallNumber(index: $0) }
  }
}

/// What others than its decoder must know of a call: the markers of its description.
public typealias CallFlags = CTableFormat.CallFlags

/// Classes of calls, as `-e trace=%CLASS` names them: bits in the order of ``names``.
public struct SyscallClasses: OptionSet, Sendable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }

  /// `desc`, `file`, `memory` …, without the `%`.
  public static var names: [TableString] { (0..<tl_class_count).map { TableString(tl_class_name_at($0)) } }

  /// The class of that name.
  public static func named(_ name: some StringProtocol) -> SyscallClasses? {
    Tables.row(of: name, in: 0..<tl_class_count) { tl_class_name_at($0) }.map { SyscallClasses(rawValue: 1 << $0) }
  }
}
