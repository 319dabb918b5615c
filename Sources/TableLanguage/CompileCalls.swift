extension Compiler {
  func compileCalls() {
    var described: [String: [(ABISet, CallSyntax, Position)]] = [:]
    for call in declarations.calls {
      for (name, position) in call.names {
        let available = numbers.traced(name)
        if available.isEmpty {
          let known = ABISet.words.flatMap { numbers.callNames[$0.0] ?? [] }
          error(position, "no call \(name) in tables/numbers" + suggestion(for: name, among: known))
          continue
        }
        if let abis = call.abis, available.isDisjoint(with: abis) {
          error(position, "no call \(name) on these ABIs")
        }
        for other in described[name] ?? [] where overlap(call.abis, other.1.abis) {
          error(position, "\(name) is described twice: first at \(place(other.2))")
        }
        described[name, default: []].append((call.abis ?? .all, call, position))
      }
    }
    for (name, calls) in described {
      special[name] = calls.reduce(ABISet()) { $0.union($1.1.abis ?? []) }
    }
    for (index, call) in declarations.calls.enumerated() where !here(call).isEmpty { compile(call, index) }
    for name in Set(numbers.abis.flatMap { $0.rows.map(\.call) }) {
      output.calls[name] = callRow(name, described[name]?.map(\.1) ?? [])
    }
  }

  /// Those of the machine's ABIs that a description is of.
  private func here(_ call: CallSyntax) -> ABISet {
    // Where a description is of one ABI, that of all others is not.
    let available = call.names.reduce(ABISet()) { found, name in
      found.union(numbers.traced(name.0).subtracting(call.abis == nil ? special[name.0] ?? [] : []))
    }
    return (call.abis ?? .all).intersection(available).intersection(machine.all)
  }

  /// Whether two descriptions compete: both are for all ABIs that have no description of their own, or for one ABI.
  private func overlap(_ first: ABISet?, _ second: ABISet?) -> Bool {
    guard let first, let second else { return first == nil && second == nil }
    return !first.isDisjoint(with: second)
  }

  /// The row of one name: its variants by ABI and what is remembered for them.
  private func callRow(_ name: String, _ calls: [CallSyntax]) -> String {
    let key = output.key(name)
    guard !calls.isEmpty else { return "K(\(key))" }
    let available = numbers.traced(name)
    func variant(_ description: ABIDescription?) -> String {
      guard let abi = description.map(machine.bit), !available.isDisjoint(with: abi) else { return "0" }
      let special = calls.first { $0.abis.map { !$0.isDisjoint(with: abi) } ?? false }
      guard let call = special ?? calls.first(where: { $0.abis == nil }), !call.isWords else { return "0" }
      return "V_\(label(call))"
    }
    var captures: [String] = []
    for call in calls { captures += captureLabels[label(call)] ?? [] }
    let flags = Vocabulary.markers.filter { marker in calls.contains { $0.markers.contains(marker) } }
      .map { "TL_CALL_" + $0.uppercased().replacing(" ", with: "_") }
    let kept = calls.compactMap { keptLabels[label($0)] }.first ?? "0"
    let namespaces = calls.compactMap { namespaceLabels[label($0)] }.first ?? "0"
    let list = captures.isEmpty ? "0" : output.lists.label("\(captures.count),\(captures.joined(separator: ","))")
    return "K("
      + row([
        key, variant(machine.native), variant(machine.hasCompat ? machine.compat : nil), variant(machine.marked), list,
        "\(captures.count)", output.string(calls[0].page),
        kept, namespaces,
        flags.isEmpty ? "0" : flags.joined(separator: "|"),
      ]) + ")"
  }

  /// The description of a call where it is of an ABI, whether the ABI has the call itself or not.
  private func described(_ name: String, on abi: ABISet) -> CallSyntax? {
    let calls = declarations.calls.filter { $0.names.contains { $0.0 == name } }
    return calls.first { $0.abis.map { !$0.isDisjoint(with: abi) } ?? false } ?? calls.first { $0.abis == nil }
  }

  /// The name of a description: that of its first call, and its ABIs.
  private func label(_ call: CallSyntax) -> String {
    guard let abis = call.abis?.intersection(machine.all) else { return call.names[0].0 }
    let words = ABISet.words.filter { abis.contains($0.1) }.map(\.0)
    return call.names[0].0 + "_on_" + words.joined(separator: "_")
  }

  private func compile(_ call: CallSyntax, _ index: Int) {
    let label = label(call)
    guard output.variants[label] == nil, !call.isWords else { return }
    let scope = CallScope()
    scope.abis = here(call)
    // The captures of all descriptions of a name share its slots.
    let before = declarations.calls[..<index].filter { $0.names[0].0 == call.names[0].0 }
      .reduce(0) { $0 + $1.captures.count }
    for (offset, capture) in call.captures.enumerated() { scope.captures[capture.name] = before + offset }
    scope.slots = before + call.captures.count
    let lines = variant(call.variant, label, scope, Pair(0))
    let used = Scope(call: scope)
    if let kept = call.kept {
      keptLabels[label] = output.lists.label("2,\(expression(kept.address, used)),\(expression(kept.bytes, used))")
    }
    if let kinds = call.namespaces { namespaceLabels[label] = expression(kinds, used) }
    captureLabels[label] = call.captures.map { expression($0.value, used) }
    if scope.slots > Self.captureSlots { error(call.position, "more than \(Self.captureSlots) values to remember") }
    output.variants[label] = lines
  }

  /// As many values as a record keeps between entry and exit.
  private static let captureSlots = 8

  /// The rows of a variant and of its cases.
  private func variant(
    _ syntax: VariantSyntax, _ label: String, _ scope: CallScope, _ start: Pair
  ) -> [String] {
    var registers: [Pair] = []
    var next = start
    for (index, item) in syntax.arguments.enumerated() {
      if let register = item.register { next = Pair(register) }
      let takesTwo = item.value == nil && (item.type.map { isWide($0, Scope(call: scope)) } ?? false)
      if takesTwo && machine.compat.pairsAreEven && scope.abis.contains(machine.narrow) {
        next.narrow += next.narrow % 2
      }
      registers.append(item.value == nil ? next : Pair(0))
      // What is computed, or stands for something left out, has no register.
      guard item.value == nil, item.form == .value else { continue }
      next = next + Pair(1, takesTwo ? 2 : 1)
      if let name = item.shown {
        scope.arguments[name] = CallScope.Argument(reference: "F_a_\(label)+\(index)", type: item.type)
      }
    }
    let names = Scope(call: scope)
    var lines: [String] = []
    var header = ["V_\(label)"]
    let rows = zip(syntax.arguments, registers).map { argument($0, $1, names) }
    if !rows.isEmpty { lines += ["A(a_\(label),\(rows.count))"] + rows }
    header += [rows.isEmpty ? "0" : "F_a_\(label)", "\(rows.count)"]
    var inner: [String] = []
    if let (value, cases) = syntax.selector {
      let choice = callCases(cases, label, scope, next)
      header += [
        expression(value, names), caseGroup(choice.rows), "\(choice.rows.count)", choice.otherwise,
      ]
      inner = choice.lines
    } else {
      header += ["0", "0", "0", "0"]
    }
    let result = syntax.result.map { type($0, names, .result) } ?? "0"
    header.append(
      syntax.resultValue.map { output.types.label(row(["VALUE", "0", "0", "0", "0", expression($0, names), result])) }
        ?? result)
    let explained = syntax.explanation.map { explanation($0, names) }
    if !explained.isEmpty { lines += ["A(x_\(label),\(explained.count))"] + explained }
    header += explained.isEmpty ? ["0", "0"] : ["F_x_\(label)", "\(explained.count)"]
    header.append(output.string(syntax.name))
    if let words = syntax.words, let name = syntax.name, let call = described(name, on: machine.narrow) {
      header[6] = "V_\(self.label(call))"
      header += [expression(words, names), "K_\(output.key(name))"]
    } else if syntax.words != nil {
      error(syntax.position, "no call \(syntax.name ?? "") is described")
    }
    lines.append("V(\(row(header)))")
    return lines + inner
  }

  private func argument(_ item: ItemSyntax, _ register: Pair, _ scope: Scope) -> String {
    let condition = expression(item.condition, scope)
    if item.form != .value {
      let form = item.form == .ellipsis ? "TL_FORM_ELLIPSIS" : "TL_FORM_UNKNOWN"
      return "F(0,0,\(condition),0,0,0,0,0,0,0,\(form))"
    }
    let isNarrow = scope.call?.abis.contains(machine.narrow) ?? false
    if register.wide > 5 || register.narrow > 5 && isNarrow { error(item.position, "more than six registers") }
    let type: String
    if let value = item.value {
      type = valueType(item, value, scope)
    } else {
      type = item.type.map { self.type($0, scope, .argument) } ?? "0"
    }
    let items = [
      output.string(item.shown), type, condition, "\(register.wide)", "\(register.narrow)", "0", "0", "0", "0",
      fieldFlags(item),
    ]
    return "F(\(row(items)))"
  }

  private func fieldFlags(_ item: ItemSyntax) -> String {
    var flags: [String] = []
    if item.verbose { flags.append("TL_FIELD_VERBOSE") }
    if item.named { flags.append("TL_FIELD_NAMED") }
    return flags.isEmpty ? "0" : flags.joined(separator: "|")
  }

  private func explanation(_ item: ItemSyntax, _ scope: Scope) -> String {
    let type: String
    if let value = item.value {
      type = valueType(item, value, scope)
    } else {
      type = item.type.map { self.type($0, scope, .result) } ?? "0"
    }
    let items = [output.string(item.shown), type, expression(item.condition, scope), "0", "0", "0", "0", "0", "0"]
    return "F(\(row(items + [fieldFlags(item)])))"
  }

  private func callCases(
    _ cases: Cases, _ label: String, _ scope: CallScope, _ next: Pair
  ) -> (rows: [String], otherwise: String, lines: [String]) {
    var otherwise = "0"
    var lines: [String] = []
    var labels: [(CaseSyntax.Label, String)] = []
    for (index, item) in self.cases(cases).enumerated() {
      guard case .call(let syntax) = item.target else {
        error(item.position, "expected arguments in parentheses, found a type")
        continue
      }
      var key = "else"
      let here = item.labels.filter { !$0.abis.isDisjoint(with: machine.all) }
      if here.isEmpty, !item.labels.isEmpty { continue }
      if let first = here.first {
        if case .name(let name) = first.value.kind { key = name } else { key = "\(index)" }
        if machine.roles(first.abis) != 0 { key += "_\(machine.roles(first.abis))" }
      }
      let inner = CallScope()
      inner.abis = scope.abis
      inner.arguments = scope.arguments
      inner.captures = scope.captures
      inner.slots = scope.slots
      let path = "\(label)_\(key)"
      lines += variant(syntax, path, inner, next)
      if item.labels.isEmpty {
        otherwise = "V_\(path)"
      } else {
        labels += here.map { ($0, "V_\(path)") }
      }
    }
    return (caseRows(labels, Scope()), otherwise, lines)
  }

  /// Whether an argument of this type takes two registers on 32-bit ABIs.
  private func isWide(_ type: TypeSyntax, _ scope: Scope) -> Bool {
    let type = resolved(type, scope).type
    switch type.kind {
    case .presented(let width, _):
      return Vocabulary.widths[width]?.size == Pair(8)
    case .name(let name, _):
      return (Vocabulary.widths[name]?.size ?? Vocabulary.styles[name]?.size) == Pair(8)
    default:
      return false
    }
  }
}
