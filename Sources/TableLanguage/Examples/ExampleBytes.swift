/// Memory by its type, and pointers to it.
extension ExampleMaker {
  var wordSize: Int { isNarrow ? 4 : 8 }

  /// What a register, or a number in memory, holds for `type`.
  func value(_ type: TypeSyntax, _ scope: ExampleScope) -> Int64 {
    guard depth < 12 else { return 0 }
    depth += 1
    defer { depth -= 1 }
    switch type.kind {
    case .none, .words, .custom, .records, .array, .bits: return number(8)
    case .name(let name, let arguments):
      if Vocabulary.widths[name] != nil { return number(8) }
      if compiler.sets[name] != nil { return setValue(name) }
      if Vocabulary.styles[name] != nil { return styled(name, 4) }
      return expanded(name, arguments).map { value($0, scope) } ?? number(8)
    case .presented(_, let inner), .widened(_, let inner), .within(let inner, _), .from(let inner, _):
      return value(inner, scope)
    case .sized(let word, let length):
      guard let sized = Vocabulary.sized[word], sized.kind == .string || sized.kind == .buffer else {
        return number(8)
      }
      return pointer(to: text(length.flatMap { evaluate($0, scope) }))
    case .select(let selector, let cases):
      guard let item = choose(selector, cases, scope), case .type(let chosen) = item.target else { return number(8) }
      return value(chosen, scope)
    case .reference(let reference):
      var bytes: [UInt8] = []
      put(random.chance(30) ? reference.exit ?? reference.entry : reference.entry, scope, &bytes, 0)
      if let size = reference.size {
        let wanted = Int(clamping: min(max(evaluate(size.0, scope) ?? 0, 0), 8192))
        while bytes.count < wanted { bytes.append(random.chance(85) ? 0 : 0x88) }
      }
      return pointer(to: bytes)
    }
  }

  /// Where `bytes` lie: mostly whole, else at a page's end, a part of them missing, or nowhere.
  func pointer(to bytes: [UInt8]) -> Int64 {
    switch random.below(100) {
    case 0..<62: return Int64(memory.place(bytes))
    case 62..<68: return Int64(memory.place(bytes, skew: 1 + random.below(3)))
    case 68..<80: return Int64(memory.placeAtEnd(bytes))
    case 80..<88: return Int64(memory.placeAtEnd(bytes, missing: random.pick([1, bytes.count / 2, bytes.count]) ?? 0))
    case 88..<94: return 0
    default: return random.pick([1, 0xdead_f00d, Int64(ExampleMemory.pagesBase) + 4096, -1]) ?? 1
    }
  }

  /// Text, mostly: of `length` bytes, or of any and a NUL.
  func text(_ length: Int64?) -> [UInt8] {
    let count = length.map { Int(clamping: min(max($0, 0), 5000)) } ?? random.pick([0, 1, 3, 9, 31, 32, 33, 60]) ?? 3
    let common: [UInt8] = Array("abcdefgh/.-_ 0189".utf8)
    let rare: [UInt8] = [0, 1, 9, 10, 34, 92, 127, 128, 255]
    var bytes = (0..<count).map { _ in (random.chance(92) ? random.pick(common) : random.pick(rare)) ?? 0 }
    if length == nil {
      bytes.append(0)
    } else if count > 0, random.chance(40) {
      bytes[random.below(count)] = 0
    }
    return bytes
  }

  func store(_ new: [UInt8], _ bytes: inout [UInt8], _ at: Int) {
    guard at >= 0, at + new.count <= 1 << 16 else { return }
    if bytes.count < at + new.count { bytes += [UInt8](repeating: 0, count: at + new.count - bytes.count) }
    bytes.replaceSubrange(at..<at + new.count, with: new)
  }

  func store(_ value: Int64, _ size: Int, bigEndian: Bool = false, _ bytes: inout [UInt8], _ at: Int) {
    guard (1...8).contains(size) else { return }
    let little = (0..<size).map { UInt8(truncatingIfNeeded: UInt64(bitPattern: value) >> UInt64(8 * $0)) }
    store(bigEndian ? little.reversed() : little, &bytes, at)
  }

  private func sparse(_ count: Int) -> [UInt8] {
    (0..<count).map { _ in random.chance(65) ? 0 : UInt8(1) << UInt8(random.below(8)) }
  }

