/// Structures, and what is made of several: records, attributes, messages.
extension ExampleMaker {
  func layout(_ name: String) -> Structure? {
    if let known = layouts[name] { return known }
    guard let syntax = compiler.structs[name] else { return nil }
    let layoutName = syntax.layoutName ?? name
    let structure = Structure(
      syntax, key: name, wide: compiler.wideLayouts.layout(layoutName, from: syntax.layoutHeader),
      narrow: compiler.narrowLayouts.layout(layoutName, from: syntax.layoutHeader))
    if structure.wide == nil, structure.narrow == nil { compiler.layOut(structure) }
    layouts[name] = structure
    return structure
  }

  func putStructure(
    _ name: String, _ arguments: [Expression], _ outer: ExampleScope, _ bytes: inout [UInt8], _ at: Int,
    given: [String: Int64] = [:]
  ) {
    guard let structure = layout(name) else { return }
    let syntax = structure.syntax
    let size = isNarrow ? structure.size.narrow : structure.size.wide
    let filler: UInt8 = random.chance(75) ? 0 : 0x55
    while bytes.count < at + size { bytes.append(filler) }
    let scope = ExampleScope(outer: outer)
    for (parameter, argument) in zip(syntax.parameters, arguments) {
      scope.values[parameter] = evaluate(argument, outer)
    }
    scope.values.merge(given) { $1 }
    let items = syntax.items.filter { item in
      let isHidden = item.condition.map { compiler.constant($0, Scope()) == Constants.Value(0) } ?? false
      return item.form == .value && item.value == nil && !isHidden
    }
    for item in items {
      if let type = item.type, let path = item.member ?? item.shown, scope.types[path] == nil {
        scope.types[path] = type
      }
    }
    for item in items { if let type = item.type { settle(type, scope) } }
    // What other members depend on comes first.
    for isLate in [false, true] {
      for item in items where isLate == (item.type.map { extent($0) == nil } ?? false) {
        guard let path = item.member ?? item.shown, let slot = structure.slot(path, compiler),
          isNarrow ? slot.onNarrow : slot.onWide
        else { continue }
        put(item, path, slot, scope, &bytes, at)
      }
    }
    if let follower = syntax.follower {
      let offset = follower.at.flatMap { evaluate($0, scope) }.map { Int(clamping: $0) } ?? (size + 3) & ~3
      if (0..<4096).contains(offset) { put(follower.type, scope, &bytes, at + offset) }
    }
  }

  private func put(
    _ item: ItemSyntax, _ path: String, _ slot: Slot, _ scope: ExampleScope, _ bytes: inout [UInt8], _ at: Int
  ) {
    let place = at + (isNarrow ? slot.offset.narrow : slot.offset.wide)
    let size = isNarrow ? slot.size.narrow : slot.size.wide
    if slot.bits > 0 { return store(Int64(truncatingIfNeeded: random.next()), size, &bytes, place) }
    if let known = scope.values[path], size <= 8, extentOrPlain(item.type) {
      return store(known, size, &bytes, place)
    }
    if let type = item.type {
      put(type, scope, &bytes, place, width: size)
    } else if let type = slot.cType {
      putPlain(type, size, scope, &bytes, place)
    }
    guard (1...8).contains(size), place >= 0, place + size <= bytes.count else { return }
    var value: UInt64 = 0
    for index in (0..<size).reversed() { value = value << 8 | UInt64(bytes[place + index]) }
    let unused = Int64(64 - 8 * size)
    scope.values[path] = slot.signed ? Int64(bitPattern: value << UInt64(unused)) >> unused : Int64(bitPattern: value)
  }

  private func extentOrPlain(_ type: TypeSyntax?) -> Bool { type.map { extent($0) != nil } ?? true }

  /// A member that the description gives no type.
  private func putPlain(_ type: String, _ size: Int, _ scope: ExampleScope, _ bytes: inout [UInt8], _ at: Int) {
    if let name = Layouts.structName(type), compiler.structs[name] != nil {
      return putStructure(name, [], scope, &bytes, at)
    }
    if size <= 8, !type.hasSuffix("]") { return store(number(size), size, &bytes, at) }
    let isText = type.hasPrefix("char") || type.hasPrefix("unsigned char")
    store(
      isText ? text(Int64(size)) : (0..<size).map { _ in random.chance(70) ? 0 : UInt8(random.below(256)) }, &bytes, at)
  }

