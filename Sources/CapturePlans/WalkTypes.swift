import CBPF
import CTableFormat
import Settings
import SyscallTables

/// Types: what lies behind a value, or in a place.
extension PlanCompiler {
  /// What the decoder reads to show a value of a type.
  mutating func walk(_ index: UInt32, _ place: Where) {
    // Most types are numbers, and most structures have nothing else in them.
    if quiet.contains(index, as: quietCase) { return }
    let mark = code.mark
    eachCase(of: index, place) { plan, target in plan.walk(resolved: target, place) }
    if !code.hasRead(since: mark) { quiet.insert(index, as: quietCase) }
  }

  /// What decides, besides the type, whether there is anything to be read.
  private var quietCase: UInt8 {
    1 << ((phase == .exit ? 1 : 0) + (is32 ? 2 : 0) + (isTopLevel ? 4 : 0))
  }

  private mutating func walk(resolved index: UInt32, _ place: Where) {
    let type = Tables.type(index)
    switch type.kind {
    case .reference: walkReference(type, place)
    case .string: walkString(type, place)
    case .buffer: walkBuffer(type, place)
    case .inOut: if phase == .exit { readWord(of: type.inOut.type, at: place) }
    case .computed: walkValue(type)
    case .within: walk(type.within.type, place)
    case .custom: walkCustom(type, place)
    case .structure, .array, .list, .records,
      .characters, .bitSet:
      if case .member(let block, let offset, let size, _, _) = place { walkInPlace(type, block, offset, size) }
    default: break
    }
  }

  // MARK: Choices

  func targets(of type: tl_type) -> [UInt32] {
    var found: [UInt32] = []
    for row in type.select.cases..<type.select.cases + type.select.caseCount {
      found.append(Tables.selection(row).target)
    }
    if type.select.otherwise != 0 { found.append(type.select.otherwise) }
    return Array(Set(found)).sorted()
  }

  /// Follows a choice: `body` adds the code for what each case comes to. A type that is no choice comes to itself.
  mutating func eachCase(of index: UInt32, _ place: Where, _ body: (inout PlanCompiler, UInt32) -> Void) {
    let type = Tables.type(index)
    guard type.kind == .select else { return body(&self, index) }
    scoped { plan in
      // The value that the choice asks about, as wide as it is.
      guard let value = plan.newLocal() else { return plan.needsThread(.nesting) }
      plan.push(scalar: type, place)
      plan.code.add(TRAPLINE_SET, value)
      plan.current = .local(value)
      let isKnown = plan.evaluate(type.select.selector)
      guard isKnown else {
        plan.code.add(TRAPLINE_DROP)
        for target in plan.targets(of: type) { plan.scoped { $0.eachCase(of: target, place, body) } }
        return
      }
      plan.chooseType(type, place, body)
    }
  }

  /// The cases from a row on that the ABI has; of equals the first.
  func ownCases(from first: UInt32, count: UInt32) -> [(value: Int64, target: UInt32)] {
    var cases: [(value: Int64, target: UInt32)] = []
    for row in first..<first + count {
      let item = Tables.selection(row)
      guard item.abis == 0 || item.abis & abi.bit != 0, cases.last?.value != item.value else {
        continue
      }
      cases.append((item.value, item.target))
    }
    return cases
  }

  private mutating func chooseType(_ type: tl_type, _ place: Where, _ body: (inout PlanCompiler, UInt32) -> Void) {
    let cases = ownCases(from: type.select.cases, count: UInt32(type.select.caseCount))
    let table = code.newTable()
    code.add(TRAPLINE_SWITCH, Int(table))
    var ends: [Int] = []
    if type.select.otherwise != 0 { scoped { $0.eachCase(of: type.select.otherwise, place, body) } }
    ends.append(code.jump(TRAPLINE_JUMP))
    // Nil: there is nothing to be read.
    var starts: [UInt32: UInt32?] = [:]
    for item in cases where item.target != 0 && starts[item.target] == nil {
      let start = code.next
      let reads = scoped { $0.eachCase(of: item.target, place, body) }
      if reads { ends.append(code.jump(TRAPLINE_JUMP)) }
      starts[item.target] = .some(reads ? start : nil)
    }
    let end = code.next
    for jump in ends { code.land(jump) }
    for item in cases { code.choose(item.value, in: table, step: (starts[item.target] ?? nil) ?? end) }
  }

