extension Compiler {
  /// How many structures around it the structure `name` looks at.
  func outerDepth(_ name: String) -> Int {
    if let known = outerDepths[name] { return known }
    outerDepths[name] = 0
    guard let syntax = structs[name] else { return 0 }
    var depth = 0
    for item in syntax.items {
      if let type = item.type { depth = max(depth, outerDepth(type)) }
      for expression in [item.value, item.condition] {
        if let expression { depth = max(depth, outerDepth(expression)) }
      }
      // A member without a type is the structure of its C type's name.
    }
    if let follower = syntax.follower {
      depth = max(depth, outerDepth(follower.type), follower.at.map { outerDepth($0) } ?? 0)
    }
    outerDepths[name] = depth
    return depth
  }

  private func outerDepth(_ expression: Expression) -> Int {
    switch expression.kind {
    case .outer(let levels, _): return levels
    case .unary(_, let a): return outerDepth(a)
    case .peek(let type, let a), .kept(let type, let a): return max(outerDepth(type), outerDepth(a))
    case .binary(_, let a, let b), .has(let a, let b): return max(outerDepth(a), outerDepth(b))
    case .conditional(let a, let b, let c): return max(outerDepth(a), outerDepth(b), outerDepth(c))
    case .call(_, let arguments): return arguments.map { outerDepth($0) }.max() ?? 0
    default: return 0
    }
  }

  private func outerDepth(_ type: TypeSyntax) -> Int {
    switch type.kind {
    case .none, .words: return 0
    case .name(let name, let arguments):
      var depth = arguments.map { outerDepth($0) }.max() ?? 0
      if structs[name] != nil { depth = max(depth, outerDepth(name) - 1) }
      if let declared = types[name], !expanding.contains(name) {
        expanding.append(name)
        depth = max(depth, outerDepth(declared.type))
        expanding.removeLast()
      }
      return depth
    case .presented(_, let inner), .widened(_, let inner): return outerDepth(inner)
    case .sized(_, let length): return length.map { outerDepth($0) } ?? 0
    case .bits(let count, _, _, _): return outerDepth(count)
    case .reference(let reference):
      return [
        outerDepth(reference.entry), reference.exit.map { outerDepth($0) } ?? 0,
        reference.condition.map { outerDepth($0) } ?? 0,
        reference.size.map { max(outerDepth($0.0), outerDepth($0.1)) } ?? 0,
      ].max() ?? 0
    case .array(let element, let count, _, let condition, _, _, let most):
      return max(
        outerDepth(element), count.map { outerDepth($0) } ?? 0, (condition ?? most).map { outerDepth($0) } ?? 0)
    case .records(let element, let count, let stride, _, let bytes):
      // The stride is looked for in the record.
      return max(
        outerDepth(element), count.map { outerDepth($0) } ?? 0, outerDepth(stride) - 1,
        bytes.map { outerDepth($0) } ?? 0)
    case .select(let value, let cases):
      return max(
        outerDepth(value),
        self.cases(cases).map { item in
          if case .type(let type) = item.target { return outerDepth(type) }
          return 0
        }.max() ?? 0)
    case .custom(_, let element, let arguments):
      return max(element.map { outerDepth($0) } ?? 0, arguments.map { outerDepth($0) }.max() ?? 0)
    case .within(let inner, let value), .from(let inner, let value):
      return max(outerDepth(inner), outerDepth(value))
    }
  }

  /// The structure `name` where it is described as a member of `frames`; its rows are made at first use.
  func structure(_ name: String, within frames: [Structure], _ position: Position) -> Structure? {
    guard let syntax = structs[name] else { return nil }
    let depth = outerDepth(name)
    if depth > frames.count {
      error(position, "struct \(name) looks at the structure around it, and there is none here")
      return nil
    }
    let key = ([name] + frames.prefix(depth).map(\.key)).joined(separator: "_in_")
    if let known = structures[key] { return known }
    let layoutName = syntax.layoutName ?? name
    let wide = wideLayouts.layout(layoutName, from: syntax.layoutHeader)
    let narrow = narrowLayouts.layout(layoutName, from: syntax.layoutHeader)
    if wide == nil, narrow == nil, syntax.layoutName != nil || syntax.layoutHeader != nil {
      error(
        syntax.position,
        "no structure \(layoutName) in uapi" + suggestion(for: layoutName, among: wideLayouts.names))
    }
    let structure = Structure(syntax, key: key, wide: wide, narrow: narrow)
    structures[key] = structure
    if wide == nil, narrow == nil { layOut(structure) }
    compile(structure, Scope(frames: [structure] + frames))
    return structure
  }

