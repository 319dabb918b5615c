extension Compiler {
  /// The label of the first of rows in tl_cases.
  func caseGroup(_ rows: [String]) -> String {
    rows.isEmpty ? "0" : output.cases.label("\(rows.count)," + rows.joined())
  }

  /// Cases sorted by value; a label whose value differs by word size makes two.
  func caseRows(_ labels: [(CaseSyntax.Label, String)], _ scope: Scope) -> [String] {
    var found: [(value: Int64, abis: ABISet, target: String)] = []
    for (label, target) in labels {
      guard let value = constant(label.value, Scope()) else {
        if case .name(let name) = label.value.kind {
          reportNoConstant(name, from: nil, label.value.position)
        } else {
          error(label.value.position, "expected an expression of constants")
        }
        continue
      }
      var here = label.abis.intersection(machine.all)
      if case .name(let name) = label.value.kind { here = self.here(here, name) }
      let (wide, narrow) = (here.intersection(machine.wide), here.intersection(machine.narrow))
      let parts =
        value.wide == value.narrow ? [(value.wide, here)] : [(value.wide, wide), (value.narrow, narrow)]
      for (number, abis) in parts where !abis.isEmpty {
        if found.contains(where: { $0.value == number && !$0.abis.isDisjoint(with: abis) }) {
          error(label.value.position, "a case of the value \(spelled(number)) stands twice")
        } else {
          found.append((number, abis, target))
        }
      }
    }
    found.sort { ($0.value, machine.roles($0.abis)) < ($1.value, machine.roles($1.abis)) }
    return found.map { item in
      "C(\(row([spelled(item.value), item.target, "\(machine.roles(item.abis))"])))"
    }
  }
}
