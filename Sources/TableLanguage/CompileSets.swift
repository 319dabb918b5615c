extension Compiler {
  /// One entry of a set, resolved for both word sizes.
  private struct Entry {
    var name: String
    var value: Constants.Value
    var abis: ABISet
    /// The row's macro and arguments behind the name when it is no plain name.
    var field: String?
    var position: Position
  }

  /// The label of the set `name`, whose rows are made at first use; nil when there is none.
  func setLabel(_ name: String, _ position: Position) -> String? {
    guard let set = sets[name] else { return nil }
    if output.sets[name] == nil {
      output.sets[name] = []
      compile(set, as: name)
    }
    return "SET_\(name)"
  }

  /// The label of a set that something uses; reports when there is none.
  func usedSet(_ name: String, _ position: Position) -> String {
    used.insert(name)
    if let label = setLabel(name, position) { return label }
    error(position, "no set \(name)" + suggestion(for: name, among: sets.keys))
    return "0"
  }

  func compile(_ set: SetSyntax, as name: String) {
    let entries = entries(of: set.entries, in: set, named: name)
    let wide = ordered(entries.filter { !$0.abis.isDisjoint(with: machine.wide) }, set, \.wide)
    let narrow = ordered(entries.filter { $0.abis.contains(machine.narrow) }, set, \.narrow)
    // C's int has the highest flag as its sign; in a wider word it is the same bit.
    func bits(_ value: Int64) -> Int64 {
      set.kind == "flags" ? Int32(exactly: value).map { Int64(UInt32(bitPattern: $0)) } ?? value : value
    }
    let wideRows = wide.map { self.row($0, bits($0.value.wide)) }
    let narrowRows = narrow.map { self.row($0, bits($0.value.narrow)) }
    let same = wideRows == narrowRows
    let kinds = ["values": "VALUES", "flags": "FLAGS", "bits": "BIT_NUMBERS"]
    let styles = [
      "decimal": "DEC", "octal": "OCT", "hex": "HEX", "signedhex": "SIGNED_HEX", "fourcc": "FOURCC",
      "pointer": "POINTER",
    ]
    let flags = (set.zeroPlain ? ["TL_SET_ZERO_PLAIN"] : []) + set.manners.map { "TL_SET_" + $0.uppercased() }
    let header = [
      name, "s_" + output.key(name), output.string(set.unknown), kinds[set.kind] ?? "VALUES",
      "TL_" + (styles[set.style ?? "hex"] ?? "HEX"), flags.isEmpty ? "0" : flags.joined(separator: "|"),
      "\(wideRows.count)", same ? "0" : "\(wideRows.count)", "\(narrowRows.count)",
      "\(same ? wideRows.count : wideRows.count + narrowRows.count)",
    ]
    output.sets[name] = ["SET(\(header.joined(separator: ",")))"] + wideRows + (same ? [] : narrowRows)
  }

  private func ordered(
    _ entries: [Entry], _ set: SetSyntax, _ value: KeyPath<Constants.Value, Int64>
  ) -> [Entry] {
    guard set.kind != "flags" else { return entries }
    var seen: Set<Int64> = []
    let first = entries.filter { seen.insert($0.value[keyPath: value]).inserted }
    // Bits are shown in the order of the set; values are looked up.
    return set.kind == "bits"
      ? first
      : first.sorted {
        UInt64(bitPattern: $0.value[keyPath: value]) < UInt64(bitPattern: $1.value[keyPath: value])
      }
  }

  private func row(_ entry: Entry, _ value: Int64) -> String {
    let key = output.key(entry.name)
    if let field = entry.field { return "X(\(key),\(spelled(value)),\(field))" }
    return "V(\(key),\(spelled(value)))"
  }

  /// A constant in C: the shorter of decimal and hexadecimal.
  func spelled(_ value: Int64) -> String {
    if value == .min { return "1ull<<63" }
    let decimal = String(value)
    let hex = "0x" + String(UInt64(bitPattern: value), radix: 16)
    if value < 0 { return decimal.utf8.count <= hex.utf8.count ? decimal : hex }
    return decimal.utf8.count <= 5 ? decimal : hex
  }

  private func entries(of list: [EntrySyntax], in set: SetSyntax, named name: String) -> [Entry] {
    var result: [Entry] = []
    var names: Set<String> = []
    func add(_ entry: Entry, explicit: Bool) {
      // Several fields may have one shift.
      let mask = entry.field == nil ? "" : "\(entry.value.wide)"
      if names.insert("\(entry.name)/\(entry.abis.rawValue)/\(mask)").inserted {
        result.append(entry)
      } else if explicit {
        error(entry.position, "\(entry.name) stands twice in set \(set.name)")
      }
    }
    for item in list where !item.abis.isDisjoint(with: machine.all) {
      switch item.form {
      case .name(let header):
        guard let value = constants.value(item.name, from: header) else {
          reportNoConstant(item.name, from: header, item.position)
          continue
        }
        add(
          Entry(name: item.name, value: value, abis: here(item.abis, item.name), position: item.position),
          explicit: true)
      case .computed(let expression):
        guard let value = constant(expression, Scope()) else {
          error(expression.position, "expected an expression of constants")
          continue
        }
        add(Entry(name: item.name, value: value, abis: item.abis, position: item.position), explicit: true)
      case .prefix(let header, let except):
        for (constant, value) in expand(item, header, except) {
          let abis = here(item.abis, constant)
          add(Entry(name: constant, value: value, abis: abis, position: item.position), explicit: false)
        }
      case .members(let other):
        used.insert(other)
        guard let otherSet = sets[other] else {
          error(item.position, "no set \(other)" + suggestion(for: other, among: sets.keys))
          continue
        }
        if expanding.contains(other) {
          error(item.position, "set \(other) contains itself")
          continue
        }
        expanding.append(other)
        for var entry in entries(of: otherSet.entries, in: otherSet, named: other) {
          entry.abis.formIntersection(item.abis)
          add(entry, explicit: false)
        }
        expanding.removeLast()
      case .field(let shift, let form):
        if let entry = field(item, shift, form, in: set, named: name) { add(entry, explicit: true) }
      }
    }
    return result
  }

  /// Those of some ABIs where a constant exists.
  func here(_ abis: ABISet, _ constant: String) -> ABISet {
    var abis = abis
    if constants.absentWide.contains(constant) { abis.subtract(machine.wide) }
    if constants.absentNarrow.contains(constant) { abis.subtract(machine.narrow) }
    return abis
  }

  func reportNoConstant(_ name: String, from header: String?, _ position: Position) {
    guard let header else {
      return error(position, "no constant \(name)" + suggestion(for: name, among: constants.names))
    }
    if !constants.hasHeader(header) {
      return error(position, "no header \(header)" + suggestion(for: header, among: constants.headerNames))
    }
    error(position, "no constant \(name) in \(header)")
  }

  private func expand(
    _ item: EntrySyntax, _ header: String?, _ except: [String]
  ) -> [(String, Constants.Value)] {
    if let header, !constants.hasHeader(header) {
      error(item.position, "no header \(header)" + suggestion(for: header, among: constants.headerNames))
      return []
    }
    var excluded: Set<String> = []
    var prefixes: [String] = []
    for word in except {
      if word.hasSuffix("*") { prefixes.append(String(word.dropLast())) } else { excluded.insert(word) }
      if !word.hasSuffix("*"), constants.value(word) == nil { reportNoConstant(word, from: nil, item.position) }
    }
    let names = constants.names(withPrefix: item.name).filter { name in
      !excluded.contains(name) && !prefixes.contains { name.hasPrefix($0) }
    }
    let found = names.compactMap { name in constants.value(name, from: header).map { (name, $0) } }
    if found.isEmpty {
      error(item.position, "no constant begins with \(item.name)" + (header.map { " in \($0)" } ?? ""))
    }
    return found.sorted {
      (UInt64(bitPattern: $0.1.wide), $0.0) < (UInt64(bitPattern: $1.1.wide), $1.0)
    }
  }

  private func field(
    _ item: EntrySyntax, _ shiftName: String?, _ form: EntrySyntax.FieldForm, in set: SetSyntax, named name: String
  ) -> Entry? {
    guard var mask = item.mask.map({ Constants.Value($0) }) ?? constants.value(item.name) else {
      reportNoConstant(item.name, from: nil, item.position)
      return nil
    }
    var shift: Int64 = 0
    if let shiftName {
      guard let value = Int64(shiftName) ?? constants.value(shiftName)?.wide else {
        reportNoConstant(shiftName, from: nil, item.position)
        return nil
      }
      shift = value & 63
      // Headers give some masks in place and some before they are shifted.
      if mask.wide & ((1 << shift) &- 1) != 0 {
        mask = Constants.Value(wide: mask.wide << shift, narrow: mask.narrow << shift)
      }
    }
    let shown = shiftName ?? item.name
    var inner = "0"
    let kind: String
    switch form {
    case .number(let always):
      kind = "NUMBER"
      inner = always ? "1" : "0"
    case .signal:
      kind = "SIGNAL"
    case .mode:
      kind = "MODE"
    case .hex(let always):
      kind = "HEX"
      inner = always ? "1" : "0"
    case .named(let other):
      inner = usedSet(other, item.position)
      kind = shiftName == nil ? "FIELD" : "SHIFTED"
    case .inline(let list):
      let key = "\(name)_\(item.name)"
      let values = SetSyntax(
        name: key, kind: "values", style: set.style, unknown: set.manners.contains("split") ? set.unknown : nil,
        entries: list, position: item.position)
      compile(values, as: key)
      inner = "SET_\(key)"
      kind = shiftName == nil ? "FIELD" : "SHIFTED"
    }
    return Entry(
      name: shown, value: mask, abis: item.abis, field: "\(kind),\(inner),\(shift)", position: item.position)
  }
}
