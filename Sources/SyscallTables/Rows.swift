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
    for row in 0..<tl_shared_type_count where TableString(tl_shared_type_at(row).name).matches(name) {
      return tl_shared_type_at(row).type
    }
    return 0
  }
}