  private func compile(_ structure: Structure, _ scope: Scope) {
    var rows: [String] = []
    let items = structure.shownItems
    // What follows has the row behind the shown ones.
    if structure.syntax.follower != nil { structure.hidden.append("") }
    var seen: [String: ItemSyntax] = [:]
    for item in items {
      rows.append(field(item, structure, scope))
      guard item.form == .value, let name = item.shown, item.condition == nil, item.value == nil else { continue }
      if let other = seen[name], other.part == item.part, !isChoice(item), !isChoice(other) {
        error(item.position, "\(name) stands twice in struct \(structure.syntax.name)")
      }
      seen[name] = item
    }
    if let alias = structure.syntax.alias {
      rows.append(
        "F(0,\(type(alias.set, scope, .pointee)),\(expression(alias.value, scope)),0,0,0,0,0,0,0,TL_FORM_NAME)")
    }
    if let date = structure.syntax.date {
      let digits = structure.syntax.dateDigits
      rows.append(
        "F(0,\(expressionList([date.0, date.1], scope)),0,0,0,\(digits),\(digits),0,0,"
          + "\(structure.syntax.isDateDerived ? "TL_FIELD_DERIVED" : "0"),TL_FORM_DATE)")
    }
    var flags: [String] = []
    if structure.syntax.clipped { flags.append("TL_STRUCT_CLIPPED") }
    if structure.syntax.padded { flags.append("TL_STRUCT_PADDED") }
    if structure.syntax.unbraced || structure.syntax.separator != nil { flags.append("TL_STRUCT_BARE") }
    if structure.syntax.headed { flags.append("TL_STRUCT_HEADED") }
    if structure.syntax.cut { flags.append("TL_STRUCT_CLIPPED|TL_STRUCT_CUT") }
    if structure.syntax.bracketed { flags.append("TL_STRUCT_BRACKETED") }
    if let follower = structure.syntax.follower {
      flags.append("TL_STRUCT_THEN")
      let type = self.type(follower.type, scope, .pointee)
      structure.hidden[0] = "F(\(row(["0", type, expression(follower.at, scope)])))"
    }
    if structure.syntax.called != nil { flags.append("TL_STRUCT_CALLED") }
    if structure.syntax.listed { flags.append("TL_STRUCT_LISTED") }
    structure.rows = rows
    structure.flags = flags
    write(structure)
  }

  /// Writes a structure's rows: once more when rows that are not shown have been added since.
  func write(_ structure: Structure) {
    let rows = structure.rows
    let flags = structure.flags
    let header = [
      structure.key, "s_" + output.key(structure.syntax.called ?? structure.syntax.name), "\(rows.count)",
      "\(rows.count + structure.hidden.count)", "\(structure.size.wide)", "\(structure.size.narrow)",
      flags.isEmpty ? "0" : flags.joined(separator: "|"), "\(structure.syntax.parameters.count)",
      "\((structure.syntax.separator ?? "").utf8.reversed().reduce(0) { $0 << 8 | Int($1) })",
    ]
    output.structs[structure.key] = ["STRUCT(\(header.joined(separator: ",")))"] + rows + structure.hidden
  }

  /// Whether a choice decides how, and whether, the member is shown.
  private func isChoice(_ item: ItemSyntax) -> Bool {
    if case .select? = item.type?.kind { return true }
    return false
  }

  private func field(_ item: ItemSyntax, _ structure: Structure, _ scope: Scope) -> String {
    let condition = expression(item.condition, scope)
    if item.form != .value {
      let forms: [ItemSyntax.Form: String] = [.ellipsis: "ELLIPSIS", .unknown: "UNKNOWN", .note: "NOTE"]
      let form = "TL_FORM_" + (forms[item.form] ?? "UNKNOWN")
      return
        "F(\(output.string(item.shown)),\(expression(item.value, scope)),\(condition),0,0,0,0,0,0,\(item.part == .out ? "TL_FIELD_OUT" : "0"),\(form))"
    }
    var flags: [String] = []
    if item.verbose { flags.append("TL_FIELD_VERBOSE") }
    if item.part == .in { flags.append("TL_FIELD_IN") }
    if item.part == .out { flags.append("TL_FIELD_OUT") }
    if item.becomes { flags.append("TL_FIELD_BECOMES") }
    var slot = Slot()
    var type = "0"
    if let value = item.value {
      type = valueType(item, value, scope)
    } else if let path = item.member ?? item.shown {
      if let found = structure.slot(path, self) {
        slot = found
        type = memberType(item, slot, scope)
      } else if structure.wide != nil || structure.narrow != nil || item.member != nil {
        error(
          item.position,
          "no member \(path) in struct \(structure.wide == nil ? "" : structure.syntax.layoutName ?? structure.syntax.name)"
            + suggestion(for: path, among: structure.memberNames(self)))
      }
    } else if let syntax = item.type, case .name(let name, _) = syntax.kind, structs[name] != nil {
      // A structure that stands for nothing in memory: parts of a parameter.
      type = self.type(syntax, scope, .member(slot))
    } else {
      error(item.position, "expected the member: _@member: TYPE")
    }
    if !slot.onWide { flags.append("TL_FIELD_ABSENT64") }
    if !slot.onNarrow { flags.append("TL_FIELD_ABSENT32") }
    var items = [output.string(item.shown), type, condition]
    items += Self.placement(slot)
    items += ["\(slot.bit)", "\(slot.bits)", flags.isEmpty ? "0" : flags.joined(separator: "|")]
    return "F(\(row(items)))"
  }

