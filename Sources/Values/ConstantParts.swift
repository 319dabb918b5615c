import CTableFormat
import Decoding
import SyscallTables

/// What a number of a set of constants is made of, part by part: `O_WRONLY`, `O_CREAT`, the bits that have no name.
///
/// The parts stand in the set's order, then the bits without a name, then numbers and signals among flags.
public struct ConstantParts {
  public struct Part {
    public enum Kind: Sendable {
      /// `name` stands for all of it.
      case name
      /// `name` is that of the bit: `1<<CAP_CHOWN`.
      case bit
      /// A field with values of its own: `name` is its value's, empty where it has none.
      case field
      /// The same, that stands `shift` bits up, which the entry names: `FUTEX_OP_OR<<28`.
      case shifted
      /// Permissions.
      case mode
      /// A number in some of the bits, which the entry names if they are shifted: `21<<MAP_HUGE_SHIFT`.
      case number
      case hexadecimal
      case signal
      /// Bits without a name.
      case rest
    }

    public let kind: Kind
    /// The bits, where they are in the number.
    public let bits: UInt64
    public let name: TableString
    public let entry: tl_entry

    /// The bits as a number of their own.
    public var field: UInt64 { bits &>> UInt64(entry.shift) }
  }

  private enum Phase { case entries, rest, last, end }

  private let kind: SetKind
  private let isZero: Bool
  private let wordSize: Int
  private let rows: Range<UInt32>
  private var row: UInt32
  private var phase: Phase
  /// The bits that no part has told yet; of those the numbers that stand last.
  private var left: UInt64
  private var last: UInt64 = 0
  private var hasNumber = false
  private var found = 0
  private let namesZero: Bool
  private let withFields: Bool
  /// Nothing but bits without a name was found.
  public private(set) var isUnnamed = false

  /// The parts of the lowest `width` bytes of `value`; without fields those that have a name of their own alone.
  public init(_ value: UInt64, of set: UInt32, width: UInt8, wordSize: Int, withFields: Bool = true) {
    let description = Tables.set(set)
    kind = description.kind
    let value = Token.mask(value, width: description.flags.contains(.narrow) ? min(width, 4) : width)
    self.wordSize = wordSize
    self.withFields = withFields
    rows = ConstantSet(index: set).entries(wordSize: wordSize)
    row = rows.lowerBound
    left = value
    isZero = value == 0
    namesZero = !description.flags.contains(.zeroPlain)
    phase = isZero && (!namesZero || description.kind == .bitNumbers) ? .end : .entries
  }

  public mutating func next() -> Part? {
    if phase == .entries {
      if let part = isZero ? nextOfZero() : nextOfEntries() { return part }
      phase = isZero ? .end : .rest
    }
    if phase == .rest {
      phase = .last
      row = rows.lowerBound
      let isAlone = found == 0
      if isAlone && last == 0 && !hasNumber { (isUnnamed, phase) = (left != 0, .end) }
      // A number among flags has no name alone.
      if isAlone && left == 0 && hasNumber { phase = .end }
      if last == 0 && !hasNumber { phase = .end }
      if left != 0 {
        found += 1
        return Part(kind: .rest, bits: left, name: TableString(0), entry: tl_entry())
      }
    }
    return phase == .last ? nextOfLast() : nil
  }

  private mutating func nextOfEntries() -> Part? {
    while row < rows.upperBound {
      let entry = Tables.entry(row)
      row &+= 1
      if kind == .bitNumbers {
        let bit: UInt64 = entry.value < 64 ? 1 &<< entry.value : 0
        if left & bit != 0 { return taking(.bit, bit, TableString(entry.name), entry) }
      } else if entry.form == .name {
        guard entry.value != 0, left & entry.value == entry.value else { continue }
        let part = taking(.name, entry.value, TableString(entry.name), entry)
        // Otherwise fields may follow that are named even when they are zero.
        if left == 0 && !namesZero { passEntries() }
        return part
      } else if !withFields {
        continue
      } else if Self.standsLast(entry) {
        hasNumber = hasNumber || Self.isShownAlways(entry)
        last |= left & entry.mask
        left &= ~entry.mask
      } else if let part = Self.part(left & entry.mask, entry, wordSize: wordSize) {
        left &= ~entry.mask
        found += 1
        return part
      }
    }
    return nil
  }

  private mutating func passEntries() {
    while row < rows.upperBound {
      hasNumber = hasNumber || Self.isShownAlways(Tables.entry(row))
      row &+= 1
    }
  }

  private mutating func taking(_ kind: Part.Kind, _ bits: UInt64, _ name: TableString, _ entry: tl_entry) -> Part {
    left &= ~bits
    found += 1
    return Part(kind: kind, bits: bits, name: name, entry: entry)
  }

