import CTableFormat
import SyscallTables

extension Decoder {
  /// The value of an expression of the tables: wrapping signed 64-bit arithmetic, division by zero is 0.
  func evaluate(_ expression: UInt32) -> Int64 {
    if expression == 0 { return 0 }
    // Most are one step.
    let first = Tables.step(expression)
    if tl_op(UInt32(Tables.step(expression + 1).op)) == TL_END, let value = leaf(tl_op(UInt32(first.op)), first) {
      return value
    }
    return calculate(expression)
  }

  private func calculate(_ expression: UInt32) -> Int64 {
    var stack = InlineArray<16, Int64>(repeating: 0)
    var depth = 0
    var next = expression
    func wrap(_ condition: Bool) -> Int64 { condition ? 1 : 0 }
    while true {
      let step = Tables.step(next)
      next += 1
      let op = tl_op(UInt32(step.op))
      if op == TL_END { return depth > 0 ? stack[depth - 1] : 0 }
      if let value = leaf(op, step) {
        guard depth < 16 else { return 0 }
        stack[depth] = value
        depth += 1
        continue
      }
      let operands = Self.operands(of: op)
      guard depth >= operands else { return 0 }
      depth -= operands
      let a = stack[depth]
      let b = operands > 1 ? stack[depth + 1] : 0
      let value: Int64
      switch op {
      case TL_PEEK: value = Int64(bitPattern: loadScalar(step.a, at: UInt64(bitPattern: a)) ?? 0)
      case TL_READABLE: value = wrap(isReadable(UInt64(bitPattern: a), Int(is32 ? UInt32(step.b) : step.a)))
      case TL_ZEROED: value = wrap(isZeroed(UInt64(bitPattern: a), Int(is32 ? UInt32(step.b) : step.a)))
      case TL_BEHIND: value = Int64(bitPattern: addressBehindText(at: UInt64(bitPattern: a)))
      case TL_ADD: value = a &+ b
      case TL_SUBTRACT: value = a &- b
      case TL_MULTIPLY: value = a &* b
      case TL_DIVIDE: value = b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
      case TL_REMAINDER: value = b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
      case TL_AND: value = a & b
      case TL_OR: value = a | b
      case TL_XOR: value = a ^ b
      case TL_SHIFT_LEFT: value = a &<< b
      case TL_SHIFT_RIGHT: value = Int64(bitPattern: UInt64(bitPattern: a) &>> UInt64(bitPattern: b))
      case TL_EQUAL: value = wrap(a == b)
      case TL_UNEQUAL: value = wrap(a != b)
      case TL_LESS: value = wrap(a < b)
      case TL_GREATER: value = wrap(a > b)
      case TL_LESS_EQUAL: value = wrap(a <= b)
      case TL_GREATER_EQUAL: value = wrap(a >= b)
      case TL_NOT: value = wrap(a == 0)
      case TL_NEGATE: value = 0 &- a
      case TL_COMPLEMENT: value = ~a
      case TL_BOTH: value = wrap(a != 0 && b != 0)
      case TL_EITHER: value = wrap(a != 0 || b != 0)
      case TL_CHOOSE: value = a != 0 ? b : stack[depth + 2]
      case TL_MINIMUM: value = min(a, b)
      case TL_MAXIMUM: value = max(a, b)
      case TL_SOCKET_PROTOCOL:
        value = Int64(surroundings.netlinkProtocol(Int32(truncatingIfNeeded: a), tid: tid) ?? -1)
      case TL_SOCKET_FAMILY:
        value = Int64(surroundings.socketFamily(Int32(truncatingIfNeeded: a), tid: tid) ?? -1)
      case TL_TERMINAL: value = wrap(surroundings.isTerminal(Int32(truncatingIfNeeded: a), tid: tid))
      case TL_SIBLING: value = Int64(bitPattern: text(ofSibling: UInt16(truncatingIfNeeded: a)))
      default: return 0
      }
      stack[depth] = value
      depth += 1
    }
  }

