/// How often each call is drawn: the more there is to choose among in what it is given, the more often.
package struct ExampleWeights {
  private let compiler: Compiler
  private var byCall: [String: Int] = [:]

  package init(_ tables: CheckedTables) {
    compiler = tables.compiler
    for call in compiler.declarations.calls {
      var seen: Set<String> = []
      let weight = 1 + min(breadth(call.variant, &seen) / 24, 15)
      for (name, _) in call.names { byCall[name] = max(byCall[name] ?? 1, weight) }
    }
  }

  func weight(_ call: String) -> Int { byCall[call] ?? 1 }

  private func breadth(_ variant: VariantSyntax, _ seen: inout Set<String>) -> Int {
    let arguments = variant.arguments.reduce(0) { $0 + breadth($1.type, &seen) }
    return arguments + (variant.selector.map { breadth($0.1, &seen) } ?? 0)
  }

  private func breadth(_ cases: Cases, _ seen: inout Set<String>) -> Int {
    if case .named(let name, _) = cases, !seen.insert("cases " + name).inserted { return 0 }
    return compiler.cases(cases).reduce(0) { sum, item in
      switch item.target {
      case .type(let type): sum + 1 + breadth(type, &seen)
      case .call(let variant): sum + 1 + breadth(variant, &seen)
      }
    }
  }

  /// How many choices there are in a type and in what it leads to, each once.
  private func breadth(_ type: TypeSyntax?, _ seen: inout Set<String>) -> Int {
    guard let type else { return 0 }
    switch type.kind {
    case .none, .words, .sized, .bits: return 0
    case .presented(_, let inner), .widened(_, let inner), .within(let inner, _), .from(let inner, _),
      .array(let inner, _, _, _, _, _, _), .records(let inner, _, _, _, _):
      return breadth(inner, &seen)
    case .reference(let reference): return breadth(reference.entry, &seen) + breadth(reference.exit, &seen)
    case .select(_, let cases): return breadth(cases, &seen)
    case .custom(_, let inner, _): return breadth(inner, &seen)
    case .name(let name, _):
      guard seen.insert(name).inserted else { return 0 }
      if let declared = compiler.types[name] { return breadth(declared.type, &seen) }
      if let attributes = compiler.attributes[name] {
        return attributes.items.reduce(0) { $0 + 1 + breadth($1.type, &seen) }
      }
      guard let structure = compiler.structs[name] else { return 0 }
      return structure.items.reduce(breadth(structure.follower?.type, &seen)) { $0 + breadth($1.type, &seen) }
    }
  }
}