  /// What an expression comes to, shown as a type.
  mutating func walkValue(_ type: tl_type) {
    guard type.computed.type != 0 else { return }
    scoped { plan in
      guard let local = plan.newLocal() else { return plan.needsThread(.nesting) }
      guard plan.evaluate(type.computed.expression) else {
        plan.code.add(TRAPLINE_DROP)
        return plan.needsThread(.openFiles)
      }
      plan.code.add(TRAPLINE_SET, local)
      plan.walk(type.computed.type, .local(local))
    }
  }

  // MARK: Pointers

  /// Skips what follows unless what a call wrote is there; what is to be landed on behind it.
  private mutating func skipUnlessThere(_ type: tl_type) -> Int? {
    guard phase == .exit, type.referenceFlags.contains(.out), !type.referenceFlags.contains(.late) else { return nil }
    if type.reference.condition == 0 {
      code.add(TRAPLINE_ERROR)
      code.add(TRAPLINE_NOT)
    } else if !evaluate(type.reference.condition) {
      code.add(TRAPLINE_DROP)
      return nil
    }
    return code.jump(TRAPLINE_UNLESS)
  }

  private mutating func walkReference(_ type: tl_type, _ place: Where) {
    let enters = type.referenceFlags.contains(.in)
    let exits = type.referenceFlags.contains(.out)
    if !manner.contains(.structures), !type.referenceFlags.contains(.always) { return }
    scoped { plan in
      guard let address = plan.newLocal() else { return plan.needsThread(.nesting) }
      plan.push(address: type, place)
      plan.code.add(TRAPLINE_SET, address)
      if plan.phase == .entry || enters {
        plan.scoped {
          $0.walkPointee(enters || type.reference.exit == 0 ? type.reference.entry : type.reference.exit, type, address)
        }
      }
      guard plan.phase == .exit, exits else { return }
      plan.scoped { inner in
        let skip = inner.skipUnlessThere(type)
        inner.walkPointee(type.reference.exit == 0 ? type.reference.entry : type.reference.exit, type, address)
        if let skip { inner.code.land(skip) }
      }
    }
  }

  /// What lies at the address in a local.
  private mutating func walkPointee(_ index: UInt32, _ reference: tl_type, _ address: Int) {
    current = .local(address)
    eachCase(of: index, .local(address)) { plan, target in plan.walkPointee(resolved: target, reference, address) }
  }

  private mutating func walkPointee(resolved index: UInt32, _ reference: tl_type, _ address: Int) {
    let type = Tables.type(index)
    guard let block = newBlock() else { return needsThread(.nesting) }
    switch type.kind {
    case .none: return
    case .structure:
      if reference.referenceFlags.contains(.sized) { return walkSized(type, reference, address, block) }
      let structure = Tables.structure(type.structure.row)
      code.add(TRAPLINE_GET, address)
      code.push(Int64(is32 ? structure.size32 : structure.size64))
      let failed = code.jump(TRAPLINE_BLOCK, b: block)
      walkStructure(type, block, 0)
      code.land(failed)
    case .number, .set, .reference, .string,
      .buffer:
      let width = sizeOf(index)
      code.add(TRAPLINE_GET, address)
      code.push(Int64(width))
      let failed = code.jump(TRAPLINE_BLOCK, b: block)
      walk(index, .member(block: block, offset: 0, size: width, bit: 0, bits: 0))
      code.land(failed)
    case .computed: walkValue(type)
    case .custom: walkCustom(type, at: address)
    default: walkGroup(type, at: address, block)
    }
  }

  private mutating func walkSized(_ type: tl_type, _ reference: tl_type, _ address: Int, _ block: Int) {
    let structure = Tables.structure(type.structure.row)
    let known = Int64(is32 ? structure.size32 : structure.size64)
    guard let size = newLocal() else { return needsThread(.nesting) }
    if !evaluate(Tables.expression(reference.reference.extra)) {
      code.add(TRAPLINE_DROP)
      code.push(known)
    }
    code.add(TRAPLINE_SET, size)
    code.add(TRAPLINE_GET, address)
    code.add(TRAPLINE_GET, size)
    code.push(known)
    code.add(TRAPLINE_LEAST)
    let failed = code.jump(TRAPLINE_BLOCK, b: block)
    walkStructure(type, block, 0)
    if reference.tail != .none, let rest = newBlock() {
      code.add(TRAPLINE_GET, address)
      code.push(known)
      code.add(TRAPLINE_ADD)
      code.add(TRAPLINE_GET, size)
      code.push(4096)
      code.add(TRAPLINE_MINIMUM)
      code.push(known)
      code.add(TRAPLINE_SUBTRACT)
      code.push(0)
      code.add(TRAPLINE_MAXIMUM)
      read(rest)
    }
    code.land(failed)
  }

