import CSyscallTables
import CTableFormat

/// A call that another stands for: socketcall(2) and ipc(2) of i386 do what other ABIs have calls of their own for.
public struct Subcall: Sendable, Hashable {
  /// The call that stands for it.
  public let call: SyscallNumber
  public let abi: ABI
  /// Its own name, a string of the tables.
  public let name: UInt32

  /// Every one of them, in the order of the tables.
  public static let all: [Subcall] = ABI.allCases.flatMap { abi in
    SyscallNumber.all(of: abi).filter { $0.call != 0 }.flatMap { call -> [Subcall] in
      let row = Tables.call(call.call)
      let variant = abi == .x86_64 ? row.variant64 : abi == .i386 ? row.variant32 : row.variantx32
      return variant == 0 ? [] : names(of: Tables.variant(variant)).map { Subcall(call: call, abi: abi, name: $0) }
    }
  }

  private static func names(of variant: tl_variant) -> [UInt32] {
    var names: [UInt32] = []
    for row in variant.first_case..<variant.first_case + variant.case_count {
      let name = Tables.variant(Tables.selection(row).target).name
      if name != 0, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The classes that its name has wherever Linux has a call of that name.
  public var classes: SyscallClasses {
    let wanted = TableString(name).description
    for index in 0..<tl_abi_count {
      let abi = tl_abi_at(index)
      let row = Tables.row(of: wanted, in: abi.first..<abi.first + abi.count) { Tables.number($0).name }
      if let row { return SyscallNumber(index: row).classes }
    }
    return call.classes
  }
}
