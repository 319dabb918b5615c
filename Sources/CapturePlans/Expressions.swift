import CBPF
import CTableFormat
import Settings
import SyscallTables

/// Expressions of the tables as steps that leave their value on the machine's stack.
extension PlanCompiler {
  /// Adds the steps of an expression. False when its value cannot be told in the kernel: what is left on the stack
  /// means nothing then.
  @discardableResult
  mutating func evaluate(_ expression: UInt32) -> Bool {
    if expression == 0 {
      code.push(0)
      return true
    }
    var isKnown = true
    var next = expression
    while true {
      let step = Tables.step(next)
      next += 1
      let op = step.op
      if op == .end { return isKnown }
      if !add(op, step) { isKnown = false }
    }
  }

  /// A step; false when its value cannot be told.
  private mutating func add(_ op: StepOperation, _ step: tl_step) -> Bool {
    if let plain = Self.operators[Int(op.rawValue) & 255] {
      code.add(plain)
      return true
    }
    switch op {
    case .constant: code.push(Tables.constant(step.b != 0 && is32 ? step.a &+ 1 : step.a))
    case .small: code.push(Int64(Int32(bitPattern: step.a)))
    case .argument: push(argument: Tables.field(step.a))
    case .result: code.add(TRAPLINE_RESULT)
    case .error: code.add(TRAPLINE_ERROR)
    case .field: return push(member: Tables.field(step.a), levels: Int(step.b))
    case .parameter: return push(parameter: Int(step.a), levels: Int(step.b))
    case .captured: code.add(TRAPLINE_GET, TRAPLINE_FIRST_KEPT + Int(step.a & 7))
    case .abbreviated: code.push(isAbbreviated ? 1 : 0)
    case .available: return pushAvailable(levels: Int(step.b))
    case .address: return pushAddress(levels: Int(step.b))
    case .index: indices.last.map { code.add(TRAPLINE_GET, $0) } ?? code.push(0)
    case .valueOf:
      guard let current else {
        code.push(0)
        return false
      }
      push(raw: current)
    case .is32: code.push(is32 ? 1 : 0)
    case .exiting: code.push(phase == .exit ? 1 : 0)
    case .styled: code.push(Int64(options.constants.rawValue))
    case .structures: code.push(manner.contains(.structures) ? 1 : 0)
    case .stack: code.add(TRAPLINE_STACK_POINTER)
    case .booted: code.push(0)
    case .peek: return peek(step.a)
    case .readable, .zeroed: return look(Int(is32 ? UInt32(step.b) : step.a), zeroed: op == .zeroed)
    case .afterText, .afterWholeText: return pushBehindText(isWhole: op == .afterWholeText)
    case .nonzero: return pushNonzero(Tables.field(step.a), levels: Int(step.b))
    case .sum:
      // What lies in the buffers before: as if there were nothing.
      code.push(0)
    case .socketProtocol: code.add(TRAPLINE_FILE, 0, Int(TRAPLINE_FILE_PROTOCOL.rawValue))
    case .socketFamily: code.add(TRAPLINE_FILE, 0, Int(TRAPLINE_FILE_FAMILY.rawValue))
    case .terminal:
      // Which devices are terminals the tracer knows.
      code.add(TRAPLINE_FILE, 0, Int(TRAPLINE_FILE_MODE.rawValue))
      return false
    case .anonymous:
      needsThread(.openFiles)
      code.add(TRAPLINE_DROP)
      code.push(0)
      return false
    case .sibling, .kept:
      code.add(TRAPLINE_DROP)
      code.push(0)
      return false
    default:
      code.push(0)
      return false
    }
    return true
  }

