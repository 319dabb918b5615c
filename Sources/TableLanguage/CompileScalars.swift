/// Numbers, whether a set names them or not.
extension Compiler {
  /// The row of a number; `set` is its label, for one that a set names.
  func number(style: String, size: Pair, signed: Bool, bigEndian: Bool, set: String?) -> String {
    var flags: [String] = []
    if signed { flags.append("TL_SIGNED") }
    if bigEndian { flags.append("TL_BIG_ENDIAN") }
    let width: String
    if size == Pair(8, 4) {
      width = "0"
    } else if size.wide == size.narrow, [1, 2, 4, 8].contains(size.wide) {
      width = "\(size.wide)"
    } else {
      width = "0"
      flags.append("TL_FLEXIBLE")
    }
    return typeRow(
      set == nil ? "NUMBER" : "SET", style: "TL_\(style)", width: width,
      flags: flags.isEmpty ? "0" : flags.joined(separator: "|"), a: set ?? "0")
  }

  func presented(_ width: String, _ presentation: TypeSyntax, _ scope: Scope, _ place: Place) -> String {
    guard let width = Vocabulary.widths[width] else { return "0" }
    guard case .name(let name, let arguments) = presentation.kind else { return "0" }
    if case .member(let slot) = place { checkWidth(fitted(width.size, place), slot, presentation.position) }
    return scalar(name, arguments, width, presentation.position, scope, place)
      ?? {
        error(presentation.position, "no presentation or set \(name)" + suggestion(for: name, among: scalarNames))
        return "0"
      }()
  }

  var scalarNames: [String] { Array(Vocabulary.styles.keys) + sets.keys + types.keys }

  /// A presentation or set of a width, or of the width that its place gives it; nil when `name` is none.
  func scalar(
    _ name: String, _ arguments: [Expression], _ width: Vocabulary.Width?, _ position: Position, _ scope: Scope,
    _ place: Place
  ) -> String? {
    if let style = Vocabulary.styles[name] {
      let extent = extent(width, natural: style.size, signed: style.signed, place)
      return number(
        style: style.name, size: extent.size, signed: style.signed ?? extent.signed, bigEndian: extent.bigEndian,
        set: nil)
    }
    if sets[name] != nil {
      let label = usedSet(name, position)
      let hasSign = sets[name]?.style == "decimal" || sets[name]?.style == "signedhex"
      let extent = extent(width, natural: Pair(4), signed: hasSign ? nil : false, place)
      let styles = ["decimal": "DEC", "octal": "OCT", "signedhex": "SIGNED_HEX", "pointer": "POINTER"]
      let style = styles[sets[name]?.style ?? ""] ?? "HEX"
      return number(
        style: style, size: extent.size, signed: hasSign && extent.signed, bigEndian: extent.bigEndian, set: label)
    }
    if width != nil, let declared = types[name], case .name(let inner, let innerArguments) = declared.type.kind {
      used.insert(name)
      return scalar(inner, innerArguments, width, position, scope, place)
    }
    return nil
  }

  private func extent(
    _ width: Vocabulary.Width?, natural: Pair, signed: Bool?, _ place: Place
  ) -> (size: Pair, signed: Bool, bigEndian: Bool) {
    if let width { return (fitted(width.size, place), signed ?? width.signed, width.bigEndian) }
    switch place {
    case .member(let slot) where slot.size != Pair(0):
      return (slot.size, signed ?? slot.signed, false)
    case .result:
      return (Pair(8, 4), signed ?? true, false)
    case .attribute:
      return (Pair(0), signed ?? false, false)
    default:
      return (natural, signed ?? true, false)
    }
  }

  /// The bytes of a width: where a member that is a word on the first machine is an int on this one, an int's.
  func fitted(_ size: Pair, _ place: Place) -> Pair {
    guard case .member(let slot) = place, size == Pair(8, 4), slot.size == Pair(4), machine.native.name != Base.wide
    else { return size }
    return slot.size
  }

  func checkWidth(_ size: Pair, _ slot: Slot, _ position: Position) {
    guard slot.size != Pair(0), slot.bits == 0, size != slot.size else { return }
    func spelled(_ pair: Pair) -> String {
      pair.wide == pair.narrow ? "\(pair.wide)" : "\(pair.wide) (\(pair.narrow) on 32-bit ABIs)"
    }
    error(position, "a width of \(spelled(size)) bytes for a member of \(spelled(slot.size))")
  }

  /// A presentation for a member that is an array: it shows each element.
  func elementwise(
    _ name: String, _ slot: Slot, _ cType: String, _ position: Position, _ scope: Scope
  ) -> String {
    let count = Self.elements(cType)
    var one = slot
    one.cType = Structure.elementType(cType)
    one.size = count == 0 ? Pair(0) : Pair(slot.size.wide / count, slot.size.narrow / count)
    let element = scalar(name, [], nil, position, scope, .member(one)) ?? "0"
    return typeRow("ARRAY", a: element, b: expression(number: Constants.Value(Int64(count))))
  }
}
