/// What the tables describe and what they don't, as lines for people: `make coverage`.
struct Coverage {
  private let compiler: Compiler

  init(_ compiler: Compiler) { self.compiler = compiler }

  /// The report. Written for `grep`: each line begins with what it is about.
  var lines: [String] { customs + plainNumbers + commands }

  private var described: Set<String> { Set(compiler.declarations.calls.flatMap { $0.names.map(\.0) }) }

  /// The calls of the machine's ABIs.
  var calls: [String] {
    let described = described
    var result: [String] = []
    for abi in compiler.numbers.abis where compiler.machine.abis.contains(where: { $0.name == abi.name }) {
      let names = Set(abi.rows.map(\.call))
      let missing = names.subtracting(described).sorted()
      result.append("calls \(abi.name): \(names.count - missing.count) of \(names.count) described")
      result += missing.map { "calls \(abi.name): not described: \($0)" }
    }
    return result
  }

  private var customs: [String] {
    var users: [String: Set<String>] = [:]
    for call in compiler.declarations.calls {
      for name in decoders(of: call.variant) { users[name, default: []].insert(call.names[0].0) }
    }
    return Vocabulary.customs.map { name in
      "custom \(name): \(users[name].map { $0.sorted().joined(separator: " ") } ?? "named by no call itself")"
    }
  }

  private func decoders(of variant: VariantSyntax) -> Set<String> {
    var found: Set<String> = []
    for item in variant.arguments + variant.explanation { item.type.map { collect($0, into: &found) } }
    guard let (_, cases) = variant.selector else { return found }
    for item in compiler.cases(cases) {
      switch item.target {
      case .call(let inner): found.formUnion(decoders(of: inner))
      case .type(let type): collect(type, into: &found)
      }
    }
    return found
  }

  private func collect(_ type: TypeSyntax, into found: inout Set<String>) {
    switch type.kind {
    case .custom(let name, let element, _):
      found.insert(name)
      element.map { collect($0, into: &found) }
    case .within(let inner, _), .from(let inner, _): collect(inner, into: &found)
    case .reference(let reference):
      collect(reference.entry, into: &found)
      reference.exit.map { collect($0, into: &found) }
    case .array(let element, _, _, _, _, _, _): collect(element, into: &found)
    case .select(_, let cases):
      for item in compiler.cases(cases) {
        if case .type(let inner) = item.target { collect(inner, into: &found) }
      }
    case .name(let name, _):
      if let declared = compiler.types[name], !seen.contains(name) {
        seen.names.append(name)
        collect(declared.type, into: &found)
        seen.names.removeLast()
      } else if let structure = compiler.structs[name], !seen.contains(name) {
        seen.names.append(name)
        for item in structure.items { item.type.map { collect($0, into: &found) } }
        seen.names.removeLast()
      }
    default: break
    }
  }

  /// Names being looked through, so that a structure in itself ends.
  private final class Seen {
    var names: [String] = []
    func contains(_ name: String) -> Bool { names.contains(name) }
  }
  private let seen = Seen()

  /// Arguments that a bare width other than size describes: perhaps nobody looked for their meaning.
  private var plainNumbers: [String] {
    compiler.declarations.calls.flatMap { call in
      plainArguments(call.variant).map { "number \(call.names[0].0): \($0)" }
    }
  }

  private func plainArguments(_ variant: VariantSyntax) -> [String] {
    var result: [String] = []
    for item in variant.arguments {
      guard let name = item.shown, case .name(let type, _)? = item.type?.kind, Vocabulary.widths[type] != nil,
        type != "size"
      else { continue }
      result.append("\(name): \(type)")
    }
    guard let (_, cases) = variant.selector else { return result }
    for item in compiler.cases(cases) {
      if case .call(let inner) = item.target { result += plainArguments(inner) }
    }
    return result
  }

  private var commands: [String] {
    var typed: Set<String> = []
    for item in compiler.cases.filter({ $0.key.hasPrefix("ioctl_") }).flatMap(\.value.cases) {
      for label in item.labels {
        if case .name(let name) = label.value.kind { typed.insert(name) }
      }
    }
    let values = Set(typed.compactMap { compiler.constants.value($0)?.wide })
    let names = compiler.commands.all.filter { command in
      !typed.contains(command.name) && !(command.wide.map(values.contains) ?? false)
    }
    return ["ioctl: \(compiler.commands.all.count - names.count) of \(compiler.commands.all.count) commands typed"]
      + names.map { "ioctl: no type: \($0.name)" }.sorted()
  }
}
