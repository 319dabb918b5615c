import CTableFormat
import SyscallTables

extension Decoder {
  /// The value of an expression of the tables: wrapping signed 64-bit arithmetic, division by zero is 0.
  func evaluate(_ expression: UInt32) -> Int64 {
    if expression == 0 { return 0 }
    // Most are one step.
    let first = Tables.step(expression)
    if Tables.step(expression + 1).op == .end, let value = leaf(first.op, first) {
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
      let op = step.op
      if op == .end { return depth > 0 ? stack[depth - 1] : 0 }
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
      // Nothing is at 0, and nobody need be asked.
      case .peek: value = a == 0 ? 0 : Int64(bitPattern: loadScalar(step.a, at: UInt64(bitPattern: a)) ?? 0)
      case .kept: value = Int64(bitPattern: keptScalar(step.a, at: a))
      case .readable: value = wrap(isReadable(UInt64(bitPattern: a), Int(is32 ? UInt32(step.b) : step.a)))
      case .zeroed: value = wrap(isZeroed(UInt64(bitPattern: a), Int(is32 ? UInt32(step.b) : step.a)))
      case .afterText: value = Int64(bitPattern: addressBehindText(at: UInt64(bitPattern: a)))
      case .afterWholeText: value = Int64(bitPattern: addressBehindText(at: UInt64(bitPattern: a), isWhole: true))
      case .add: value = a &+ b
      case .subtract: value = a &- b
      case .multiply: value = a &* b
      case .divide: value = b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
      case .remainder: value = b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
      case .and: value = a & b
      case .or: value = a | b
      case .xor: value = a ^ b
      case .shiftLeft: value = a &<< b
      case .shiftRight: value = Int64(bitPattern: UInt64(bitPattern: a) &>> UInt64(bitPattern: b))
      case .equal: value = wrap(a == b)
      case .unequal: value = wrap(a != b)
      case .less: value = wrap(a < b)
      case .greater: value = wrap(a > b)
      case .lessOrEqual: value = wrap(a <= b)
      case .greaterOrEqual: value = wrap(a >= b)
      case .not: value = wrap(a == 0)
      case .negate: value = 0 &- a
      case .complement: value = ~a
      case .both: value = wrap(a != 0 && b != 0)
      case .either: value = wrap(a != 0 || b != 0)
      case .choose: value = a != 0 ? b : stack[depth + 2]
      case .minimum: value = min(a, b)
      case .maximum: value = max(a, b)
      case .socketProtocol:
        value = netlinkProtocol(of: Int32(truncatingIfNeeded: a))
      case .socketFamily:
        value = Int64(surroundings.socketFamily(Int32(truncatingIfNeeded: a), tid: tid) ?? -1)
      case .terminal: value = wrap(surroundings.isTerminal(Int32(truncatingIfNeeded: a), tid: tid))
      case .anonymous: value = Int64(bitPattern: text(ofAnonymous: Int32(truncatingIfNeeded: a)))
      case .sibling: value = Int64(bitPattern: text(ofSibling: UInt16(truncatingIfNeeded: a)))
      case .end, .constant, .small, .argument, .result, .error, .field, .parameter, .captured, .abbreviated,
        .available, .nonzero, .address, .index, .sum, .valueOf, .is32, .exiting, .styled, .structures, .stack,
        .booted:
        return 0
      }
      stack[depth] = value
      depth += 1
    }
  }

  /// The netlink protocol of a socket, or -1; the elements of an array ask for it one after the other.
  private func netlinkProtocol(of fd: Int32) -> Int64 {
    if let known = askedSocket, known.fd == fd { return known.answer }
    let answer = fd < 0 ? -1 : Int64(surroundings.netlinkProtocol(fd, tid: tid) ?? -1)
    askedSocket = (fd, answer)
    return answer
  }

  private static func operands(of op: StepOperation) -> Int {
    switch op {
    case .peek, .kept, .readable, .zeroed, .afterText, .afterWholeText, .not, .negate, .complement, .socketProtocol,
      .socketFamily, .terminal, .anonymous, .sibling:
      1
    case .add, .subtract, .multiply, .divide, .remainder, .and, .or, .xor, .shiftLeft, .shiftRight, .equal,
      .unequal, .less, .greater, .lessOrEqual, .greaterOrEqual, .both, .either, .minimum, .maximum:
      2
    case .choose: 3
    case .end, .constant, .small, .argument, .result, .error, .field, .parameter, .captured, .abbreviated,
      .available, .nonzero, .address, .index, .sum, .valueOf, .is32, .exiting, .styled, .structures, .stack,
      .booted:
      0
    }
  }

  /// The value of a step that takes nothing from the stack; nil for operators.
  private func leaf(_ op: StepOperation, _ step: tl_step) -> Int64? {
    switch op {
    case .constant: Tables.constant(step.b != 0 && is32 ? step.a &+ 1 : step.a)
    case .small: Int64(Int32(bitPattern: step.a))
    case .argument: argument(Tables.field(step.a))
    case .result: record.result
    case .error: Int64(record.error)
    case .field: member(step.a, levels: Int(step.b))
    case .parameter: step.a < 6 ? frame(Int(step.b))?.parameters[Int(step.a)] ?? 0 : 0
    case .captured: record.captures[Int(step.a & 7)]
    case .abbreviated: abbreviated ? 1 : 0
    case .available: Int64(frame(Int(step.b))?.given ?? 0)
    case .nonzero: isNonzero(step.a, levels: Int(step.b)) ? 1 : 0
    case .address: Int64(bitPattern: frame(Int(step.b))?.address ?? 0)
    case .index: elementIndex
    case .sum: sum(step.a)
    case .valueOf: Int64(bitPattern: current)
    case .is32: is32 ? 1 : 0
    case .exiting: phase == .exit ? 1 : 0
    case .styled: Int64(options.constants.rawValue)
    case .structures: manner.contains(.structures) ? 1 : 0
    case .stack: Int64(bitPattern: record.stackPointer)
    case .booted: surroundings.bootTime
    case .end, .peek, .kept, .readable, .zeroed, .afterText, .afterWholeText, .add, .subtract, .multiply, .divide,
      .remainder, .and, .or, .xor, .shiftLeft, .shiftRight, .equal, .unequal, .less, .greater, .lessOrEqual,
      .greaterOrEqual, .not, .negate, .complement, .both, .either, .choose, .minimum, .maximum, .socketProtocol,
      .socketFamily, .terminal, .anonymous, .sibling:
      nil
    }
  }

  /// A scalar in what the call kept of the tracee's memory at entry; 0 where that does not reach so far.
  private func keptScalar(_ type: UInt32, at offset: Int64) -> UInt64 {
    let row = Tables.type(type)
    let width = scalarWidth(row, .value(0))
    let first = clamped(offset)
    guard offset >= 0, first <= record.kept.count - width else { return 0 }
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let copy = scratch.reserve(width) else { return 0 }
    record.kept.withUnsafeBytes {
      scratch.writable(copy, width).copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[first..<first + width]))
    }
    return scalar(row, .place(address: 0, offset: copy, available: width))
  }

  /// What a descriptor is open on that has no inode of its own (`bpf-map`), as the number that stands for the text.
  private func text(ofAnonymous fd: Int32) -> UInt64 {
    guard let kind = surroundings.anonymousKind(fd, tid: tid) else { return 0 }
    return kind.withUnsafeBytes { Self.number(ofText: $0) }
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
    let count = Int(elementIndex)
    let isAmongCopies = (elements.offset...elements.end).contains(frame.offset + elements.size)
    let isContinued = elements.sum.field == index && elements.sum.before <= count
    var total = isContinued ? elements.sum.total : 0
    for before in (isContinued ? elements.sum.before : 0)..<count where total < .max {
      let distance = (count - before) * elements.size
      let mark = scratch.used
      defer { scratch.release(to: mark) }
      var earlier = frame
      earlier.address = frame.address &- UInt64(distance)
      if isAmongCopies {
        guard frame.offset - distance >= elements.offset else { continue }
        earlier.offset -= distance
      } else {
        // One that was read by itself.
        guard let offset = fetch(earlier.address, elements.size) else { continue }
        earlier.offset = offset
        earlier.available = elements.size
      }
      let source = memberSource(field, in: earlier)
      let value = scalar(Tables.type(resolveForValue(field.type)), source)
      // Sizes from a tracee may come to more than there is.
      let (next, overflow) = total.addingReportingOverflow(Int64(clamping: value))
      total = overflow ? .max : next
    }
    self.elements?.sum = (index, count, total)
    return total
  }

  /// The type whose width and sign an expression takes for a name: a choice has its own width, or that of a word or of the member.
  private func resolveForValue(_ index: UInt32) -> UInt32 {
    let type = Tables.type(index)
    return type.kind == .computed ? resolveForValue(type.computed.type) : index
  }
}
