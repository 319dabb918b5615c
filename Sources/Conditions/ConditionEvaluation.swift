import CTableFormat
import Decoding
import SyscallTables

extension Condition {
  /// Whether it holds for a call that returned, or never will.
  public func holds(for call: CallRecord, by tracee: TraceeIdentity) -> Bool {
    root.holds(for: Event(call: call, signal: nil, tracee: tracee))
  }

  /// Whether it may hold for a call that is being entered, once that has returned.
  public func mayHold(for call: CallRecord, by tracee: TraceeIdentity) -> Bool {
    root.mayHold(for: Event(call: call, signal: nil, tracee: tracee))
  }

  /// Whether it holds for a signal that is delivered.
  public func holds(for signal: SignalRecord, to tracee: TraceeIdentity) -> Bool {
    root.holds(for: Event(call: nil, signal: signal, tracee: tracee))
  }

  /// What a condition is asked about.
  struct Event {
    let call: CallRecord?
    let signal: SignalRecord?
    let tracee: TraceeIdentity
  }

  /// One value of an event, valid while it is looked at.
  enum Value {
    case number(Int128)
    case text(UnsafeRawBufferPointer)
    /// Bits in ascending order; `base` is the number of the lowest.
    case bits(UnsafeRawBufferPointer, base: Int128)
  }
}

extension Condition.Node {
  /// Whether it may hold at the return of the call that the event's is the entry of.
  func mayHold(for event: Condition.Event) -> Bool {
    switch self {
    case .both(let left, let right): left.mayHold(for: event) && right.mayHold(for: event)
    case .either(let left, let right): left.mayHold(for: event) || right.mayHold(for: event)
    case .not(let node): !node.mustHold(for: event)
    case .present, .compare: isOpen(event) || holds(for: event)
    }
  }

  /// Whether it will hold then, whatever the call does.
  private func mustHold(for event: Condition.Event) -> Bool {
    switch self {
    case .both(let left, let right): left.mustHold(for: event) && right.mustHold(for: event)
    case .either(let left, let right): left.mustHold(for: event) || right.mustHold(for: event)
    case .not(let node): !node.mayHold(for: event)
    case .present, .compare: !isOpen(event) && holds(for: event)
    }
  }

  /// Whether only the return tells: it is about the result, or about an argument or member that is not known yet.
  private func isOpen(_ event: Condition.Event) -> Bool {
    if mentions(.ret) || mentions(.errno) || mentions(.duration) { return true }
    let operands: [Condition.Operand] =
      switch self {
      case .compare(let left, _, let right): [left, right]
      case .present(let operand): [operand]
      default: []
      }
    return operands.contains { operand in
      guard case .named = operand, event.call?.awaitsExit == true else { return false }
      return !event.anyValue(of: operand) { _ in true }
    }
  }

  func holds(for event: Condition.Event) -> Bool {
    switch self {
    case .both(let left, let right): return left.holds(for: event) && right.holds(for: event)
    case .either(let left, let right): return left.holds(for: event) || right.holds(for: event)
    case .not(let node): return !node.holds(for: event)
    case .present(let operand):
      return event.anyValue(of: operand) { value in
        switch value {
        case .number(let number): number != 0
        case .text(let bytes): !bytes.isEmpty
        case .bits(let bytes, _): bytes.contains { $0 != 0 }
        }
      }
    case .compare(let left, let comparison, let right):
      return event.anyValue(of: left) { leftValue in
        event.anyValue(of: right) { rightValue in
          Condition.compare(leftValue, comparison, rightValue)
        }
      }
    }
  }
}

extension Condition {
  fileprivate static func compare(_ left: Value, _ comparison: Comparison, _ right: Value) -> Bool {
    switch (left, right) {
    case (.number(let a), .number(let b)):
      switch comparison {
      case .equal: a == b
      case .unequal: a != b
      case .less: a < b
      case .lessOrEqual: a <= b
      case .greater: a > b
      case .greaterOrEqual: a >= b
      case .has: b == 0 ? a == 0 : a & b == b
      case .like, .unlike: false
      }
    case (.text(let a), .text(let b)):
      switch comparison {
      case .equal: a.elementsEqual(b)
      case .unequal: !a.elementsEqual(b)
      case .less: a.lexicographicallyPrecedes(b)
      case .lessOrEqual: !b.lexicographicallyPrecedes(a)
      case .greater: b.lexicographicallyPrecedes(a)
      case .greaterOrEqual: !a.lexicographicallyPrecedes(b)
      case .like: matches(a, pattern: Array(b))
      case .unlike: !matches(a, pattern: Array(b))
      case .has: matches(a, pattern: [UInt8(ascii: "*")] + Array(b) + [UInt8(ascii: "*")])
      }
    case (.bits(let bytes, let base), .number(let bit)) where comparison == .has:
      contains(bytes, bit - base)
    default: false
    }
  }

  private static func contains(_ bytes: UnsafeRawBufferPointer, _ bit: Int128) -> Bool {
    guard bit >= 0, bit < Int128(bytes.count) * 8 else { return false }
    return bytes[Int(bit / 8)] >> UInt8(bit % 8) & 1 == 1
  }
}

