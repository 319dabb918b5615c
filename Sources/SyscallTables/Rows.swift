import CSyscallTables
import CTableFormat

/// The rows of the compiled tables. The indices come from other rows, which the table compiler wrote, or from a
/// look-up here; row 0 stands for "none".
public enum Tables {
  @inlinable public static func type(_ index: UInt32) -> tl_type { tl_type_at(index) }
  @inlinable public static func field(_ index: UInt32) -> tl_field { tl_field_at(index) }
  @inlinable public static func structure(_ index: UInt32) -> tl_struct { tl_struct_at(index) }
  @inlinable public static func step(_ index: UInt32) -> tl_step { tl_step_at(index) }
  /// An expression in a list of expressions (parameters, captures, sizes).
  @inlinable public static func expression(_ index: UInt32) -> UInt32 { tl_arg_at(index) }
  @inlinable public static func selection(_ index: UInt32) -> tl_case { tl_case_at(index) }
  @inlinable public static func set(_ index: UInt32) -> tl_set { tl_set_at(index) }
  @inlinable public static func entry(_ index: UInt32) -> tl_entry { tl_entry_at(index) }
  @inlinable public static func variant(_ index: UInt32) -> tl_variant { tl_variant_at(index) }
  @inlinable public static func call(_ index: UInt32) -> tl_call { tl_call_at(index) }
  @inlinable public static func number(_ index: UInt32) -> tl_number { tl_number_at(index) }
  @inlinable public static func constant(_ index: UInt32) -> Int64 { tl_wide_at(index) }
}

extension Tables {
  /// The row of a `shared type` of the tables, or 0; found by comparing names: for look-ups at start.
  public static func type(named name: some StringProtocol) -> UInt32 {
    let row = row(of: name, in: 0..<tl_shared_type_count) { tl_shared_type_at($0).name }
    return row.map { tl_shared_type_at($0).type } ?? 0
  }

  /// The structure of that name, or 0; found by comparing names.
  public static func structure(named name: some StringProtocol) -> UInt32 {
    row(of: name, in: 1..<max(tl_struct_count, 1)) { tl_struct_at($0).name } ?? 0
  }

  /// The first of some rows that has this name, by the string that is a row's name.
  static func row(of name: some StringProtocol, in rows: Range<UInt32>, _ nameOf: (UInt32) -> UInt32) -> UInt32? {
    Array(name.utf8).withUnsafeBytes { bytes in
      for row in rows where TableString(nameOf(row)).matches(bytes) { return row }
      return nil
    }
  }
}