  /// What the machine does itself, by the number of the operation.
  private static let operators: [trapline_op?] = {
    let operators: [StepOperation: trapline_op] = [
      .add: TRAPLINE_ADD, .subtract: TRAPLINE_SUBTRACT, .multiply: TRAPLINE_MULTIPLY,
      .divide: TRAPLINE_DIVIDE, .remainder: TRAPLINE_REMAINDER, .and: TRAPLINE_AND, .or: TRAPLINE_OR,
      .xor: TRAPLINE_XOR, .shiftLeft: TRAPLINE_SHIFT_LEFT, .shiftRight: TRAPLINE_SHIFT_RIGHT,
      .equal: TRAPLINE_EQUAL, .unequal: TRAPLINE_UNEQUAL, .less: TRAPLINE_LESS,
      .greater: TRAPLINE_GREATER, .lessOrEqual: TRAPLINE_LESS_EQUAL, .greaterOrEqual: TRAPLINE_GREATER_EQUAL,
      .not: TRAPLINE_NOT, .negate: TRAPLINE_NEGATE, .complement: TRAPLINE_COMPLEMENT,
      .both: TRAPLINE_BOTH, .either: TRAPLINE_EITHER, .choose: TRAPLINE_CHOOSE,
      .minimum: TRAPLINE_MINIMUM, .maximum: TRAPLINE_MAXIMUM,
    ]
    var table = [trapline_op?](repeating: nil, count: Int(UInt8.max) + 1)
    for (operation, own) in operators { table[Int(operation.rawValue)] = own }
    return table
  }()

  // MARK: Values

  /// The word of a value, as wide as its register or member.
  mutating func push(raw place: Where) {
    switch place {
    case .argument(let register, let isPair):
      code.add(TRAPLINE_ARGUMENT, register, abi.registerSize)
      guard isPair else { return }
      code.add(TRAPLINE_ARGUMENT, register + 1, 4)
      code.push(32)
      code.add(TRAPLINE_SHIFT_LEFT)
      code.add(TRAPLINE_OR)
    case .local(let local): code.add(TRAPLINE_GET, local)
    case .member(let block, let offset, let size, let bit, let bits):
      pushMember(block, offset, width: size, signed: false)
      guard bits > 0 else { return }
      code.push(Int64(bit))
      code.add(TRAPLINE_SHIFT_RIGHT)
      code.push(bits >= 64 ? -1 : 1 << Int64(bits) - 1)
      code.add(TRAPLINE_AND)
    }
  }

  private mutating func pushMember(_ block: Int, _ offset: Int, width: Int, signed: Bool) {
    let known = [1, 2, 4, 8].contains(width) ? width : wordSize
    code.add(TRAPLINE_MEMBER, offset, block << 8 | known | (signed ? TRAPLINE_WIDTH_SIGNED : 0))
  }

  /// A number as its type says: width, sign, order of bytes.
  mutating func push(scalar type: tl_type, _ place: Where) {
    push(raw: place)
    if case .member(_, _, _, _, let bits) = place, bits > 0 { return }
    let width = scalarWidth(type, place)
    let isNumber = type.kind == .number || type.kind == .set
    if isNumber, type.scalarFlags.contains(.bigEndian), width > 1 { code.add(TRAPLINE_SWAP, 0, width) }
    let isSigned = isNumber && type.scalarFlags.contains(.signed)
    if width < 8 || isSigned {
      code.add(TRAPLINE_NARROW, 0, width | (isSigned ? TRAPLINE_WIDTH_SIGNED : 0))
    }
  }

  func scalarWidth(_ type: tl_type, _ place: Where) -> Int {
    var size = 0
    if case .member(_, _, let own, _, _) = place { size = own }
    switch type.kind {
    case .number, .set:
      if size != 0, type.scalarFlags.contains(.flexible) { return size }
      return type.width == 0 ? wordSize : Int(type.width)
    case .select where size == 0 && type.width != 0: return Int(type.width)
    default:
      if case .local = place { return 8 }
      return (1...8).contains(size) ? size : wordSize
    }
  }

  /// The address that a pointer holds.
  mutating func push(address type: tl_type, _ place: Where) { push(scalar: type, place) }

  /// The type whose width and sign an expression takes for a name.
  private func valueType(_ index: UInt32) -> tl_type {
    let type = Tables.type(index)
    return type.kind == .computed ? valueType(type.computed.type) : type
  }

  private mutating func push(argument field: tl_field) { push(scalar: valueType(field.type), place(of: field)) }

  // MARK: Structures around

  private func frame(_ levels: Int) -> Frame? {
    levels < frames.count ? frames[frames.count - 1 - levels] : nil
  }

  func place(of field: tl_field, in frame: Frame) -> Where {
    .member(
      block: frame.block, offset: frame.offset + Int(is32 ? field.offset32 : field.offset64),
      size: Int(is32 ? field.size32 : field.size64), bit: Int(field.bit), bits: Int(field.bits))
  }

  private mutating func push(member field: tl_field, levels: Int) -> Bool {
    guard let frame = frame(levels) else {
      code.push(0)
      return true
    }
    push(scalar: valueType(field.type), place(of: field, in: frame))
    return true
  }