  func putRecords(
    _ element: TypeSyntax, _ stride: Expression, _ rounded: Bool, _ scope: ExampleScope, _ bytes: inout [UInt8],
    _ at: Int
  ) {
    guard case .name(let name, let arguments) = element.kind, case .name(let member) = stride.kind else { return }
    var next = at
    for _ in 0..<random.below(4) {
      let length = size(of: element) + random.below(24)
      let said = random.chance(88) ? length : random.pick([0, 1, length / 2, length + 40]) ?? 0
      putStructure(name, arguments, scope, &bytes, next, given: [member: Int64(said)])
      next += rounded ? (length + 3) & ~3 : length
    }
  }

  /// Netlink's attributes: whole ones mostly, nested ones as far as their types nest.
  func putAttributes(
    _ name: String, _ arguments: [Expression], _ outer: ExampleScope, _ bytes: inout [UInt8], _ at: Int
  ) {
    guard let syntax = compiler.attributes[name] else { return }
    let scope = ExampleScope(outer: outer)
    for (parameter, argument) in zip(syntax.parameters, arguments) {
      scope.values[parameter] = evaluate(argument, outer)
    }
    var next = at
    for _ in 0..<(random.pick([0, 1, 1, 2, 3]) ?? 1) {
      guard let item = random.pick(syntax.items), next < at + 2000 else { return }
      var payload: [UInt8] = []
      if let type = item.type, random.chance(85) {
        scope.values["available"] = 32
        put(type, scope, &payload, 0)
      } else {
        payload = text(Int64(random.below(12)))
      }
      if random.chance(12), !payload.isEmpty { payload.removeLast(1 + random.below(payload.count)) }
      if random.chance(6) { payload += [1, 2, 3] }
      let length = random.chance(94) ? payload.count + 4 : random.pick([0, 3, 4, payload.count + 20]) ?? 4
      store(Int64(length), 2, &bytes, next)
      store(attributeNumber(item.entry), 2, &bytes, next + 2)
      store(payload, &bytes, next + 4)
      next += (payload.count + 4 + 3) & ~3
      if bytes.count < next { bytes += [UInt8](repeating: 0, count: next - bytes.count) }
    }
  }

  private func attributeNumber(_ entry: EntrySyntax) -> Int64 {
    if random.chance(5) { return Int64(random.below(1 << 14)) }
    var number = compiler.constants.value(entry.name)?.wide ?? Int64(random.below(40))
    if case .members(let other) = entry.form, compiler.sets[other] != nil { number = setValue(other) }
    return random.chance(8) ? number | (random.pick([0x8000, 0x4000, 0xc000]) ?? 0) : number
  }

  /// Messages of netlink and control messages: headers that say their length, and what follows them.
  func putCustom(
    _ name: String, _ element: TypeSyntax?, _ scope: ExampleScope, _ bytes: inout [UInt8], _ at: Int
  ) {
    guard let element, case .name(let structure, let given) = element.kind, compiler.structs[structure] != nil else {
      return store(text(24), &bytes, at)
    }
    let isNetlink = name == "netlink_messages"
    let align = isNetlink ? 4 : wordSize
    var next = at
    for _ in 0..<(random.pick([1, 1, 2, 3]) ?? 1) {
      var one: [UInt8] = []
      let room = random.pick([0, 4, 8, 12, 16, 24, 48]) ?? 0
      scope.values["available"] = Int64(size(of: element) + room)
      putStructure(structure, given, scope, &one, 0)
      if !isNetlink { while one.count < size(of: element) + room { one.append(UInt8(random.below(4))) } }
      let length = random.chance(90) ? one.count : random.pick([0, 3, one.count - 1, one.count + 8, 0xffff_fff0]) ?? 0
      store(Int64(length), isNetlink ? 4 : wordSize, &one, 0)
      store(one, &bytes, next)
      next += (one.count + align - 1) / align * align
      if next > at + 3000 { return }
    }
  }
}
