/// Where a type stands: what decides the width of a presentation that has none.
enum Place {
  case argument
  case result
  case pointee
  /// The value of an attribute, which may have any number of bytes.
  case attribute
  case member(Slot)
}

extension Compiler {
  /// The label of a type's row.
  func type(_ syntax: TypeSyntax, _ scope: Scope, _ place: Place) -> String {
    switch syntax.kind {
    case .none:
      return output.types.label("NONE")
    case .words(let text):
      return typeRow("WORDS", a: output.string(text))
    case .presented(let width, let presentation):
      return presented(width, presentation, scope, place)
    case .widened(let width, let inner):
      if case .member(let slot) = place, let width = Vocabulary.widths[width] {
        checkWidth(fitted(width.size, place), slot, syntax.position)
      } else if case .select(let value, let cases) = inner.kind, let width = Vocabulary.widths[width] {
        let bytes = width.size == Pair(8, 4) ? "0" : "\(width.size.wide)"
        return select(value, cases, width: bytes, syntax.position, scope, place)
      }
      return type(inner, scope, place)
    case .name(let name, let arguments):
      return named(name, arguments, syntax.position, scope, place)
    case .sized(let word, let length):
      return sized(word, length, syntax.position, scope, place, flags: "0", condition: "0")
    case .bits(let count, let set, let inverted, let most):
      let names = set.map { usedSet($0, syntax.position) } ?? "0"
      let form = set == nil ? "TL_BITS_NUMBERS" : inverted ? "TL_BITS_FEWER" : "TL_BITS_NAMES"
      return typeRow(
        "BITSET", text: form, a: names, b: expression(count, scope), c: most.map { expression($0, scope) } ?? "0")
    case .reference(let reference):
      return self.reference(reference, syntax.position, scope, place)
    case .array(let element, let count, let set, let condition, let each, let short, let most):
      let flags =
        (each ? ["TL_ARRAY_EACH"] : []) + (short ? ["TL_ARRAY_SHORT"] : []) + (most == nil ? [] : ["TL_ARRAY_MOST"])
      return array(element, count, set, condition, most, flags, syntax.position, scope, place)
    case .records(let element, let count, let stride, let rounded, let bytes):
      return records(element, count, stride, rounded, bytes, syntax.position, scope)
    case .select(let value, let cases):
      return select(value, cases, syntax.position, scope, place)
    case .custom(let name, let element, let arguments):
      if !Vocabulary.customs.contains(name) {
        error(
          syntax.position,
          "no decoder \(name) in table_format.h" + suggestion(for: name, among: Vocabulary.customs))
        return "0"
      }
      return typeRow(
        "CUSTOM", a: "TL_CUSTOM_\(name)", b: expressionList(arguments, scope), c: "\(arguments.count)",
        d: element.map { type($0, scope, .pointee) } ?? "0")
    case .within(let inner, let bytes):
      return typeRow("WITHIN", a: type(inner, scope, place), b: expression(bytes, scope))
    case .from(let inner, let before):
      return typeRow("FROM", a: type(inner, scope, place), b: expression(before, scope))
    }
  }

  func typeRow(
    _ kind: String, style: String = "0", width: String = "0", flags: String = "0", text: String = "0",
    a: String = "0", b: String = "0", c: String = "0", d: String = "0"
  ) -> String {
    output.types.label(row([kind, style, width, flags, text, a, b, c, d]))
  }

  private func typeRow(_ kind: String, a: String, list: String, count: Int) -> String {
    typeRow(kind, a: a, b: list, c: "\(count)")
  }

  /// Expressions that stand together in tl_args: the label of the first.
  func expressionList(_ expressions: [Expression], _ scope: Scope) -> String {
    guard !expressions.isEmpty else { return "0" }
    let labels = expressions.map { expression($0, scope) }
    return output.lists.label("\(labels.count),\(labels.joined(separator: ","))")
  }

  // MARK: Names of declarations