  /// No bit is set: the name of zero, and the fields that have one for it.
  private mutating func nextOfZero() -> Part? {
    while row < rows.upperBound {
      let entry = Tables.entry(row)
      row &+= 1
      if entry.form == .name {
        guard entry.value == 0, found == 0 else { continue }
        phase = .end
        return taking(.name, 0, TableString(entry.name), entry)
      }
      if entry.form == .mode {
        phase = .end
        return taking(.mode, 0, TableString(0), entry)
      }
      guard isNamedAtZero(entry), let part = Self.part(0, entry, wordSize: wordSize) else { continue }
      found += 1
      return part
    }
    return nil
  }

  private mutating func nextOfLast() -> Part? {
    while row < rows.upperBound {
      let entry = Tables.entry(row)
      row &+= 1
      guard Self.standsLast(entry), let part = Self.part(last & entry.mask, entry, wordSize: wordSize) else { continue }
      return part
    }
    phase = .end
    return nil
  }

  /// What an entry that is no name tells of its bits; nil where there is nothing to say of them.
  public static func part(_ bits: UInt64, _ entry: tl_entry, wordSize: Int) -> Part? {
    switch entry.form {
    case .field:
      let name = name(of: bits, in: entry, wordSize)
      return name.isEmpty && bits == 0 ? nil : Part(kind: .field, bits: bits, name: name, entry: entry)
    case .shifted:
      let name = name(of: bits &>> UInt64(entry.shift), in: entry, wordSize)
      return name.isEmpty && bits == 0 ? nil : Part(kind: .shifted, bits: bits, name: name, entry: entry)
    case .mode: return Part(kind: .mode, bits: bits, name: TableString(0), entry: entry)
    case .hex, .number:
      if bits == 0 && entry.value == 0 { return nil }
      return Part(
        kind: entry.form == .hex ? .hexadecimal : .number, bits: bits,
        name: entry.shift == 0 ? TableString(0) : TableString(entry.name), entry: entry)
    case .signal: return bits == 0 ? nil : Part(kind: .signal, bits: bits, name: TableString(0), entry: entry)
    case .name, .family: return nil
    }
  }

  private static func name(of value: UInt64, in entry: tl_entry, _ wordSize: Int) -> TableString {
    let set = UInt32(truncatingIfNeeded: entry.value)
    guard set != 0 else { return TableString(0) }
    return ConstantSet(index: set).name(of: value, width: 8, wordSize: wordSize) ?? TableString(0)
  }

  /// Whether it is a field with values of its own, one of which is zero.
  private func isNamedAtZero(_ entry: tl_entry) -> Bool {
    (entry.form == .field || entry.form == .shifted) && !Self.name(of: 0, in: entry, wordSize).isEmpty
  }

  /// Numbers and signals among flags stand behind everything else, bits without a name included.
  private static func standsLast(_ entry: tl_entry) -> Bool {
    switch entry.form {
    case .number, .signal: true
    case .hex: entry.shift == 0
    case .name, .field, .shifted, .mode, .family: false
    }
  }

  /// Whether it is a number that is shown behind flags even when it is zero, and alone has no name.
  private static func isShownAlways(_ entry: tl_entry) -> Bool {
    (entry.form == .hex || entry.form == .number) && entry.value != 0
  }
}

extension ConstantSet {
  /// The name of a value. The tables keep constants extended to 64 bits as C does, which an unsigned member of fewer
  /// bits does not.
  public func name(of value: UInt64, width: UInt8, wordSize: Int) -> TableString? {
    if let name = name(of: value, wordSize: wordSize) { return name }
    guard width == 4 || width == 2 || width == 1 else { return nil }
    let shift = 64 &- UInt64(width) &* 8
    let masked = (value &<< shift) &>> shift
    if masked != value, let name = name(of: masked, wordSize: wordSize) { return name }
    let extended = UInt64(bitPattern: Int64(bitPattern: masked &<< shift) &>> Int64(bitPattern: shift))
    return extended != masked && extended != value ? name(of: extended, wordSize: wordSize) : nil
  }

  /// The row of the greatest value that is not greater, of a set where that names what lies between two of its values.
  public func nearest(to value: UInt64, wordSize: Int) -> tl_entry? {
    // The last name only ends the others.
    let rows = entries(wordSize: wordSize)
    guard let first = rows.first, let last = rows.last, value > Tables.entry(first).value,
      value < Tables.entry(last).value
    else { return nil }
    return rows.last { Tables.entry($0).value < value }.map { Tables.entry($0) }
  }
}