  /// Writes something of `type` at `at`, in `width` bytes if it is a number without a width of its own.
  func put(_ type: TypeSyntax, _ scope: ExampleScope, _ bytes: inout [UInt8], _ at: Int, width: Int? = nil) {
    guard depth < 14 else { return }
    depth += 1
    defer { depth -= 1 }
    switch type.kind {
    case .none, .words: break
    case .presented(let word, let inner), .widened(let word, let inner):
      let known = Vocabulary.widths[word]
      store(
        value(inner, scope), known.map { isNarrow ? $0.size.narrow : $0.size.wide } ?? 4,
        bigEndian: known?.bigEndian ?? false, &bytes, at)
    case .name(let name, let arguments): putNamed(name, arguments, scope, &bytes, at, width)
    case .sized(let word, let length):
      let size = length.flatMap { evaluate($0, scope) } ?? Vocabulary.sized[word]?.length.map { Int64($0) }
      switch Vocabulary.sized[word]?.kind {
      case .string, .buffer: store(value(type, scope), width ?? wordSize, &bytes, at)
      case .bitset: store(sparse(Int(clamping: min(max(size ?? Int64(width ?? 8), 0), 256))), &bytes, at)
      default: store(text(size ?? width.map { Int64($0) } ?? Int64(random.below(20))), &bytes, at)
      }
    case .bits(let count, _, _, _):
      store(sparse((Int(clamping: min(max(evaluate(count, scope) ?? 64, 0), 2048)) + 7) / 8), &bytes, at)
    case .reference: store(value(type, scope), width ?? wordSize, &bytes, at)
    case .array(let element, let count, _, _, _, _, _):
      let known = count.map { evaluate($0, scope) ?? Int64(random.below(4)) } ?? Int64(random.below(4))
      var next = at
      for _ in 0..<Int(clamping: min(max(known, 0), 40)) {
        put(element, scope, &bytes, next)
        next += max(size(of: element), 1)
      }
      if count == nil { store([UInt8](repeating: 0, count: max(size(of: element), 8)), &bytes, next) }
    case .records(let element, _, let stride, let rounded, _):
      putRecords(element, stride, rounded, scope, &bytes, at)
    case .select(let selector, let cases):
      guard let item = choose(selector, cases, scope), case .type(let chosen) = item.target else { return }
      put(chosen, scope, &bytes, at, width: width)
    case .custom(let name, let element, _): putCustom(name, element, scope, &bytes, at)
    case .within(let inner, _), .from(let inner, _): put(inner, scope, &bytes, at, width: width)
    }
  }

  private func putNamed(
    _ name: String, _ arguments: [Expression], _ scope: ExampleScope, _ bytes: inout [UInt8], _ at: Int, _ width: Int?
  ) {
    if let known = Vocabulary.widths[name] {
      let size = isNarrow ? known.size.narrow : known.size.wide
      store(number(size), size, bigEndian: known.bigEndian, &bytes, at)
    } else if compiler.sets[name] != nil {
      store(setValue(name), width ?? 4, &bytes, at)
    } else if let style = Vocabulary.styles[name] {
      let size = width ?? (isNarrow ? style.size.narrow : style.size.wide)
      store(styled(name, size), size, &bytes, at)
    } else if let declared = expanded(name, arguments) {
      put(declared, scope, &bytes, at, width: width)
    } else if compiler.attributes[name] != nil {
      putAttributes(name, arguments, scope, &bytes, at)
    } else if compiler.structs[name] != nil {
      putStructure(name, arguments, scope, &bytes, at)
    }
  }

  /// How many bytes one of `type` takes in an array, as far as its type says.
  func size(of type: TypeSyntax) -> Int {
    if let number = extent(type) { return number }
    guard depth < 12 else { return 0 }
    depth += 1
    defer { depth -= 1 }
    func known(_ expression: Expression?) -> Int? {
      expression.flatMap { evaluate($0, ExampleScope()) }.map { Int(clamping: min(max($0, 0), 4096)) }
    }
    switch type.kind {
    case .reference: return wordSize
    case .sized(let word, let length):
      let sized = Vocabulary.sized[word]
      if sized?.kind == .string || sized?.kind == .buffer { return wordSize }
      return known(length) ?? sized?.length ?? 0
    case .name(let name, let arguments):
      if let declared = expanded(name, arguments) { return size(of: declared) }
      let size = layout(name)?.size ?? Pair(0)
      return isNarrow ? size.narrow : size.wide
    case .array(let element, let count, _, _, _, _, _): return size(of: element) * (known(count) ?? 0)
    case .within(let inner, _): return size(of: inner)
    default: return 0
    }
  }
}