  private func named(
    _ name: String, _ arguments: [Expression], _ position: Position, _ scope: Scope, _ place: Place
  ) -> String {
    if let width = Vocabulary.widths[name] {
      let size = fitted(width.size, place)
      if case .member(let slot) = place { checkWidth(size, slot, position) }
      let style = width.style ?? "DEC"
      // The kernel returns a word, whatever C calls the result.
      if case .result = place {
        return number(style: style, size: Pair(8, 4), signed: false, bigEndian: false, set: nil)
      }
      return number(style: style, size: size, signed: width.signed, bigEndian: width.bigEndian, set: nil)
    }
    if case .member(let slot) = place, let cType = slot.cType, cType.hasSuffix("]"),
      Vocabulary.styles[name] != nil || sets[name] != nil
    {
      return elementwise(name, slot, cType, position, scope)
    }
    if let label = scalar(name, arguments, nil, position, scope, place) { return label }
    if let declared = types[name] { return expand(declared, arguments, position, scope, place) }
    if structs[name] != nil { return structureType(name, arguments, position, scope) }
    if attributes[name] != nil { return attributesType(name, arguments, position, scope) }
    let known = Array(Vocabulary.widths.keys) + scalarNames + structs.keys + attributes.keys + Vocabulary.sized.keys
    error(position, "no type, set or structure \(name)" + suggestion(for: name, among: known))
    return "0"
  }

  private func expand(
    _ declared: TypeDeclaration, _ arguments: [Expression], _ position: Position, _ scope: Scope, _ place: Place
  ) -> String {
    used.insert(declared.name)
    guard arguments.count == declared.parameters.count else {
      error(
        position, "\(declared.name) takes \(declared.parameters.count) parameters, found \(arguments.count)")
      return "0"
    }
    guard !expanding.contains(declared.name) else {
      error(position, "type \(declared.name) contains itself")
      return "0"
    }
    expanding.append(declared.name)
    defer { expanding.removeLast() }
    let inner = Scope(frames: scope.frames, call: scope.call)
    inner.isDeclared = true
    for (parameter, argument) in zip(declared.parameters, arguments) {
      inner.parameters[parameter] = (argument, scope)
    }
    return type(declared.type, inner, place)
  }

  private func structureType(
    _ name: String, _ arguments: [Expression], _ position: Position, _ scope: Scope
  ) -> String {
    used.insert(name)
    let wanted = structs[name]?.parameters.count ?? 0
    guard arguments.count == wanted else {
      error(position, "struct \(name) takes \(wanted) parameters, found \(arguments.count)")
      return "0"
    }
    guard let structure = structure(name, within: scope.frames, position) else { return "0" }
    return typeRow(
      "STRUCT", a: "STRUCT_\(structure.key)", list: expressionList(arguments, scope), count: arguments.count)
  }

  // MARK: Text, bytes, bits

  private func sized(
    _ word: String, _ length: Expression?, _ position: Position, _ scope: Scope, _ place: Place, flags: String,
    condition: String
  ) -> String {
    guard let sized = Vocabulary.sized[word] else { return "0" }
    var count = expression(length, scope)
    switch sized.kind {
    case .string:
      return typeRow(
        "STRING", flags: flags == "0" ? "TL_REFER_IN" : flags, text: "TL_\(sized.form)", a: count, c: condition)
    case .buffer:
      if length == nil { error(position, "expected a length: \(word)[BYTES]") }
      return typeRow(
        "BUFFER", flags: flags == "0" ? "TL_REFER_IN" : flags, text: "TL_\(sized.form)", a: count, c: condition)
    case .chars:
      if length == nil, let bytes = sized.length { count = expression(number: Constants.Value(Int64(bytes))) }
      if length == nil, sized.length == nil {
        if case .member = place {} else { error(position, "expected a length: \(word)[BYTES]") }
      }
      return typeRow("CHARS", text: "TL_\(sized.form)", a: count)
    case .bitset:
      guard let length else {
        error(position, "expected a length behind \(word)")
        return "0"
      }
      let factors = ["sigset": 8, "fdset": 1]
      var bits = length
      func times(_ kind: Expression.Kind) {
        bits = Expression(
          kind: .binary("*", length, Expression(kind: kind, position: position)), position: position)
      }
      if word == "words" {
        let eight = Expression(kind: .number(8), position: position)
        times(.binary("*", Expression(kind: .name("wordsize"), position: position), eight))
      } else if let factor = factors[word], factor != 1 {
        times(.number(Int64(factor)))
      }
      return typeRow("BITSET", text: "TL_\(sized.form)", b: expression(bits, scope))
    }
  }