  private mutating func push(parameter: Int, levels: Int) -> Bool {
    guard let frame = frame(levels), parameter < frame.parameters.count, let local = frame.parameters[parameter] else {
      code.push(0)
      return frame(levels) == nil
    }
    code.add(TRAPLINE_GET, local)
    return true
  }

  private mutating func pushAvailable(levels: Int) -> Bool {
    guard let frame = frame(levels) else {
      code.push(0)
      return true
    }
    code.add(TRAPLINE_BLOCK_SIZE, frame.block)
    code.push(Int64(frame.offset))
    code.add(TRAPLINE_SUBTRACT)
    return true
  }

  private mutating func pushAddress(levels: Int) -> Bool {
    guard let frame = frame(levels) else {
      code.push(0)
      return true
    }
    push(addressIn: frame.block, frame.offset)
    return true
  }

  mutating func push(addressIn block: Int, _ offset: Int) {
    code.add(TRAPLINE_BLOCK_ADDRESS, block)
    guard offset != 0 else { return }
    code.push(Int64(offset))
    code.add(TRAPLINE_ADD)
  }

  private mutating func pushNonzero(_ field: tl_field, levels: Int) -> Bool {
    guard let frame = frame(levels) else {
      code.push(0)
      return true
    }
    code.push(Int64(is32 ? field.size32 : field.size64))
    code.add(TRAPLINE_NONZERO, frame.offset + Int(is32 ? field.offset32 : field.offset64), frame.block)
    return true
  }

  // MARK: Memory that expressions read

  /// Takes an address from the stack, and leaves the number there.
  private mutating func peek(_ index: UInt32) -> Bool {
    let type = Tables.type(index)
    let width = type.width == 0 ? wordSize : Int(type.width)
    code.add(TRAPLINE_PEEK, 0, width)
    let isSigned = type.scalarFlags.contains(.signed)
    if type.scalarFlags.contains(.bigEndian) { code.add(TRAPLINE_SWAP, 0, width) }
    if isSigned { code.add(TRAPLINE_NARROW, 0, width | TRAPLINE_WIDTH_SIGNED) }
    return true
  }

  /// Takes an address, and leaves whether `count` bytes are there (and zero, all of them).
  private mutating func look(_ count: Int, zeroed: Bool) -> Bool {
    guard nextBlock < TRAPLINE_BLOCKS else {
      code.add(TRAPLINE_DROP)
      code.push(0)
      return false
    }
    // Blocks that are done with are free again.
    let block = nextBlock
    if is32 { code.add(TRAPLINE_NARROW, 0, 4) }
    code.push(Int64(count))
    let failed = code.jump(TRAPLINE_WHOLE, b: block)
    code.land(failed)
    code.add(TRAPLINE_BLOCK_SIZE, block)
    code.push(Int64(count))
    code.add(TRAPLINE_EQUAL)
    guard zeroed else { return true }
    code.push(Int64(count))
    code.add(TRAPLINE_NONZERO, 0, block)
    code.add(TRAPLINE_NOT)
    code.add(TRAPLINE_BOTH)
    return true
  }

  /// Takes an address, and leaves the one behind the text there; 0 when that is longer than what is shown.
  private mutating func pushBehindText(isWhole: Bool) -> Bool {
    guard let address = newLocal(), let length = newLocal() else {
      code.add(TRAPLINE_DROP)
      code.push(0)
      return false
    }
    let most = isWhole ? Int64(DecodingOptions.longestPath) : stringLimit
    if is32 { code.add(TRAPLINE_NARROW, 0, 4) }
    code.add(TRAPLINE_SET, address)
    code.add(TRAPLINE_GET, address)
    code.push(most)
    code.add(TRAPLINE_TEXT)
    code.add(TRAPLINE_SET, length)
    code.add(TRAPLINE_GET, length)
    code.push(0)
    code.add(TRAPLINE_GREATER_EQUAL)
    code.add(TRAPLINE_GET, length)
    code.push(most)
    code.add(TRAPLINE_LESS_EQUAL)
    code.add(TRAPLINE_BOTH)
    code.add(TRAPLINE_GET, address)
    code.add(TRAPLINE_GET, length)
    code.add(TRAPLINE_ADD)
    code.push(1)
    code.add(TRAPLINE_ADD)
    code.push(0)
    code.add(TRAPLINE_CHOOSE)
    return true
  }
}
