/// Attributes compile to a structure of three rows: the length, the type and the choice of what the value is.
extension Compiler {
  func attributesType(_ name: String, _ arguments: [Expression], _ position: Position, _ scope: Scope) -> String {
    used.insert(name)
    guard let syntax = attributes[name] else { return "0" }
    guard arguments.count == syntax.parameters.count else {
      error(position, "attributes \(name) take \(syntax.parameters.count) parameters, found \(arguments.count)")
      return "0"
    }
    if output.structs[name] == nil {
      // Attributes may nest themselves.
      output.structs[name] = []
      compile(syntax)
    }
    return output.types.label(
      row(["STRUCT", "0", "0", "0", "0", "STRUCT_\(name)", expressionList(arguments, scope), "\(arguments.count)"]))
  }

  /// A name of a set without a width stands for as many bytes as the attribute has.
  private func place(of type: TypeSyntax) -> Place {
    if case .name(let name, _) = type.kind, sets[name] != nil { return .attribute }
    return .pointee
  }

  private func compile(_ syntax: AttributesSyntax) {
    let header = StructSyntax(name: syntax.name, parameters: syntax.parameters, position: syntax.position)
    let structure = Structure(header, key: syntax.name, wide: nil, narrow: nil)
    // The third row is of the value: what expressions use of the structure comes behind it.
    let scope = Scope(frames: [structure])
    var labels: [(CaseSyntax.Label, String)] = []
    for item in syntax.items {
      guard let type = item.type else { continue }
      let value = Expression(kind: .name(item.entry.name), position: item.entry.position)
      labels.append((CaseSyntax.Label(value: value, abis: .all), self.type(type, scope, place(of: type))))
    }
    let rows = caseRows(labels, Scope())
    let otherwise = syntax.otherwise.map { type($0, scope, .pointee) } ?? "0"
    let number = Expression(kind: .name("value"), position: syntax.position)
    let choice = output.types.label(
      row([
        "SELECT", "0", "2", "0", "0", expression(number, Scope()), caseGroup(rows), "\(rows.count)", otherwise,
      ]))
    let length = self.number(style: "DEC", size: Pair(2), signed: false, bigEndian: false, set: nil)
    let fields = [
      "F(\(row([output.string("nla_len"), length, "0", "0", "0", "2", "2"])))",
      "F(\(row([output.string("nla_type"), typeOfType(syntax), "0", "2", "2", "2", "2"])))",
      "F(\(row(["0", choice, "0", "4", "4"])))",
    ]
    let head = [
      syntax.name, "s_" + output.key(syntax.name), "3", "\(3 + structure.hidden.count)", "4", "4",
      "TL_STRUCT_ATTRIBUTES", "\(syntax.parameters.count)", "0",
    ]
    output.structs[syntax.name] = ["STRUCT(\(head.joined(separator: ",")))"] + fields + structure.hidden
  }

  /// The names of a list, with those of other lists that it takes in.
  private func named(_ syntax: AttributesSyntax) -> [EntrySyntax] {
    let own = Set(syntax.items.map(\.entry.name))
    return syntax.items.map(\.entry).flatMap { entry -> [EntrySyntax] in
      guard case .members(let other) = entry.form, let list = attributes[other] else { return [entry] }
      used.insert(other)
      return list.items.map(\.entry).filter { !own.contains($0.name) }
    }
  }

  /// The type of `nla_type`: two flags, and the name of the attribute.
  private func typeOfType(_ syntax: AttributesSyntax) -> String {
    var entries = ["NLA_F_NESTED", "NLA_F_NET_BYTEORDER"].map {
      EntrySyntax(name: $0, form: .name(from: nil), abis: .all, position: syntax.position)
    }
    var names = EntrySyntax(
      name: "NLA_TYPE_MASK", form: .field(shift: nil, .inline(named(syntax))), abis: .all,
      position: syntax.position)
    names.mask = 0x3fff
    entries.append(names)
    compile(
      SetSyntax(
        name: syntax.name, kind: "flags", unknown: syntax.unknown, manners: ["split"], entries: entries,
        position: syntax.position), as: syntax.name)
    return number(style: "HEX", size: Pair(2), signed: false, bigEndian: false, set: "SET_\(syntax.name)")
  }
}
