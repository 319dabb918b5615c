import CBPF
import CTableFormat
import SyscallTables

/// Structures, arrays, characters and bits: what stands in a place.
extension PlanCompiler {
  /// The most bytes that are asked for of what says its length itself: of so many the programs say that they do not copy
  /// all.
  private static let mostBytes: Int64 = 1 << 20
  /// The most that are taken where the length is not known, or may be that of other data.
  private static let likelyBytes: Int64 = 32 << 10
  /// Elements that are taken of a number that is not known, or up to a zero, where all are shown.
  private static let mostElements: Int64 = 1 << 12
  /// Elements that are asked for where all are looked at: of so many the programs say that they do not copy them.
  private static let mostCounted: Int64 = 1 << 20

  mutating func walkStructure(_ type: tl_type, _ block: Int, _ offset: Int) {
    let structure = Tables.structure(type.structure.row)
    // All of them lie in what is there.
    if structure.flags.contains(.attributes) { return }
    guard frames.count < 12, walking.count(where: { $0 == type.structure.row }) < 2 else {
      return needsThread(.nesting)
    }
    scoped { plan in
      var frame = Frame(block: block, offset: offset)
      for index in 0..<min(type.structure.argumentCount, 6) {
        let isKnown = plan.evaluate(Tables.expression(type.structure.arguments + index))
        guard isKnown, let local = plan.newLocal() else {
          plan.code.add(TRAPLINE_DROP)
          frame.parameters.append(nil)
          continue
        }
        plan.code.add(TRAPLINE_SET, local)
        frame.parameters.append(local)
      }
      plan.frames.append(frame)
      plan.walking.append(type.structure.row)
      for index in 0..<structure.field_count {
        plan.walkMember(Tables.field(structure.first_field + index), frame)
      }
      plan.walking.removeLast()
      plan.frames.removeLast()
    }
  }

  private mutating func walkMember(_ field: tl_field, _ frame: Frame) {
    if field.flags.contains(is32 ? .absent32 : .absent64) { return }
    if field.flags.contains(.verbose) && isAbbreviated { return }
    guard field.form == .value else { return }
    let place = self.place(of: field, in: frame)
    scoped { plan in
      plan.current = place
      plan.when(field.condition) { $0.walk(field.type, place) }
    }
  }

  /// A group that is part of a structure: its bytes are there, but for what lies behind the structure.
  mutating func walkInPlace(_ type: tl_type, _ block: Int, _ offset: Int, _ size: Int) {
    switch type.kind {
    case .structure: return walkStructure(type, block, offset)
    case .array:
      if let count = constant(type.array.count), size > 0 || count == 0 {
        return walkElements(
          type.array.element, count: .constant(count), block, offset, looksAtAll: !type.arrayFlags.contains(.each))
      }
    case .characters:
      if type.characters.count == 0 || constant(type.characters.count).map({ $0 <= size }) == true { return }
    case .bitSet:
      if constant(type.bitSet.count).map({ $0 <= size * 8 }) == true { return }
    default: break
    }
    scoped { plan in
      guard let address = plan.newLocal(), let own = plan.newBlock() else { return plan.needsThread(.nesting) }
      plan.push(addressIn: block, offset)
      plan.code.add(TRAPLINE_SET, address)
      plan.walkGroup(type, at: address, own)
    }
  }

  /// A group at the address in a local.
  mutating func walkGroup(_ type: tl_type, at address: Int, _ block: Int) {
    switch type.kind {
    case .array: walkArray(type, at: address, block)
    case .list: walkList(type, at: address, block)
    case .records: walkRecords(type, at: address, block)
    case .characters: walkCharacters(type, at: address, block)
    case .bitSet:
      let isInWords = type.bits == .names || type.bits == .descriptors
      code.add(TRAPLINE_GET, address)
      pushClamped(type.bitSet.count, most: 1 << 18)
      code.push(isInWords ? Int64(wordSize * 8 - 1) : 7)
      code.add(TRAPLINE_ADD)
      code.push(isInWords ? Int64(wordSize * 8) : 8)
      code.add(TRAPLINE_DIVIDE)
      if isInWords {
        code.push(Int64(wordSize))
        code.add(TRAPLINE_MULTIPLY)
      }
      read(block)
    default: break
    }
  }

  /// Records what lies at the address and of the length on the stack as a block; goes on if nothing is there.
  mutating func read(_ block: Int, flags: Int = 0) {
    let failed = code.jump(TRAPLINE_BLOCK, b: block | flags)
    code.land(failed)
  }