  mutating func readWord(of index: UInt32, at place: Where) {
    scoped { plan in
      guard let block = plan.newBlock() else { return plan.needsThread(.nesting) }
      plan.push(raw: place)
      plan.code.push(Int64(plan.sizeOf(index)))
      plan.read(block)
    }
  }

  // MARK: Text

  private mutating func walkString(_ type: tl_type, _ place: Where) {
    if phase == .entry, type.referenceFlags.contains(.out), !type.referenceFlags.contains(.in), isTopLevel { return }
    scoped { plan in
      let skip = plan.skipUnlessThere(type)
      plan.push(address: type, place)
      if type.text == .path {
        plan.code.push(Int64(DecodingOptions.longestPath))
      } else {
        plan.code.push(plan.stringLimit)
      }
      if type.string.most != 0 {
        if plan.evaluate(type.string.most) { plan.code.add(TRAPLINE_MINIMUM) } else { plan.code.add(TRAPLINE_DROP) }
        plan.code.push(0)
        plan.code.add(TRAPLINE_MAXIMUM)
      }
      plan.code.add(TRAPLINE_TEXT)
      plan.code.add(TRAPLINE_DROP)
      if let skip { plan.code.land(skip) }
    }
  }

  private mutating func walkBuffer(_ type: tl_type, _ place: Where) {
    if phase == .entry, type.referenceFlags.contains(.out), !type.referenceFlags.contains(.in), isTopLevel { return }
    scoped { plan in
      guard let block = plan.newBlock() else { return plan.needsThread(.nesting) }
      let skip = plan.skipUnlessThere(type)
      plan.push(address: type, place)
      plan.pushShown(of: type.buffer.count)
      plan.read(block)
      if let skip { plan.code.land(skip) }
    }
  }

  /// Whether what is walked is an argument itself, not a part of what one points to.
  private var isTopLevel: Bool { frames.isEmpty }

  /// How many bytes of a counted text the decoder looks at: one more than it shows, where there are more.
  mutating func pushShown(of count: UInt32) {
    if evaluate(count) {
      // A length that looks negative is huge.
      code.push(stringLimit + 1)
      code.add(TRAPLINE_LEAST)
    } else {
      code.add(TRAPLINE_DROP)
      code.push(stringLimit + 1)
    }
  }

  // MARK: Sizes

  /// Bytes of a type, for those with a fixed size; else 0.
  func sizeOf(_ index: UInt32) -> Int {
    let type = Tables.type(index)
    switch type.kind {
    case .number, .set: return type.width == 0 ? wordSize : Int(type.width)
    case .reference, .string, .buffer, .inOut:
      return wordSize
    case .structure:
      let structure = Tables.structure(type.structure.row)
      return Int(is32 ? structure.size32 : structure.size64)
    case .array: return sizeOf(type.array.element) * (constant(type.array.count) ?? 0)
    case .characters: return constant(type.characters.count) ?? 0
    case .bitSet: return ((constant(type.bitSet.count) ?? 0) + 7) / 8
    case .computed: return sizeOf(type.computed.type)
    case .select:
      if type.width != 0 { return Int(type.width) }
      return targets(of: type).map(sizeOf).max() ?? 0
    default: return 0
    }
  }

  /// The value of an expression that is always the same; nil for others.
  func constant(_ expression: UInt32) -> Int? {
    guard expression != 0, Tables.step(expression + 1).op == .end else { return nil }
    let step = Tables.step(expression)
    switch step.op {
    case .small: return Int(Int32(bitPattern: step.a))
    case .constant: return Int(exactly: Tables.constant(step.b != 0 && is32 ? step.a &+ 1 : step.a))
    default: return nil
    }
  }
}
