/// Where a member lies and what C calls it.
struct Slot {
  var offset = Pair(0)
  var size = Pair(0)
  var signed = false
  /// C's type; nil for a structure that the tables lay out.
  var cType: String?
  var bit = 0
  var bits = 0
  /// On which word sizes the member exists.
  var onWide = true
  var onNarrow = true
}

/// A structure being compiled: its members, and the rows of those that expressions use without showing them.
final class Structure {
  let syntax: StructSyntax
  /// The name, and those of the structures around it when it looks at them.
  let key: String
  let wide: Layout?
  let narrow: Layout?
  /// Slots of the structures that C's rules lay out, by member.
  var ownSlots: [String: Slot] = [:]
  var size: Pair
  /// The index of each shown member's row, by the member's path.
  var rowIndex: [String: Int] = [:]
  /// Rows behind the shown ones.
  var hidden: [String] = []
  /// Rows of the shown ones, and flags, once compiled.
  var rows: [String] = []
  var flags: [String] = []
  private var hiddenIndex: [String: Int] = [:]

  init(_ syntax: StructSyntax, key: String, wide: Layout?, narrow: Layout?) {
    self.syntax = syntax
    self.key = key
    self.wide = wide
    self.narrow = narrow
    size = Pair(wide?.size ?? narrow?.size ?? 0, narrow?.size ?? wide?.size ?? 0)
    for item in syntax.items where item.form == .value && item.value == nil {
      if let path = item.member ?? item.shown, types[path] == nil, let type = item.type { types[path] = type }
    }
  }

  private var types: [String: TypeSyntax] = [:]

  /// The type that the description gives a member.
  func type(of member: String) -> TypeSyntax? { types[member] }

  /// Rows that are shown (or stand for what is not).
  var shownItems: [ItemSyntax] { syntax.items.filter { $0.form != .padding } }

  func hasMember(_ path: String, _ compiler: Compiler) -> Bool { slot(path, compiler) != nil }

  func memberNames(_ compiler: Compiler) -> [String] {
    Array(ownSlots.keys) + ((wide ?? narrow)?.members.map(\.name) ?? [])
  }

  func slot(_ path: String, _ compiler: Compiler) -> Slot? {
    if wide == nil && narrow == nil { return ownSlots[path] ?? nestedOwnSlot(path, compiler) }
    let first = wide.flatMap { compiler.wideLayouts.member(path, of: $0) }
    let second = narrow.flatMap { compiler.narrowLayouts.member(path, of: $0) }
    guard let model = first ?? second else { return nil }
    var slot = Slot()
    slot.offset = Pair((first ?? model).offset, (second ?? model).offset)
    slot.size = Pair((first ?? model).size, (second ?? model).size)
    slot.signed = Vocabulary.isSigned(cType: Self.elementType(model.type))
    slot.cType = model.type
    slot.bit = model.bit
    slot.bits = model.bits
    slot.onWide = first != nil || wide == nil
    slot.onNarrow = second != nil || narrow == nil
    return slot
  }

  /// `member.path` into a structure that is a member of one that the tables lay out.
  private func nestedOwnSlot(_ path: String, _ compiler: Compiler) -> Slot? {
    guard let dot = path.firstIndex(of: "."), let outer = ownSlots[String(path[..<dot])],
      case .name(let name, _)? = types[String(path[..<dot])]?.kind,
      var slot = compiler.slot(String(path[path.index(after: dot)...]), ofStructureNamed: name, syntax.position)
    else { return nil }
    slot.offset = slot.offset + outer.offset
    return slot
  }

  /// `__u8` of `__u8[16][4]`.
  static func elementType(_ type: String) -> String {
    String(type.prefix { $0 != "[" })
  }

  /// The row of a member as a number, for expressions; made when no shown row has it.
  func reference(to path: String, _ compiler: Compiler) -> String? {
    guard let slot = slot(path, compiler) else { return nil }
    if let index = hiddenIndex[path] { return "F_\(key)+\(index)" }
    let index = shownItems.count + (syntax.date == nil ? 0 : 1) + (syntax.alias == nil ? 0 : 1) + hidden.count
    hiddenIndex[path] = index
    var items = ["0", compiler.plainNumber(slot), "0"]
    items += Compiler.placement(slot)
    items += ["\(slot.bit)", "\(slot.bits)"]
    hidden.append("F(\(row(items)))")
    return "F_\(key)+\(index)"
  }
}
