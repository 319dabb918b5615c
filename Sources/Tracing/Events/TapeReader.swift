import CTableFormat
import Decoding
import SyscallTables
import Values

/// Makes values of their own of those on a tape.
struct TapeReader {
  private let abi: ABI
  private let wordSize: Int

  init(abi: ABI, wordSize: Int) {
    self.abi = abi
    self.wordSize = wordSize
  }

  /// The values of the cursor's level, with their names.
  func members(_ cursor: inout TapeCursor) -> [TraceValue.Member] {
    var members: [TraceValue.Member] = []
    while let node = cursor.next() {
      if node.isAfter, let before = members.popLast() {
        members.append(.init(name: before.name, value: change(of: before.value, to: value(node, &cursor))))
      } else if node.kind == .omitted, node.name == .none {
        continue
      } else {
        members.append(.init(name: name(of: node), value: value(node, &cursor)))
      }
    }
    return members
  }

  private func name(of node: Node) -> String {
    switch node.name {
    case .none: ""
    case .member(let name): TableString(name).description
    case .element(let set, let index):
      ConstantSet(index: set).name(of: index, wordSize: wordSize)?.description ?? String(index)
    }
  }

  /// A value may change step by step: the last state counts.
  private func change(of value: TraceValue, to after: TraceValue) -> TraceValue {
    if case .change(let before, _) = value {
      .change(before: before, after: after)
    } else {
      .change(before: value, after: after)
    }
  }

  /// A value that the cursor has just returned.
  func value(_ node: Node, _ cursor: inout TapeCursor) -> TraceValue {
    switch node.kind {
    case .number: described(number(Scalar(node, on: cursor, abi: abi, wordSize: wordSize)), &cursor)
    case .bytes, .tail: .bytes(Array(cursor.bytes(of: node)), isCut: node.token.flags.contains(.cut))
    case .bits: bits(BitSet(node.token, bits: cursor.bytes(of: node)))
    case .structure: group(node, &cursor) { .structure(members(&$0)) }
    case .array: group(node, &cursor, array)
    case .parts: parts(node, &cursor)
    case .address, .unreadable: .address(node.token.value)
    case .omitted, .unknown: .unknown
    }
  }

  /// A number, and what is told of it.
  private func described(_ number: TraceValue, _ cursor: inout TapeCursor) -> TraceValue {
    var details: [TraceValue.Member] = []
    while let outer = cursor.enterDetails() {
      details += members(&cursor)
      cursor.leave(outer)
    }
    guard !details.isEmpty, let integer = number.integer else { return number }
    return .described(integer, details)
  }

  private func group(
    _ node: Node, _ cursor: inout TapeCursor, _ value: (inout TapeCursor) -> TraceValue
  ) -> TraceValue {
    guard let outer = cursor.enter(node) else { return .unknown }
    defer { cursor.leave(outer) }
    return value(&cursor)
  }

  private func array(_ cursor: inout TapeCursor) -> TraceValue {
    var elements: [TraceValue] = []
    var isComplete = true
    while let node = cursor.next() {
      if node.kind == .omitted || node.kind == .unreadable {
        isComplete = false
      } else if node.isAfter, let before = elements.popLast() {
        elements.append(change(of: before, to: value(node, &cursor)))
      } else {
        elements.append(value(node, &cursor))
      }
    }
    return .array(elements, isComplete: isComplete)
  }

  private func number(_ number: Scalar) -> TraceValue {
    guard number.isNamed else { return .number(number.integer) }
    var names: [String] = []
    number.names { names.append($0.description) }
    return .constant(number.integer, names: names)
  }

  /// One number that is shown in parts.
  private func parts(_ node: Node, _ cursor: inout TapeCursor) -> TraceValue {
    var names: [String] = []
    guard let whole = cursor.whole(node, wordSize: wordSize, { names.append($0.description) }) else {
      return group(node, &cursor) { .structure(members(&$0)) }
    }
    return .constant(Int128(whole.value), names: names)
  }

  /// The members of a set of bits, by name where they have one.
  private func bits(_ bits: BitSet) -> TraceValue {
    if bits.form == .words { return .array(bits.words.map { .number(Int128($0)) }, isComplete: true) }
    let members = bits.members.map { member -> TraceValue in
      guard let name = bits.name(of: member, wordSize: wordSize) else { return .number(Int128(member)) }
      return .constant(Int128(member), names: [name.description])
    }
    return .array(Array(members), isComplete: !bits.isCut)
  }
}
