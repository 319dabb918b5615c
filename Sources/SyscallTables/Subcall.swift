import CSyscallTables
import CTableFormat

/// A call that another stands for: socketcall(2) and ipc(2) do what other ABIs have calls of their own for.
public struct Subcall: Sendable, Hashable {
  /// The call that stands for it.
  public let call: SyscallNumber
  public let abi: ABI
  /// Its own name, a string of the tables.
  public let name: UInt32

  public init(call: SyscallNumber, abi: ABI, name: UInt32) {
    self.call = call
    self.abi = abi
    self.name = name
  }

  /// Every one of them, in the order of the tables.
  public static let all: [Subcall] = {
    var found: [Subcall] = []
    for abi in ABI.allCases {
      for row in SyscallNumber.rows(of: abi) {
        let call = SyscallNumber(index: row)
        let variant = Tables.call(call.call).variant(abi)
        guard call.call != 0, variant != 0 else { continue }
        for name in names(of: Tables.variant(variant)) { found.append(Subcall(call: call, abi: abi, name: name)) }
      }
    }
    return found
  }()

  /// The calls that stand for others.
  public static let standIns = Set(all.map(\.call.index))

  private static func names(of variant: tl_variant) -> [UInt32] {
    var names: [UInt32] = []
    for row in variant.first_case..<variant.first_case + variant.case_count {
      let name = Tables.variant(Tables.selection(row).target).name
      if name != 0, !names.contains(name) { names.append(name) }
    }
    return names
  }

  /// The classes that its name has wherever Linux has a call of that name.
  public var classes: SyscallClasses { namesake.classes }

  public var flags: CallFlags { namesake.flags }

  /// A call of its name, of the first ABI that has one; the call that stands for it where none has.
  private var namesake: SyscallNumber {
    let wanted = TableString(name).description
    for index in 0..<tl_abi_count {
      let abi = tl_abi_at(index)
      let row = Tables.row(of: wanted, in: abi.first..<abi.first + abi.count) { Tables.number($0).name }
      if let row { return SyscallNumber(index: row) }
    }
    return call
  }
}
