import CTableFormat
import Decoding
import SyscallTables

/// How the members of a structure make one number.
enum Operator {
  case or, shift, plus

  /// That of a structure without braces; nil where its members are values of their own.
  init?(_ token: Token) {
    guard token.kind == .structOpen, token.flags.contains(.bare) else { return nil }
    switch token.extra {
    case UInt32(UInt8(ascii: "|")): self = .or
    case UInt32(UInt8(ascii: "+")): self = .plus
    case UInt32(UInt8(ascii: "<")) << 8 | UInt32(UInt8(ascii: "<")): self = .shift
    default: return nil
    }
  }
}

/// One number that is shown in parts: its value, and the bits in it that have no name.
public struct WholeNumber {
  public var value: UInt64
  public var rest: UInt64
  fileprivate var name = TableString(0)
}

extension TapeCursor {
  /// What the parts of a number come to, which ``next()`` has just returned; `body` is called with each name in it. Nil when
  /// they are no numbers. The cursor stays where it is.
  public func whole(_ node: Node, wordSize: Int, _ body: (ConstantName) -> Void = { _ in }) -> WholeNumber? {
    var inside = self
    return inside.sum(node, wordSize: wordSize, body)
  }

  private mutating func sum(_ node: Node, wordSize: Int, _ body: (ConstantName) -> Void) -> WholeNumber? {
    guard let sign = Operator(node.token), let outer = enter(node) else { return nil }
    defer { leave(outer) }
    var whole: WholeNumber?
    while let part = next() {
      let speaksForItself = sign == .or
      guard let number = number(part, wordSize: wordSize, speaksForItself ? body : { _ in }) else { return nil }
      whole = whole.map { Self.put($0, sign, number, body) } ?? number
    }
    return whole
  }

  private mutating func number(_ part: Node, wordSize: Int, _ body: (ConstantName) -> Void) -> WholeNumber? {
    if part.kind == .parts { return sum(part, wordSize: wordSize, body) }
    guard part.kind == .number else { return nil }
    let scalar = Scalar(part, on: self, abi: .native, wordSize: wordSize)
    var number = WholeNumber(value: scalar.bits, rest: 0)
    var isNamed = false
    let rest = scalar.names { name in
      isNamed = true
      if case .name(let name) = name { number.name = name }
      body(name)
    }
    number.rest = isNamed ? rest : scalar.bits
    return number
  }

  private static func put(
    _ first: WholeNumber, _ sign: Operator, _ second: WholeNumber, _ body: (ConstantName) -> Void
  ) -> WholeNumber {
    switch sign {
    case .or: return WholeNumber(value: first.value | second.value, rest: first.rest | second.rest)
    case .plus:
      let value = first.value &+ second.value
      if first.name.isEmpty { return WholeNumber(value: value, rest: value) }
      body(.offset(first.name, second.value, isHexadecimal: true))
      return WholeNumber(value: value, rest: 0)
    case .shift:
      let value = first.value << min(second.value, 64)
      if second.name.isEmpty { return WholeNumber(value: value, rest: value) }
      body(first.name.isEmpty ? .shifted(first.value, second.name) : .shiftedName(first.name, second.name))
      return WholeNumber(value: value, rest: 0)
    }
  }
}