  // MARK: Pointers

  private func reference(
    _ reference: TypeSyntax.Reference, _ position: Position, _ scope: Scope, _ place: Place
  ) -> String {
    if case .member(let slot) = place, slot.size != Pair(0), slot.size != Pair(8, 4), slot.size != Pair(8) {
      error(position, "a pointer for a member of \(slot.size.wide) bytes")
    }
    var flags: [String] = []
    if reference.direction != .out && !reference.late { flags.append("TL_REFER_IN") }
    if reference.direction != .in || reference.exit != nil || reference.late { flags.append("TL_REFER_OUT") }
    if reference.late { flags.append("TL_REFER_LATE") }
    if reference.merged { flags.append("TL_REFER_MERGED") }
    if reference.changed { flags.append("TL_REFER_CHANGED") }
    if reference.bare { flags.append("TL_REFER_BARE") }
    if reference.orAddress { flags.append("TL_REFER_ADDRESS") }
    if reference.always { flags.append("TL_REFER_ALWAYS") }
    let condition = expression(reference.condition, scope)
    // Text is a pointer by itself.
    let pointed = self.resolved(reference.entry, scope)
    if case .sized(let word, let length) = pointed.type.kind, let sized = Vocabulary.sized[word],
      sized.kind == .string || sized.kind == .buffer
    {
      return self.sized(
        word, length, reference.entry.position, pointed.scope, place, flags: flags.joined(separator: "|"),
        condition: condition)
    }
    if reference.direction == .inout, reference.exit == nil, isScalar(pointed.type) {
      let slot = scope.call?.slots ?? 0
      scope.call?.slots += 1
      return typeRow(
        "INOUT", flags: flags.joined(separator: "|"), a: type(reference.entry, scope, .pointee), c: condition,
        d: "\(slot)")
    }
    var tail = "0"
    var sizes = "0"
    if let size = reference.size {
      flags.append("TL_REFER_SIZED")
      let tails = ["bytes": "TL_TAIL_BYTES", "ellipsis": "TL_TAIL_ELLIPSIS", "none": "TL_TAIL_NONE"]
      var list = [expression(size.0, scope), expression(size.1, scope)]
      if let known = tails[reference.tail ?? "bytes"] {
        tail = known
      } else {
        tail = "TL_TAIL_NAMED"
        list.append(output.string(reference.tail))
      }
      sizes = output.lists.label("\(list.count),\(list.joined(separator: ","))")
    }
    let first = type(reference.entry, scope, .pointee)
    let second = reference.exit.map { type($0, scope, .pointee) }
    return typeRow(
      "REFER", flags: flags.joined(separator: "|"), text: tail,
      a: reference.direction == .out || reference.late ? "0" : first,
      b: second ?? (reference.direction == .in && !reference.late ? "0" : first), c: condition, d: sizes)
  }

  /// A type with the names of declared types replaced by what they stand for.
  func resolved(_ type: TypeSyntax, _ scope: Scope) -> (type: TypeSyntax, scope: Scope) {
    guard case .name(let name, let arguments) = type.kind, let declared = types[name],
      Vocabulary.styles[name] == nil, sets[name] == nil, arguments.count == declared.parameters.count,
      !expanding.contains(name)
    else { return (type, scope) }
    used.insert(name)
    let inner = Scope(frames: scope.frames, call: scope.call)
    inner.isDeclared = true
    for (parameter, argument) in zip(declared.parameters, arguments) {
      inner.parameters[parameter] = (argument, scope)
    }
    expanding.append(name)
    defer { expanding.removeLast() }
    return resolved(declared.type, inner)
  }