  /// An expression's value from 0 up to `most`.
  private mutating func pushClamped(_ expression: UInt32, most: Int64) {
    if !evaluate(expression) {
      code.add(TRAPLINE_DROP)
      code.push(min(most, Self.likelyBytes))
    }
    code.push(0)
    code.add(TRAPLINE_MAXIMUM)
    code.push(most)
    code.add(TRAPLINE_MINIMUM)
  }

  private mutating func walkCharacters(_ type: tl_type, at address: Int, _ block: Int) {
    code.add(TRAPLINE_GET, address)
    switch type.text {
    case .bytes, .data, .hex,
      .trimmed, .ended, .rest:
      pushClamped(type.characters.count, most: Self.mostBytes)
      code.push(stringLimit + 1)
      code.add(TRAPLINE_MINIMUM)
    default: pushClamped(type.characters.count, most: Self.mostBytes)
    }
    read(block)
  }

  // MARK: Elements

  enum Count {
    case constant(Int)
    case local(Int)
  }

  /// Elements that are looked at: one more than are shown.
  private mutating func pushMostElements() {
    if isAbbreviated { code.push(stringLimit + 1) } else { code.push(Self.mostElements) }
  }

  private mutating func walkArray(_ type: tl_type, at address: Int, _ block: Int) {
    let size = sizeOf(type.array.element)
    guard size > 0 else { return needsThread(.unknownSize) }
    guard let count = newLocal() else { return needsThread(.nesting) }
    if !evaluate(type.array.count) {
      code.add(TRAPLINE_DROP)
      pushMostElements()
    }
    code.push(0)
    code.add(TRAPLINE_MAXIMUM)
    // A number that is always the same is read, and shown, as a whole; where elements are chosen, all are looked at.
    let isWhole = constant(type.array.count) != nil && !type.arrayFlags.contains(.each)
    let isLimited = type.arrayFlags.contains(.most)
    let looksAtAll = isWhole || (isLimited ? !type.arrayFlags.contains(.short) : type.array.condition != 0)
    if !isWhole {
      if isAbbreviated && !looksAtAll { code.push(stringLimit + 1) } else { code.push(Self.mostCounted) }
      code.add(TRAPLINE_MINIMUM)
    }
    code.add(TRAPLINE_SET, count)
    code.add(TRAPLINE_GET, address)
    code.add(TRAPLINE_GET, count)
    code.push(Int64(size))
    code.add(TRAPLINE_MULTIPLY)
    let failed = code.jump(TRAPLINE_BLOCK, b: block)
    walkElements(type.array.element, count: .local(count), block, 0, looksAtAll: looksAtAll)
    code.land(failed)
  }

  /// Elements up to one that is zero.
  private mutating func walkList(_ type: tl_type, at address: Int, _ block: Int) {
    let size = sizeOf(type.array.element)
    guard size > 0 else { return needsThread(.unknownSize) }
    guard let count = newLocal() else { return needsThread(.nesting) }
    pushMostElements()
    code.push(1)
    code.add(TRAPLINE_ADD)
    if type.array.count != 0 {
      if evaluate(type.array.count) { code.add(TRAPLINE_MINIMUM) } else { code.add(TRAPLINE_DROP) }
    }
    code.add(TRAPLINE_SET, count)
    code.add(TRAPLINE_GET, address)
    code.add(TRAPLINE_GET, count)
    code.push(Int64(size))
    code.add(TRAPLINE_MULTIPLY)
    // What lies behind the end need not be there.
    let failed = code.jump(TRAPLINE_BLOCK, b: block | TRAPLINE_BLOCK_AS_FAR_AS_IT_GOES)
    walkElements(type.array.element, count: .local(count), block, 0, endsAtZero: true)
    code.land(failed)
  }

