import CSyscallTables
import CTableFormat

/// A set of named constants (`set NAME …` in the tables).
public struct ConstantSet: Sendable, Equatable {
  /// The row in the sets' table; never 0.
  public let index: UInt32

  @inlinable public init(index: UInt32) { self.index = index }

  /// The set of that name, found by comparing names: for look-ups at start, not for each call.
  public init?(named name: some StringProtocol) {
    let row = Tables.row(of: name, in: 1..<max(tl_set_count, 1)) { tl_set_at($0).name }
    guard let row else { return nil }
    index = row
  }

  @inlinable public var kind: SetKind { Tables.set(index).kind }

  /// What stands in the comment behind a value without a name (`O_???`); empty when nothing does.
  @inlinable public var unknown: TableString { TableString(Tables.set(index).unknown) }

  /// The rows of its entries for a word of 8 or 4 bytes.
  @inlinable public func entries(wordSize: Int) -> Range<UInt32> {
    let set = Tables.set(index)
    return wordSize == 8
      ? set.first64..<set.first64 &+ set.count64 : set.first32..<set.first32 &+ set.count32
  }

  /// The name of a value of a set of values or bit numbers; nil when it has none.
  ///
  /// A value of 32 bits is found whichever way it was extended to 64.
  @inlinable public func name(of value: UInt64, wordSize: Int) -> TableString? {
    if let found = exactName(of: value, wordSize: wordSize) { return found }
    let low = UInt32(truncatingIfNeeded: value)
    if low < 1 << 31 { return nil }
    let other = value == UInt64(low) ? UInt64(bitPattern: Int64(Int32(bitPattern: low))) : UInt64(low)
    if value != UInt64(low), value != UInt64(bitPattern: Int64(Int32(bitPattern: low))) { return nil }
    return exactName(of: other, wordSize: wordSize)
  }

  @inlinable func exactName(of value: UInt64, wordSize: Int) -> TableString? {
    let rows = entries(wordSize: wordSize)
    var low = rows.lowerBound
    var high = rows.upperBound
    while low < high {
      let middle = low &+ (high &- low) / 2
      let entry = Tables.entry(middle)
      if entry.value < value { low = middle &+ 1 } else { high = middle }
    }
    guard low < rows.upperBound else { return nil }
    let entry = Tables.entry(low)
    return entry.value == value ? TableString(entry.name) : nil
  }

  /// The value of a name; nil when the set has none of that name.
  public func value(of name: some StringProtocol, wordSize: Int) -> UInt64? {
    Tables.row(of: name, in: entries(wordSize: wordSize)) { Tables.entry($0).name }.map { Tables.entry($0).value }
  }
}