  /// Offsets and sizes as rows have them.
  static func placement(_ slot: Slot) -> [String] {
    [slot.offset.wide, slot.offset.narrow, slot.size.wide, slot.size.narrow].map { "\(min($0, 65535))" }
  }

  func valueType(_ item: ItemSyntax, _ value: Expression, _ scope: Scope) -> String {
    let type = item.type ?? TypeSyntax(kind: .name("s64", []), position: item.position)
    let inner = self.type(type, scope, .argument)
    return output.types.label(row(["VALUE", "0", "0", "0", "0", expression(value, scope), inner]))
  }

  /// A member's type: as described, or what C's type suggests.
  private func memberType(_ item: ItemSyntax, _ slot: Slot, _ scope: Scope) -> String {
    if let type = item.type { return self.type(type, scope, .member(slot)) }
    guard let cType = slot.cType else {
      error(item.position, "expected : and a type, as uapi does not have this structure")
      return "0"
    }
    return self.type(plain(cType, slot, item.position), scope, .member(slot))
  }

  /// The description of a member that has none: numbers, arrays of them, text, structures.
  private func plain(_ cType: String, _ slot: Slot, _ position: Position) -> TypeSyntax {
    func make(_ kind: TypeSyntax.Kind) -> TypeSyntax { TypeSyntax(kind: kind, position: position) }
    if cType.hasSuffix("*") || cType == "__sighandler_t" { return make(.name("pointer", [])) }
    if let bracket = cType.firstIndex(of: "[") {
      let element = String(cType[..<bracket])
      if element == "char" { return make(.sized("chars", nil)) }
      return make(
        .array(
          make(.name("dec", [])), count: Expression(kind: .number(Int64(Self.elements(cType))), position: position),
          indexedBy: nil))
    }
    if let name = Layouts.structName(cType), structs[name] != nil { return make(.name(name, [])) }
    if let name = Layouts.structName(cType), wideLayouts.layout(name) != nil || cType.contains("union ") {
      error(position, "expected : and a type for the member of type \(cType)")
    }
    return make(.name("dec", []))
  }

  /// 64 of `__u8[16][4]`.
  static func elements(_ cType: String) -> Int {
    cType.split(separator: "[").dropFirst().reduce(1) { $0 &* (Int($1.dropLast()) ?? 0) }
  }

  /// A member of the structure `name` (described, or only in uapi), for expressions.
  func slot(_ path: String, ofStructureNamed name: String, _ position: Position) -> Slot? {
    let syntax = structs[name]
    if syntax != nil { used.insert(name) }
    let placeholder = syntax ?? StructSyntax(name: name, parameters: [], position: position)
    let layoutName = placeholder.layoutName ?? name
    let structure = Structure(
      placeholder, key: name, wide: wideLayouts.layout(layoutName, from: placeholder.layoutHeader),
      narrow: narrowLayouts.layout(layoutName, from: placeholder.layoutHeader))
    if structure.wide == nil, structure.narrow == nil {
      guard syntax != nil else {
        error(position, "no structure \(name)" + suggestion(for: name, among: structs.keys))
        return nil
      }
      layOut(structure)
    }
    if let slot = structure.slot(path, self) { return slot }
    error(position, "no member \(path) in \(name)" + suggestion(for: path, among: structure.memberNames(self)))
    return nil
  }

  func structureSize(_ name: String, _ position: Position) -> Pair? {
    let layoutName = structs[name]?.layoutName ?? name
    if let wide = wideLayouts.layout(layoutName, from: structs[name]?.layoutHeader) {
      return Pair(wide.size, narrowLayouts.layout(layoutName, from: structs[name]?.layoutHeader)?.size ?? wide.size)
    }
    guard let syntax = structs[name] else {
      error(position, "no structure \(name)" + suggestion(for: name, among: structs.keys))
      return nil
    }
    used.insert(name)
    let structure = Structure(syntax, key: name, wide: nil, narrow: nil)
    layOut(structure)
    return structure.size
  }

  /// The type row of a slot as a plain number.
  func plainNumber(_ slot: Slot) -> String {
    number(style: "DEC", size: slot.size, signed: slot.signed, bigEndian: false, set: nil)
  }
}
