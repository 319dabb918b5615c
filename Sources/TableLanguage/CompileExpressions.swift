extension Compiler {
  /// The label of an expression's first step; "0" for none.
  func expression(_ expression: Expression?, _ scope: Scope) -> String {
    guard let expression else { return "0" }
    var steps: [String] = []
    emit(expression, scope, into: &steps)
    return output.expressions.label("\(steps.count + 1),\(steps.joined())")
  }

  /// An expression that is this number.
  func expression(number: Constants.Value) -> String {
    output.expressions.label("2,\(step(number))")
  }

  /// The value of an expression of constants only; nil otherwise.
  func constant(_ expression: Expression, _ scope: Scope) -> Constants.Value? {
    switch expression.kind {
    case .number(let value):
      return Constants.Value(value)
    case .name(let name):
      if let (value, inner) = scope.parameters[name] { return constant(value, inner) }
      if isLocal(name, scope) { return nil }
      if name == "wordsize" { return Constants.Value(wide: 8, narrow: 4) }
      return constants.value(name)
    case .unary(let sign, let operand):
      guard let value = constant(operand, scope) else { return nil }
      return Constants.Value(wide: fold(sign, value.wide), narrow: fold(sign, value.narrow))
    case .binary(let sign, let left, let right):
      guard let a = constant(left, scope), let b = constant(right, scope) else { return nil }
      return Constants.Value(wide: fold(sign, a.wide, b.wide), narrow: fold(sign, a.narrow, b.narrow))
    case .conditional(let condition, let first, let second):
      guard let c = constant(condition, scope), let a = constant(first, scope), let b = constant(second, scope)
      else { return nil }
      return Constants.Value(wide: c.wide != 0 ? a.wide : b.wide, narrow: c.narrow != 0 ? a.narrow : b.narrow)
    case .sizeOf(let name):
      return structureSize(name, expression.position).map {
        Constants.Value(wide: Int64($0.wide), narrow: Int64($0.narrow))
      }
    case .offsetOf(let name, let member):
      guard let slot = slot(member, ofStructureNamed: name, expression.position) else { return nil }
      return Constants.Value(wide: Int64(slot.offset.wide), narrow: Int64(slot.offset.narrow))
    default:
      return nil
    }
  }

  func fold(_ sign: String, _ a: Int64) -> Int64 {
    switch sign {
    case "-": return 0 &- a
    case "!": return a == 0 ? 1 : 0
    default: return ~a
    }
  }

  func fold(_ sign: String, _ a: Int64, _ b: Int64) -> Int64 {
    switch sign {
    case "+": return a &+ b
    case "-": return a &- b
    case "*": return a &* b
    case "/": return b == 0 ? 0 : a.dividedReportingOverflow(by: b).partialValue
    case "%": return b == 0 ? 0 : a.remainderReportingOverflow(dividingBy: b).partialValue
    case "&": return a & b
    case "|": return a | b
    case "^": return a ^ b
    case "<<": return b < 0 || b > 63 ? 0 : a << b
    case ">>": return b < 0 || b > 63 ? 0 : a >> b
    case "==": return a == b ? 1 : 0
    case "!=": return a != b ? 1 : 0
    case "<": return a < b ? 1 : 0
    case ">": return a > b ? 1 : 0
    case "<=": return a <= b ? 1 : 0
    case ">=": return a >= b ? 1 : 0
    case "&&": return a != 0 && b != 0 ? 1 : 0
    default: return a != 0 || b != 0 ? 1 : 0
    }
  }

  private static let operations: [String: String] = [
    "+": "ADD", "-": "SUBTRACT", "*": "MULTIPLY", "/": "DIVIDE", "%": "REMAINDER", "&": "AND", "|": "OR", "^": "XOR",
    "<<": "SHIFT_LEFT", ">>": "SHIFT_RIGHT", "==": "EQUAL", "!=": "UNEQUAL", "<": "LESS", ">": "GREATER",
    "<=": "LESS_EQUAL", ">=": "GREATER_EQUAL", "&&": "BOTH", "||": "EITHER",
  ]

  /// Names that mean something in every expression, unless an argument, member or parameter is called so.
  static let builtins: [String: String] = [
    "return": "S(RESULT)", "error": "S(ERROR)", "abbreviated": "S(ABBREVIATED)", "exiting": "S(EXITING)",
    "is32": "S(IS32)", "value": "S(VALUE_OF)", "index": "S(INDEX)", "available": "S(AVAILABLE)",
    "address": "S(ADDRESS)", "stack": "S(STACK)", "styled": "S(STYLED)", "structures": "S(STRUCTURES)",
    "booted": "S(BOOTED)",
  ]

  private func step(_ value: Constants.Value) -> String {
    if value.wide == value.narrow, let small = Int32(exactly: value.wide) { return "S(SMALL,\(small))" }
    if value.wide == value.narrow { return "S(CONSTANT,\(output.wide.label("1,\(spelled(value.wide))")))" }
    return "S(CONSTANT,\(output.wide.label("2,\(spelled(value.wide)),\(spelled(value.narrow))")),1)"
  }

  private func emit(_ expression: Expression, _ scope: Scope, into steps: inout [String]) {
    if let value = constant(expression, scope) {
      steps.append(step(value))
      return
    }
    switch expression.kind {
    case .number, .sizeOf, .offsetOf:
      steps.append("S(SMALL,0)")
    case .name(let name):
      emit(name, expression.position, scope, into: &steps)
    case .outer(let levels, let member):
      emitOuter(levels, member, expression.position, scope, into: &steps)
    case .unary(let sign, let operand):
      emit(operand, scope, into: &steps)
      steps.append(sign == "-" ? "S(NEGATE)" : sign == "!" ? "S(NOT)" : "S(COMPLEMENT)")
    case .binary(let sign, let left, let right):
      emit(left, scope, into: &steps)
      emit(right, scope, into: &steps)
      steps.append("S(\(Self.operations[sign] ?? "ADD"))")
    case .has(let left, let right):
      emit(left, scope, into: &steps)
      emit(right, scope, into: &steps)
      steps.append("S(AND)")
      steps.append("S(SMALL,0)")
      steps.append("S(UNEQUAL)")
    case .conditional(let condition, let first, let second):
      emit(condition, scope, into: &steps)
      emit(first, scope, into: &steps)
      emit(second, scope, into: &steps)
      steps.append("S(CHOOSE)")
    case .call(let name, let arguments):
      emitCall(name, arguments, expression.position, scope, into: &steps)
    case .peek(let type, let address):
      emit(address, scope, into: &steps)
      steps.append("S(PEEK,\(self.type(type, scope, .pointee)))")
    case .kept(let type, let offset):
      emit(offset, scope, into: &steps)
      steps.append("S(KEPT,\(self.type(type, scope, .pointee)))")
    case .behind(let name):
      emitBehind(name, nil, expression.position, scope, into: &steps)
    case .arrow(let name, let member):
      emitBehind(name, member, expression.position, scope, into: &steps)
    }
  }

  private static let functions: [String: (operation: String, count: Int)] = [
    "min": ("MINIMUM", 2), "max": ("MAXIMUM", 2), "netlink": ("SOCKET_PROTOCOL", 1), "family": ("SOCKET_FAMILY", 1),
    "sibling": ("SIBLING", 1), "behind": ("BEHIND", 1), "past": ("PAST", 1),
    "terminal": ("TERMINAL", 1), "anonymous": ("ANONYMOUS", 1),
  ]

  /// What is asked of a number of bytes at an address.
  private static let memoryTests = ["readable": "READABLE", "zeroed": "ZEROED"]

  private func emitCall(
    _ name: String, _ arguments: [Expression], _ position: Position, _ scope: Scope, into steps: inout [String]
  ) {
    if let operation = Self.memoryTests[name] {
      guard arguments.count == 2, let bytes = constant(arguments[1], scope) else {
        return error(position, "expected \(name)(ADDRESS, constant number of bytes)")
      }
      emit(arguments[0], scope, into: &steps)
      steps.append("S(\(operation),\(bytes.wide),\(bytes.narrow))")
      return
    }
    if name == "reaches" || name == "nonzero" {
      guard arguments.count == 1, case .name(let member) = arguments[0].kind else {
        return error(position, "expected a member: \(name)(MEMBER)")
      }
      return emitMemberTest(name, member, position, scope, into: &steps)
    }
    if name == "sum" {
      guard arguments.count == 1, case .name(let member) = arguments[0].kind, let frame = scope.frames.first,
        let reference = frame.reference(to: member, self)
      else { return error(position, "expected sum(MEMBER) in the structure that is an array's element") }
      steps.append("S(SUM,\(reference))")
      return
    }
    guard let function = Self.functions[name] else {
      let others = ["peek", "sizeof", "offsetof", "reaches", "nonzero", "sum"]
      let known = Array(Self.functions.keys) + Self.memoryTests.keys + others
      return error(position, "no function \(name)" + suggestion(for: name, among: known))
    }
    guard arguments.count == function.count else {
      return error(position, "\(name) takes \(function.count) arguments, found \(arguments.count)")
    }
    for argument in arguments { emit(argument, scope, into: &steps) }
    steps.append("S(\(function.operation))")
  }

  /// Whether what was read reaches into a member, and whether a member is not all zero.
  private func emitMemberTest(
    _ name: String, _ member: String, _ position: Position, _ scope: Scope, into steps: inout [String]
  ) {
    guard let frame = scope.frames.first, let slot = frame.slot(member, self),
      let reference = frame.reference(to: member, self)
    else {
      let known = scope.frames.first?.memberNames(self) ?? []
      return error(position, "no member \(member) here" + suggestion(for: member, among: known))
    }
    if name == "nonzero" { return steps.append("S(NONZERO,\(reference))") }
    steps.append("S(AVAILABLE)")
    steps.append(step(Constants.Value(wide: Int64(slot.offset.wide), narrow: Int64(slot.offset.narrow))))
    steps.append("S(GREATER)")
  }

  /// Whether `name` is an argument, a member or a parameter here.
  func isLocal(_ name: String, _ scope: Scope) -> Bool {
    if scope.parameters[name] != nil { return true }
    if scope.isDeclared { return false }
    if let frame = scope.frames.first {
      return frame.syntax.parameters.contains(name) || frame.hasMember(name, self)
    }
    let head = name.split(separator: ".").first.map(String.init) ?? name
    return scope.call.map { $0.arguments[head] != nil || $0.captures[name] != nil } ?? false
  }

  private func emit(_ name: String, _ position: Position, _ scope: Scope, into steps: inout [String]) {
    if let (value, inner) = scope.parameters[name] { return emit(value, inner, into: &steps) }
    if scope.isDeclared {
      // The body of a declared type sees only its parameters, so that it means the same everywhere.
    } else if let frame = scope.frames.first {
      if let index = frame.syntax.parameters.firstIndex(of: name) {
        steps.append("S(PARAMETER,\(index))")
        return
      }
      if frame.hasMember(name, self), let reference = frame.reference(to: name, self) {
        steps.append("S(FIELD,\(reference))")
        return
      }
    } else if let call = scope.call {
      if let argument = call.arguments[name] {
        steps.append("S(ARGUMENT,\(argument.reference))")
        return
      }
      if let capture = call.captures[name] {
        steps.append("S(CAPTURED,\(capture))")
        return
      }
    }
    if let builtin = Self.builtins[name] {
      steps.append(builtin)
      return
    }
    var known = Array(Self.builtins.keys) + scope.parameters.keys
    if let frame = scope.frames.first { known += frame.syntax.parameters + frame.memberNames(self) }
    if let call = scope.call { known += Array(call.arguments.keys) + Array(call.captures.keys) }
    var hint = suggestion(for: name, among: known)
    if hint.isEmpty { hint = suggestion(for: name, among: constants.names) }
    error(position, "no argument, member or constant \(name)" + hint)
    steps.append("S(SMALL,0)")
  }

  private func emitOuter(
    _ levels: Int, _ member: String, _ position: Position, _ scope: Scope, into steps: inout [String]
  ) {
    guard levels < scope.frames.count else {
      error(position, "no structure stands around this one here")
      return
    }
    let frame = scope.frames[levels]
    if let index = frame.syntax.parameters.firstIndex(of: member) {
      steps.append("S(PARAMETER,\(index),\(levels))")
    } else if member == "available" || member == "address", !frame.hasMember(member, self) {
      steps.append("S(\(member.uppercased()),0,\(levels))")
    } else if frame.hasMember(member, self), let reference = frame.reference(to: member, self) {
      steps.append("S(FIELD,\(reference),\(levels))")
    } else {
      error(
        position,
        "no member \(member) in \(frame.syntax.name)" + suggestion(for: member, among: frame.memberNames(self)))
    }
  }

  /// `*argument` and `argument->member`.
  private func emitBehind(
    _ name: String, _ member: String?, _ position: Position, _ scope: Scope, into steps: inout [String]
  ) {
    if let (value, inner) = scope.parameters[name], case .name(let argument) = value.kind {
      return emitBehind(argument, member, position, inner, into: &steps)
    }
    let target: TypeSyntax?
    if let frame = scope.frames.first, let type = frame.type(of: name) {
      target = pointee(type, scope)
    } else if let argument = scope.call?.arguments[name], scope.frames.isEmpty {
      target = argument.type.flatMap { pointee($0, scope) }
    } else {
      let known = scope.call.map { Array($0.arguments.keys) } ?? []
      error(position, "no argument \(name)" + suggestion(for: name, among: known))
      return
    }
    guard let target else {
      error(position, "\(name) is no pointer")
      return
    }
    emit(name, position, scope, into: &steps)
    guard let member else {
      steps.append("S(PEEK,\(type(target, scope, .pointee)))")
      return
    }
    guard case .name(let structure, _) = target.kind, structs[structure] != nil || wideLayouts.layout(structure) != nil
    else {
      return error(position, "\(name) does not point to a structure")
    }
    guard let slot = slot(member, ofStructureNamed: structure, position) else { return }
    if slot.offset != Pair(0) {
      steps.append(step(Constants.Value(wide: Int64(slot.offset.wide), narrow: Int64(slot.offset.narrow))))
      steps.append("S(ADD)")
    }
    steps.append("S(PEEK,\(plainNumber(slot)))")
  }

  /// What a type points to; nil when it is no pointer.
  private func pointee(_ type: TypeSyntax, _ scope: Scope) -> TypeSyntax? {
    switch type.kind {
    case .reference(let reference):
      return pointedStructure(reference.entry)
    case .name(let name, _):
      return types[name].flatMap { pointee($0.type, scope) }
    case .select(_, .inline(let cases)):
      for item in cases {
        if case .type(let type) = item.target, let target = pointee(type, scope) { return target }
      }
      return nil
    default:
      return nil
    }
  }

  /// Looks through the names of declared types.
  private func pointedStructure(_ type: TypeSyntax) -> TypeSyntax {
    if case .name(let name, _) = type.kind, let declared = types[name] { return pointedStructure(declared.type) }
    return type
  }
}
