import CTableFormat
import Decoding
import SyscallTables
import Values

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
    case bits(BitSet)
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
        case .bits(let bits): bits.members.contains { _ in true }
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
    case (.bits(let bits), .number(let member)) where comparison == .has:
      Int(exactly: member).map { bits.contains($0 &- bits.base) } ?? false
    default: false
    }
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
      return search(test) { names, node in
        node.kind == .bytes && node.token.text == .path || names.last.map { TableString($0).matches("path") } == true
      }
    case .anyDescriptor: return search(test) { _, node in node.isDescriptor }
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
  private func search(_ test: (Condition.Value) -> Bool, where isWanted: ([UInt32], Node) -> Bool) -> Bool {
    var names: [UInt32] = []
    if let call {
      var cursor = TapeCursor(call.tape, 0..<call.dumps)
      return search(&cursor, &names, test, where: isWanted)
    }
    guard let signal else { return false }
    var cursor = TapeCursor(signal.tape)
    return search(&cursor, &names, test, where: isWanted)
  }

  private func search(
    _ cursor: inout TapeCursor, _ names: inout [UInt32], _ test: (Condition.Value) -> Bool,
    where isWanted: ([UInt32], Node) -> Bool
  ) -> Bool {
    while let node = cursor.next() {
      let outer = names.count
      if case .member(let name) = node.name { names.append(name) }
      defer { names.removeLast(names.count - outer) }
      if let value = value(of: node, cursor), isWanted(names, node), test(value) { return true }
      while let level = cursor.enterDetails() {
        if search(&cursor, &names, test, where: isWanted) { return true }
        cursor.leave(level)
      }
      guard node.isGroup, let level = cursor.enter(node) else { continue }
      if search(&cursor, &names, test, where: isWanted) { return true }
      cursor.leave(level)
    }
    return false
  }

  private func value(of node: Node, _ cursor: TapeCursor) -> Condition.Value? {
    switch node.kind {
    case .number: .number(Scalar(node, on: cursor, abi: abi, wordSize: wordSize).integer)
    case .address: .number(Int128(node.token.value))
    case .bytes: .text(cursor.bytes(of: node))
    case .bits: .bits(BitSet(node.token, bits: cursor.bytes(of: node)))
    case .parts: cursor.whole(node, wordSize: wordSize).map { .number(Int128($0.value)) }
    case .structure, .array, .unreadable, .omitted, .unknown, .tail: nil
    }
  }

  private var abi: ABI { call?.abi ?? signal?.abi ?? .native }
  private var wordSize: Int { call?.wordSize ?? abi.wordSize }
}