  func isScalar(_ type: TypeSyntax) -> Bool {
    switch type.kind {
    case .presented: return true
    case .name(let name, _):
      return Vocabulary.widths[name] != nil || Vocabulary.styles[name] != nil || sets[name] != nil
    default: return false
    }
  }

  // MARK: Arrays and choices

  private func array(
    _ element: TypeSyntax, _ count: Expression?, _ set: String?, _ condition: Expression?, _ most: Expression?,
    _ flags: [String], _ position: Position, _ scope: Scope, _ place: Place
  ) -> String {
    var inner = Place.pointee
    if case .member(let slot) = place, let cType = slot.cType, cType.hasSuffix("]") {
      let number = Self.elements(cType)
      var one = slot
      one.cType = Structure.elementType(cType)
      one.size = number == 0 ? Pair(0) : Pair(slot.size.wide / number, slot.size.narrow / number)
      inner = .member(one)
    }
    var outer = scope
    if condition != nil, case .name(let name, _) = element.kind, structs[name] != nil,
      let structure = structure(name, within: scope.frames, position)
    {
      outer = Scope(frames: [structure] + scope.frames)
    }
    return typeRow(
      count == nil ? "LIST" : "ARRAY", flags: flags.isEmpty ? "0" : flags.joined(separator: "|"),
      a: type(element, scope, inner), b: expression(count, scope),
      c: set.map { usedSet($0, position) } ?? "0",
      d: most.map { expression($0, scope) } ?? expression(condition, outer))
  }

  /// Elements that say their own length.
  private func records(
    _ element: TypeSyntax, _ count: Expression?, _ stride: Expression, _ rounded: Bool, _ bytes: Expression?,
    _ position: Position, _ scope: Scope
  ) -> String {
    guard case .name(let name, _) = element.kind, structs[name] != nil,
      let structure = structure(name, within: scope.frames, position)
    else {
      error(position, "expected a structure before stride")
      return "0"
    }
    return typeRow(
      "RECORDS", flags: rounded ? "TL_RECORDS_ROUNDED" : "0", a: type(element, scope, .pointee),
      b: expression(count, scope),
      c: expression(bytes, scope),
      d: expression(stride, Scope(frames: [structure] + scope.frames)))
  }

  /// The cases that `by` chooses from.
  func cases(_ cases: Cases) -> [CaseSyntax] {
    switch cases {
    case .inline(let list): return list
    case .named(let name, let position):
      used.insert(name)
      guard let found = self.cases[name] else {
        error(position, "no cases \(name)" + suggestion(for: name, among: self.cases.keys))
        return []
      }
      return found.cases
    }
  }

  private func select(
    _ value: Expression, _ cases: Cases, width: String = "0", _ position: Position, _ scope: Scope, _ place: Place
  ) -> String {
    var otherwise: String?
    var targets: [(Int, String)] = []
    var mostSlots = 0
    let list = self.cases(cases)
    for (index, item) in list.enumerated() {
      guard case .type(let syntax) = item.target else {
        error(item.position, "expected a type, found arguments")
        continue
      }
      // Only one of the cases is shown, so they share the slots for what is remembered.
      let slots = scope.call?.slots ?? 0
      let label = type(syntax, scope, place)
      mostSlots = max(mostSlots, scope.call?.slots ?? 0)
      scope.call?.slots = slots
      if item.labels.isEmpty {
        if otherwise != nil { error(item.position, "else stands twice") }
        otherwise = label
      } else {
        targets.append((index, label))
      }
    }
    scope.call?.slots = max(mostSlots, scope.call?.slots ?? 0)
    let rows = caseRows(targets.flatMap { target in list[target.0].labels.map { ($0, target.1) } }, scope)
    let word: String
    if case .member(let slot) = place, slot.size != Pair(0) {
      word = number(style: "HEX", size: slot.size, signed: false, bigEndian: false, set: nil)
    } else {
      word = number(style: "HEX", size: Pair(8, 4), signed: false, bigEndian: false, set: nil)
    }
    return typeRow(
      "SELECT", width: width, a: expression(value, scope), b: caseGroup(rows), c: "\(rows.count)", d: otherwise ?? word)
  }
}