extension Condition.Event {
  /// Whether `test` holds for one of the values that the event has under a name.
  func anyValue(of operand: Condition.Operand, _ test: (Condition.Value) -> Bool) -> Bool {
    switch operand {
    case .number(let number): return test(.number(number))
    case .text(let bytes): return bytes.withUnsafeBytes { test(.text($0)) }
    case .subject(let subject): return anyValue(of: subject, test)
    case .named(let path):
      return search(test) { names, _ in names.count >= path.count && fits(names.suffix(path.count), path) }
    case .anyPath:
      return search(test) { names, token in
        token.kind == .string && token.text == .path
          || names.last.map { TableString($0).matches("path") } == true
      }
    case .anyDescriptor:
      return search(test) { names, token in
        token.kind == .number
          && (token.style == .fd || token.style == .dirfd)
      }
    }
  }

  private func fits(_ names: ArraySlice<UInt32>, _ path: [String]) -> Bool {
    zip(names, path).allSatisfy { TableString($0).matches($1) }
  }

  private func anyValue(of subject: Condition.Subject, _ test: (Condition.Value) -> Bool) -> Bool {
    switch subject {
    case .pid: return test(.number(Int128(tracee.pid)))
    case .tid: return test(.number(Int128(tracee.tid)))
    case .command: return tracee.command.withUnsafeBytes { test(.text($0)) }
    case .signal: return signal.map { test(.number(Int128($0.signal))) } ?? false
    case .abi:
      guard let abi = call?.abi ?? signal?.abi else { return false }
      return Array("\(abi)".utf8).withUnsafeBytes { test(.text($0)) }
    default: break
    }
    guard let call else { return false }
    switch subject {
    case .call: return call.name.map { test(.text($0.bytes)) } ?? false
    case .class:
      guard let classes = call.entry?.classes else { return false }
      return SyscallClasses.names.enumerated().contains { bit, name in
        classes.rawValue >> UInt32(bit) & 1 == 1 && test(.text(name.bytes))
      }
    case .number: return test(.number(Int128(call.number)))
    case .ret where call.hasReturned: return test(.number(call.error != 0 ? -1 : Int128(call.result)))
    case .errno where call.hasReturned: return test(.number(Int128(call.error)))
    case .duration where call.hasReturned && call.ended >= call.began:
      return test(.number(Int128(call.ended) - Int128(call.began)))
    default: return false
    }
  }

  /// Looks at the tape's values one after the other; `isWanted` gets the names that lead to each.
  private func search(
    _ test: (Condition.Value) -> Bool, where isWanted: ([UInt32], Token) -> Bool
  ) -> Bool {
    if let call { return search(call.tape, upTo: call.dumps, test, where: isWanted) }
    if let signal { return search(signal.tape, upTo: signal.tape.tokens.count, test, where: isWanted) }
    return false
  }

  private func search(
    _ tape: borrowing Tape, upTo end: Int, _ test: (Condition.Value) -> Bool, where isWanted: ([UInt32], Token) -> Bool
  ) -> Bool {
    let tokens = tape.tokens
    return tape.bytes.withUnsafeBytes { bytes in
      var names: [UInt32] = []
      // For each open group, how many names were known outside of it.
      var outside: [Int] = []
      var hasName = false
      for token in tokens.prefix(end) {
        switch token.kind {
        case .name:
          if hasName { names.removeLast() }
          names.append(token.operand)
          hasName = true
          continue
        case .structOpen, .arrayOpen, .referOpen, .callOpen:
          outside.append(names.count - (hasName ? 1 : 0))
          hasName = false
          continue
        case .structClose, .arrayClose, .referClose, .callClose:
          names.removeLast(max(0, names.count - (outside.popLast() ?? 0)))
          hasName = false
          continue
        case .becomes, .index, .ellipsis, .comment, .annotation: continue
        default: break
        }
        if let value = value(of: token, bytes), isWanted(names, token), test(value) { return true }
        if hasName { names.removeLast() }
        hasName = false
      }
      return false
    }
  }

  private func value(of token: Token, _ bytes: UnsafeRawBufferPointer) -> Condition.Value? {
    switch token.kind {
    case .number where token.flags.contains(.signed):
      return .number(Int128(Int64(bitPattern: token.value)))
    case .number, .set, .address:
      return .number(Int128(token.value))
    case .string:
      return slice(bytes, token.value, UInt64(token.operand)).map { .text($0) }
    case .bits:
      let base: Int128 = token.bits == .signals ? 1 : 0
      return slice(bytes, token.value, UInt64(token.extra / 8)).map { .bits($0, base: base) }
    default: return nil
    }
  }

  private func slice(_ bytes: UnsafeRawBufferPointer, _ offset: UInt64, _ count: UInt64) -> UnsafeRawBufferPointer? {
    guard offset <= UInt64(bytes.count), count <= UInt64(bytes.count) - offset else { return nil }
    return UnsafeRawBufferPointer(rebasing: bytes[Int(offset)..<Int(offset + count)])
  }
}
