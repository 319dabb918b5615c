/// Layout by C's rules, for the structures that no header of the kernel has.
extension Compiler {
  /// Gives each member of `structure` its place.
  func layOut(_ structure: Structure) {
    var at = Pair(0)
    var alignment = Pair(1)
    for item in structure.syntax.items {
      if item.form == .padding {
        at = at + Pair(item.padding)
        continue
      }
      guard item.form == .value, item.value == nil, let name = item.member ?? item.shown else { continue }
      // What is shown of a member a second time lies where it lay.
      if structure.ownSlots[name] != nil { continue }
      guard let type = item.type else {
        error(item.position, "expected : and a type, as uapi does not have \(structure.syntax.name)")
        continue
      }
      guard let extent = extent(type) else {
        error(type.position, "expected a width for \(name), as uapi does not have \(structure.syntax.name)")
        continue
      }
      if !structure.syntax.packed { at = aligned(at, extent.alignment) }
      alignment = Pair(
        max(alignment.wide, extent.alignment.wide), max(alignment.narrow, extent.alignment.narrow))
      structure.ownSlots[name] = Slot(offset: at, size: extent.size, signed: extent.signed)
      at = at + extent.size
    }
    structure.size = structure.syntax.packed ? at : aligned(at, alignment)
  }

  private func aligned(_ offset: Pair, _ alignment: Pair) -> Pair {
    func up(_ value: Int, _ step: Int) -> Int { step <= 1 ? value : (value + step - 1) / step * step }
    return Pair(up(offset.wide, alignment.wide), up(offset.narrow, alignment.narrow))
  }

  private struct Extent {
    var size: Pair
    var alignment: Pair
    var signed = false
  }

  /// The bytes that a type takes in a structure; nil when the type doesn't say.
  private func extent(_ type: TypeSyntax) -> Extent? {
    func scalar(_ size: Pair, _ signed: Bool = false) -> Extent {
      Extent(size: size, alignment: Pair(size.wide, min(size.narrow, machine.compat.alignment)), signed: signed)
    }
    switch type.kind {
    case .none, .words:
      return Extent(size: Pair(0), alignment: Pair(1))
    case .presented(let width, _):
      return Vocabulary.widths[width].map { scalar($0.size, $0.signed) }
    case .widened(let width, _):
      return Vocabulary.widths[width].map { scalar($0.size, $0.signed) }
    case .name(let name, _):
      if let width = Vocabulary.widths[name] { return scalar(width.size, width.signed) }
      if name == "pointer" { return scalar(Pair(8, 4)) }
      // A structure's member takes no natural width from a presentation, except where there is only one.
      if let style = Vocabulary.styles[name] {
        return Self.fixedStyles.contains(name) ? scalar(style.size, style.signed ?? false) : nil
      }
      if let declared = types[name] { return extent(declared.type) }
      if let syntax = structs[name] { return extent(of: syntax) }
      return nil
    case .sized(let word, let length):
      guard let sized = Vocabulary.sized[word] else { return nil }
      switch sized.kind {
      case .string, .buffer:
        return scalar(Pair(8, 4))
      case .chars, .bitset:
        if word == "mac", length == nil { return Extent(size: Pair(6), alignment: Pair(1)) }
        guard let length else { return Extent(size: Pair(sized.length ?? 0), alignment: Pair(1)) }
        return Extent(size: number(length), alignment: Pair(1))
      }
    case .bits(let count, _, _, _):
      let bits = number(count)
      return Extent(size: Pair((bits.wide + 7) / 8, (bits.narrow + 7) / 8), alignment: Pair(1))
    case .reference:
      return scalar(Pair(8, 4))
    case .array(let element, let count, _, _, _, _, _):
      guard let one = extent(element) else { return nil }
      let number = count.map(number) ?? Pair(0)
      return Extent(
        size: Pair(one.size.wide * number.wide, one.size.narrow * number.narrow), alignment: one.alignment)
    case .records:
      return Extent(size: Pair(0), alignment: Pair(1))
    case .select(_, let cases):
      var size = Pair(0)
      var alignment = Pair(1)
      for item in self.cases(cases) {
        guard case .type(let type) = item.target, let one = extent(type) else { continue }
        size = Pair(max(size.wide, one.size.wide), max(size.narrow, one.size.narrow))
        alignment = Pair(max(alignment.wide, one.alignment.wide), max(alignment.narrow, one.alignment.narrow))
      }
      return Extent(size: size, alignment: alignment)
    case .within(let inner, _), .from(let inner, _):
      return extent(inner)
    case .custom:
      return Extent(size: Pair(0), alignment: Pair(1))
    }
  }

  /// What an expression of constants comes to; 0 where it has anything else.
  private func number(_ expression: Expression) -> Pair {
    guard let value = constant(expression, Scope()) else { return Pair(0) }
    return Pair(Int(clamping: value.wide), Int(clamping: value.narrow))
  }

  private static let fixedStyles: Set<String> = [
    "port", "htons", "htonl", "ipv4", "nanoseconds", "rlimit64", "fd", "dirfd", "pid", "tgid", "uid", "gid", "char",
    "fourcc", "kernel_version", "anon_fd", "pgid", "sid", "key_serial", "v4l2_cid",
  ]

  private func extent(of syntax: StructSyntax) -> Extent? {
    let layoutName = syntax.layoutName ?? syntax.name
    if let wide = wideLayouts.layout(layoutName, from: syntax.layoutHeader) {
      let narrow = narrowLayouts.layout(layoutName, from: syntax.layoutHeader) ?? wide
      // The debug information has no alignment; the widest member decides, but for packed structures.
      let word = wide.members.contains { $0.size == 8 && $0.offset % 8 == 0 } && wide.size % 8 == 0 ? 8 : 4
      return Extent(
        size: Pair(wide.size, narrow.size),
        alignment: Pair(
          min(word, max(1, wide.size)), min(word == 8 ? machine.compat.alignment : 4, max(1, narrow.size))))
    }
    if layingOut.contains(syntax.name) { return Extent(size: Pair(0), alignment: Pair(1)) }
    layingOut.append(syntax.name)
    defer { layingOut.removeLast() }
    let structure = Structure(syntax, key: syntax.name, wide: nil, narrow: nil)
    layOut(structure)
    let widest = structure.ownSlots.values.map(\.size.wide).filter { [1, 2, 4, 8].contains($0) }.max() ?? 1
    let alignment = syntax.packed ? Pair(1) : Pair(widest, min(machine.compat.alignment, widest))
    return Extent(size: structure.size, alignment: alignment)
  }
}
