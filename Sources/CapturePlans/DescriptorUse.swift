import CBPF
import CTableFormat
import SyscallTables

/// Which descriptors a call shows at its entry.
public enum DescriptorUse: Equatable, Sendable {
  /// Those in some registers, a bit for each.
  case registers(UInt8)
  /// Others, too: in memory, or as the decoder finds out.
  case anywhere
}

extension DescriptorUse {
  /// Where the descriptors of a call are, at most.
  public init(of entry: SyscallNumber, abi: ABI) {
    guard entry.call != 0 else {
      self = .registers(0)
      return
    }
    let call = Tables.call(entry.call)
    let variant = call.variant(abi)
    var search = Search(abi: abi)
    if variant != 0 { search.look(atVariant: variant) }
    self = search.isAnywhere ? .anywhere : .registers(search.registers)
  }

  private struct Search {
    let abi: ABI
    var registers: UInt8 = 0
    var isAnywhere = false
    private var variants: Set<UInt32> = []
    private var types: Set<UInt32> = []

    init(abi: ABI) { self.abi = abi }

    mutating func look(atVariant index: UInt32) {
      guard variants.insert(index).inserted else { return }
      let variant = Tables.variant(index)
      for argument in variant.first_argument..<variant.first_argument + variant.argument_count {
        let field = Tables.field(argument)
        look(at: field.type, register: field.register(abi))
      }
      if variant.words != 0 { isAnywhere = true }
      guard variant.selector != 0 else { return }
      for row in variant.first_case..<variant.first_case + UInt32(variant.case_count) {
        look(atVariant: Tables.selection(row).target)
      }
      if variant.otherwise != 0 { look(atVariant: variant.otherwise) }
    }

    /// `register`: the value is in that; nil: it is somewhere else.
    private mutating func look(at index: UInt32, register: Int?) {
      guard !isAnywhere, register != nil || types.insert(index).inserted else { return }
      let type = Tables.type(index)
      switch type.kind {
      case .number:
        guard type.style == .fd || type.style == .dirfd else { return }
        if let register, register < 6 { registers |= 1 << UInt8(register) } else { isAnywhere = true }
      case .select:
        for row in type.select.cases..<type.select.cases + UInt32(type.select.caseCount) {
          look(at: Tables.selection(row).target, register: register)
        }
        if type.select.otherwise != 0 { look(at: type.select.otherwise, register: register) }
      case .reference:
        look(at: type.reference.entry, register: nil)
        if type.reference.exit != 0 { look(at: type.reference.exit, register: nil) }
      case .structure:
        let structure = Tables.structure(type.structure.row)
        for row in 0..<structure.field_count {
          let field = Tables.field(structure.first_field + row)
          // Those of other forms hold no value of their own, and no type.
          if field.form == .value { look(at: field.type, register: nil) }
        }
      case .array, .list: look(at: type.array.element, register: nil)
      case .within: look(at: type.within.type, register: register)
      case .bitSet: if type.bits == .descriptors { isAnywhere = true }
      case .none, .set, .string, .buffer, .characters, .literal: break
      case .custom: if type.referenceFlags.contains(.in) || !type.referenceFlags.contains(.out) { isAnywhere = true }
      case .inOut, .computed, .records, .changed: isAnywhere = true
      }
    }
  }
}