  private static func operands(of op: tl_op) -> Int {
    switch op {
    case TL_PEEK, TL_READABLE, TL_ZEROED, TL_BEHIND, TL_NOT, TL_NEGATE, TL_COMPLEMENT, TL_SOCKET_PROTOCOL,
      TL_SOCKET_FAMILY, TL_TERMINAL, TL_SIBLING:
      1
    case TL_CHOOSE: 3
    default: 2
    }
  }

  /// The value of a step that takes nothing from the stack; nil for operators.
  private func leaf(_ op: tl_op, _ step: tl_step) -> Int64? {
    switch op {
    case TL_CONSTANT: Tables.constant(step.b != 0 && is32 ? step.a &+ 1 : step.a)
    case TL_SMALL: Int64(Int32(bitPattern: step.a))
    case TL_ARGUMENT: argument(Tables.field(step.a))
    case TL_RESULT: record.result
    case TL_ERROR: Int64(record.error)
    case TL_FIELD: member(step.a, levels: Int(step.b))
    case TL_PARAMETER: step.a < 6 ? frame(Int(step.b))?.parameters[Int(step.a)] ?? 0 : 0
    case TL_CAPTURED: record.captures[Int(step.a & 7)]
    case TL_ABBREVIATED: abbreviated ? 1 : 0
    case TL_AVAILABLE: Int64(frame(Int(step.b))?.given ?? 0)
    case TL_NONZERO: isNonzero(step.a, levels: Int(step.b)) ? 1 : 0
    case TL_ADDRESS: Int64(bitPattern: frame(Int(step.b))?.address ?? 0)
    case TL_INDEX: elementIndex
    case TL_SUM: sum(step.a)
    case TL_VALUE_OF: Int64(bitPattern: current)
    case TL_IS32: is32 ? 1 : 0
    case TL_EXITING: phase == .exit ? 1 : 0
    case TL_STYLED: Int64(options.constants.rawValue)
    case TL_STRUCTURES: manner.contains(.structures) ? 1 : 0
    case TL_STACK: Int64(bitPattern: record.stackPointer)
    default: nil
    }
  }

  private func frame(_ levels: Int) -> Frame? {
    levels < frames.count ? frames[frames.count - 1 - levels] : nil
  }

  private func argument(_ field: tl_field) -> Int64 {
    let source = argumentSource(field)
    return Int64(bitPattern: scalar(Tables.type(resolveForValue(field.type)), source))
  }

  private func member(_ index: UInt32, levels: Int) -> Int64 {
    guard let frame = frame(levels) else { return 0 }
    let field = Tables.field(index)
    let source = memberSource(field, in: frame)
    return Int64(bitPattern: scalar(Tables.type(resolveForValue(field.type)), source))
  }

  /// Whether any byte of a member is not zero.
  private func isNonzero(_ index: UInt32, levels: Int) -> Bool {
    guard let frame = frame(levels) else { return false }
    let source = memberSource(Tables.field(index), in: frame)
    let count = min(source.size, max(source.available, 0))
    return scratch.bytes(source.offset, count).contains { $0 != 0 }
  }

  /// The sum of a member over the elements of the array that come before this one.
  private func sum(_ index: UInt32) -> Int64 {
    guard let frame = frame(0), let elements else { return 0 }
    let field = Tables.field(index)
    var total: Int64 = 0
    var before = elementIndex
    while before > 0 {
      let distance = Int(before) * elements.size
      guard frame.offset - distance >= elements.offset else { break }
      var earlier = frame
      earlier.offset -= distance
      let source = memberSource(field, in: earlier)
      let value = scalar(Tables.type(resolveForValue(field.type)), source)
      // Sizes from a tracee may come to more than there is.
      let (next, overflow) = total.addingReportingOverflow(Int64(clamping: value))
      if overflow { return .max }
      total = next
      before -= 1
    }
    return total
  }

  /// The type whose width and sign an expression takes for a name: a choice has its own width, or that of a word or of the member.
  private func resolveForValue(_ index: UInt32) -> UInt32 {
    let type = Tables.type(index)
    return type.kind == UInt8(TL_VALUE.rawValue) ? resolveForValue(type.b) : index
  }
}