  /// What each of some elements refers to.
  private mutating func walkElements(
    _ element: UInt32, count: Count, _ block: Int, _ offset: Int, endsAtZero: Bool = false, looksAtAll: Bool = false
  ) {
    let size = sizeOf(element)
    scoped { plan in
      guard size > 0, let index = plan.newLocal(), let place = plan.newBlock() else {
        return plan.needsThread(.nesting)
      }
      plan.code.push(0)
      plan.code.add(TRAPLINE_SET, index)
      let start = plan.code.next
      plan.code.add(TRAPLINE_GET, index)
      switch count {
      case .constant(let count): plan.code.push(Int64(count))
      case .local(let local): plan.code.add(TRAPLINE_GET, local)
      }
      if plan.isAbbreviated && !looksAtAll {
        plan.code.push(plan.stringLimit)
        plan.code.add(TRAPLINE_MINIMUM)
      }
      plan.code.add(TRAPLINE_LESS)
      let end = plan.code.jump(TRAPLINE_UNLESS)
      plan.code.add(TRAPLINE_GET, index)
      plan.code.push(Int64(size))
      plan.code.add(TRAPLINE_MULTIPLY)
      if offset != 0 {
        plan.code.push(Int64(offset))
        plan.code.add(TRAPLINE_ADD)
      }
      plan.code.add(TRAPLINE_PLACE, 0, block << 8 | place)
      var zero: Int?
      if endsAtZero {
        plan.code.push(Int64(size))
        plan.code.add(TRAPLINE_NONZERO, 0, place)
        zero = plan.code.jump(TRAPLINE_UNLESS)
      }
      plan.indices.append(index)
      let reads = plan.scoped { $0.walk(element, .member(block: place, offset: 0, size: size, bit: 0, bits: 0)) }
      plan.indices.removeLast()
      guard reads else { return }
      plan.code.add(TRAPLINE_GET, index)
      plan.code.push(1)
      plan.code.add(TRAPLINE_ADD)
      plan.code.add(TRAPLINE_SET, index)
      plan.code.add(TRAPLINE_JUMP, Int(start))
      plan.code.land(end)
      if let zero { plan.code.land(zero) }
    }
  }

  /// Structures, each of which says where the next is: all of their bytes.
  private mutating func walkRecords(_ type: tl_type, at address: Int, _ block: Int) {
    code.add(TRAPLINE_GET, address)
    if type.records.size != 0 {
      pushClamped(type.records.size, most: Self.mostBytes)
    } else {
      code.push(4096)
    }
    read(block, flags: type.records.size == 0 ? TRAPLINE_BLOCK_AS_FAR_AS_IT_GOES : 0)
  }

  // MARK: What Swift decodes

  mutating func walkCustom(_ type: tl_type, _ place: Where) {
    let isPointer = !type.referenceFlags.isDisjoint(with: [.in, .out])
    if phase == .entry, frames.isEmpty, type.referenceFlags.contains(.out), !type.referenceFlags.contains(.in) {
      return
    }
    scoped { plan in
      guard let address = plan.newLocal() else { return plan.needsThread(.nesting) }
      switch place {
      case .member(let block, let offset, _, _, _) where !isPointer: plan.push(addressIn: block, offset)
      default: plan.push(scalar: type, place)
      }
      plan.code.add(TRAPLINE_SET, address)
      plan.walkCustom(type, at: address)
    }
  }

  mutating func walkCustom(_ type: tl_type, at address: Int) {
    guard let block = newBlock(), let second = newBlock() else { return needsThread(.nesting) }
    switch type.custom.decoder {
    case .controlMessages, .entryCount:
      code.add(TRAPLINE_GET, address)
      pushClamped(Tables.expression(type.custom.arguments), most: Self.mostBytes)
      read(block)
    case .netlinkMessages: walkNetlink(type, at: address, block, second)
    case .execEnvironment:
      if !isAbbreviated && !options.omitsEnvironment { return walk(type.custom.element, .local(address)) }
      for (block, distance) in [(block, 0), (second, 4096)] {
        code.add(TRAPLINE_GET, address)
        code.push(Int64(distance))
        code.add(TRAPLINE_ADD)
        code.push(4096)
        read(block, flags: TRAPLINE_BLOCK_AS_FAR_AS_IT_GOES)
      }
    case .linkedRecords: needsThread(.linkedRecords)
    case .vcpuExit: if options.annotations.contains(.descriptors) { needsThread(.openFiles) }
    default: break
    }
  }

  /// Netlink messages, as far as they look like it: other data is sent by the same calls, and only the first bytes of
  /// that are looked at.
  private mutating func walkNetlink(_ type: tl_type, at address: Int, _ block: Int, _ header: Int) {
    guard let length = newLocal() else { return needsThread(.nesting) }
    pushClamped(Tables.expression(type.custom.arguments), most: Self.likelyBytes)
    code.add(TRAPLINE_SET, length)
    code.add(TRAPLINE_GET, address)
    code.push(4)
    code.add(TRAPLINE_GET, length)
    code.add(TRAPLINE_MINIMUM)
    let failed = code.jump(TRAPLINE_BLOCK, b: header)
    code.add(TRAPLINE_GET, address)
    code.add(TRAPLINE_MEMBER, 0, header << 8 | 4)
    code.add(TRAPLINE_GET, length)
    code.add(TRAPLINE_GREATER)
    code.push(256)
    code.add(TRAPLINE_GET, length)
    code.add(TRAPLINE_MINIMUM)
    code.add(TRAPLINE_GET, length)
    code.add(TRAPLINE_CHOOSE)
    read(block)
    code.land(failed)
  }
}
