import CSyscallTables
import CTableFormat

/// A calling convention of the kernel: a row of `tables/abis.tsv`.
///
/// What matters of one is a property here; that of the machine's own is asked for by its role.
public struct ABI: Sendable, Hashable, CaseIterable, CustomStringConvertible {
  /// The row in the tables; those of the machine that Trapline is built for come first.
  public let rawValue: UInt8

  @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// The machine's own.
  @inlinable public static var native: ABI { ABI(rawValue: 0) }
  /// That of the machine's 32-bit programs.
  @inlinable public static var compat: ABI { ABI(rawValue: 1) }

  /// Those that a tracer meets on this machine, ``native`` first.
  public static let allCases = (0..<UInt8(clamping: tl_machine_abi_count)).map { ABI(rawValue: $0) }

  /// The ABI of a call by the native gate, from its number as the kernel reports it: some machines have a second there,
  /// whose numbers are marked. A number of -1 is what a seccomp filter leaves of a call that it denied: its bits mean
  /// nothing.
  @inlinable public static func wide(_ number: UInt64) -> ABI {
    number & UInt64(tl_mark) != 0 && number != .max ? ABI(rawValue: 2) : .native
  }

  @inlinable var row: tl_abi { tl_abi_at(UInt32(rawValue)) }

  /// `x86_64`, `mips-o32`.
  public var name: TableString { TableString(row.name) }
  public var description: String { name.description }
  /// `64 bit`: what a thread that makes its calls runs in; empty for another machine's.
  public var mode: TableString { TableString(row.mode) }
  /// What stands behind an `@` in expressions: `64`; empty for another machine's.
  public var designator: TableString { TableString(row.designator) }
  /// libseccomp's name; empty when it has none.
  public var filterName: TableString { TableString(row.filter_name) }
  /// What audit(7) and seccomp(2) know it by.
  @inlinable public var architecture: UInt32 { row.architecture }

  /// Bytes of a program's pointer and of its `long`.
  @inlinable public var wordSize: Int { Int(row.word_size) }
  /// Bytes of a register.
  @inlinable public var registerSize: Int { Int(row.register_size) }
  /// Whether a register has 32 bits, so that a number of 64 takes two.
  @inlinable public var isNarrow: Bool { registerSize == 4 }
  /// Which of a description's variants and offsets are its.
  @inlinable public var layout: Layout { row.layout }
  /// The bit by which cases of the tables are restricted to ABIs of its kind.
  @inlinable public var bit: UInt32 { 1 << UInt32(layout.rawValue) }
  /// What marks the numbers of its calls, as the kernel reports them; 0: nothing does.
  @inlinable public var mark: UInt64 { UInt64(row.mark) }

  /// The number of a call as the tables have it, from the kernel's. Some ABIs have calls of their own far above the others.
  @inlinable public func plain(_ number: UInt64) -> UInt64 {
    let row = row
    let plain = number & ~UInt64(row.mark)
    guard row.first_private != 0, plain >= UInt64(row.first_private) else { return plain }
    return plain &- UInt64(row.first_private) &+ UInt64(row.private_place)
  }

  /// That of the machine's other mode.
  @inlinable public var foreign: ABI { isNarrow ? .native : .compat }
}

extension tl_call {
  /// The row of what an ABI takes and returns; 0 when it has no such call, or none that is described.
  @inlinable public func variant(_ abi: ABI) -> UInt32 {
    switch abi.layout {
    case .wide: variant64
    case .narrow: variant32
    case .marked: variant_marked
    }
  }

  /// Those of every ABI, without zeros.
  public var variants: [UInt32] { [variant64, variant32, variant_marked].filter { $0 != 0 } }
}

extension tl_field {
  /// The register that an argument is in, or begins in.
  @inlinable public func register(_ abi: ABI) -> Int { Int(abi.isNarrow ? offset32 : offset64) }
}
