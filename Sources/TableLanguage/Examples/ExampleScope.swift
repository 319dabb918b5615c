/// The values that a description's expressions can use while an example is made.
final class ExampleScope {
  /// Arguments, members or parameters, as far as they have been chosen.
  var values: [String: Int64] = [:]
  /// Those that can be chosen, and their types.
  var types: [String: TypeSyntax] = [:]
  /// What the call remembers: evaluated at each use.
  var captures: [String: Expression] = [:]
  let outer: ExampleScope?

  init(outer: ExampleScope? = nil) { self.outer = outer }
}

extension ExampleMaker {
  /// What an expression comes to; nil where it needs what has not been chosen, or memory.
  func evaluate(_ expression: Expression, _ scope: ExampleScope) -> Int64? {
    switch expression.kind {
    case .number(let value): return value
    case .name(let name): return evaluate(name, scope)
    case .outer(let levels, let name):
      var outer: ExampleScope? = scope
      for _ in 0..<levels { outer = outer?.outer }
      return outer.flatMap { evaluate(name, $0) }
    case .unary(let sign, let a):
      return evaluate(a, scope).map { compiler.fold(sign, $0) }
    case .binary(let sign, let a, let b):
      guard let a = evaluate(a, scope), let b = evaluate(b, scope) else { return nil }
      return compiler.fold(sign, a, b)
    case .has(let a, let b):
      guard let a = evaluate(a, scope), let b = evaluate(b, scope) else { return nil }
      return a & b != 0 ? 1 : 0
    case .conditional(let condition, let a, let b):
      guard let condition = evaluate(condition, scope) else { return nil }
      return evaluate(condition != 0 ? a : b, scope)
    case .sizeOf, .offsetOf:
      return compiler.constant(expression, Scope()).map { isNarrow ? $0.narrow : $0.wide }
    case .call(let name, let arguments):
      let known = arguments.compactMap { evaluate($0, scope) }
      guard known.count == arguments.count, let first = known.first else { return nil }
      switch name {
      case "min": return known.min()
      case "max": return known.max()
      case "netlink": return netlinkProtocols[first] ?? -1
      default: return nil
      }
    case .behind, .arrow, .peek, .kept: return nil
    }
  }

  private func evaluate(_ name: String, _ scope: ExampleScope) -> Int64? {
    if let value = scope.values[name] { return value }
    if scope.types[name] != nil { return nil }
    if let capture = scope.captures[name] { return evaluate(capture, scope) }
    switch name {
    case "return": return result
    case "error": return result < 0 ? -result : 0
    case "exiting", "abbreviated", "structures": return 1
    case "is32": return isNarrow ? 1 : 0
    case "wordsize": return isNarrow ? 4 : 8
    case "styled": return 0
    case "value", "available", "index", "address", "stack": return nil
    default: return compiler.constants.value(name).map { isNarrow ? $0.narrow : $0.wide }
    }
  }

  /// The first name in an expression that has not been chosen yet.
  func open(_ expression: Expression, _ scope: ExampleScope) -> String? {
    switch expression.kind {
    case .name(let name):
      if let capture = scope.captures[name] { return open(capture, scope) }
      return scope.types[name] != nil && scope.values[name] == nil ? name : nil
    case .unary(_, let a): return open(a, scope)
    case .binary(_, let a, let b), .has(let a, let b): return open(a, scope) ?? open(b, scope)
    case .conditional(let a, let b, let c): return open(a, scope) ?? open(b, scope) ?? open(c, scope)
    case .call(_, let arguments): return arguments.lazy.compactMap { self.open($0, scope) }.first
    default: return nil
    }
  }

  /// A declared type with its parameters replaced by what was given for them.
  func expanded(_ name: String, _ arguments: [Expression]) -> TypeSyntax? {
    guard let declared = compiler.types[name], declared.parameters.count == arguments.count else { return nil }
    let given = Dictionary(zip(declared.parameters, arguments)) { first, _ in first }
    return given.isEmpty ? declared.type : declared.type.replacing(given)
  }
}

extension Expression {
  fileprivate func replacing(_ given: [String: Expression]) -> Expression {
    var result = self
    switch kind {
    case .name(let name): if let other = given[name] { return other }
    case .unary(let sign, let a): result.kind = .unary(sign, a.replacing(given))
    case .binary(let sign, let a, let b): result.kind = .binary(sign, a.replacing(given), b.replacing(given))
    case .conditional(let a, let b, let c):
      result.kind = .conditional(a.replacing(given), b.replacing(given), c.replacing(given))
    case .has(let a, let b): result.kind = .has(a.replacing(given), b.replacing(given))
    case .call(let name, let list): result.kind = .call(name, list.map { $0.replacing(given) })
    case .behind(let name):
      if case .name(let other)? = given[name]?.kind { result.kind = .behind(other) }
    default: break
    }
    return result
  }
}

extension TypeSyntax {
  fileprivate func replacing(_ given: [String: Expression]) -> TypeSyntax {
    var result = self
    func new(_ expression: Expression?) -> Expression? { expression?.replacing(given) }
    switch kind {
    case .none, .words: break
    case .name(let name, let list): result.kind = .name(name, list.map { $0.replacing(given) })
    case .presented(let width, let type): result.kind = .presented(width, type.replacing(given))
    case .widened(let width, let type): result.kind = .widened(width, type.replacing(given))
    case .sized(let word, let length): result.kind = .sized(word, new(length))
    case .bits(let count, let set, let inverted, let most):
      result.kind = .bits(count.replacing(given), set: set, inverted: inverted, most: new(most))
    case .reference(var reference):
      reference.entry = reference.entry.replacing(given)
      reference.exit = reference.exit?.replacing(given)
      reference.size = reference.size.map { ($0.0.replacing(given), $0.1.replacing(given)) }
      result.kind = .reference(reference)
    case .array(let element, let count, let index, let condition, let each, let short, let most):
      result.kind = .array(
        element.replacing(given), count: new(count), indexedBy: index, condition: condition, each: each, short: short,
        most: most)
    case .records(let element, let count, let stride, let rounded, let bytes):
      result.kind = .records(
        element.replacing(given), count: new(count), stride: stride, rounded: rounded, bytes: new(bytes))
    case .select(let value, let cases): result.kind = .select(value.replacing(given), cases.replacing(given))
    case .custom(let name, let type, let list):
      result.kind = .custom(name, of: type?.replacing(given), list.map { $0.replacing(given) })
    case .within(let type, let size): result.kind = .within(type.replacing(given), size.replacing(given))
    case .from(let type, let before): result.kind = .from(type.replacing(given), before.replacing(given))
    }
    return result
  }
}

extension Cases {
  fileprivate func replacing(_ given: [String: Expression]) -> Cases {
    guard case .inline(let list) = self else { return self }
    return .inline(
      list.map { item in
        var item = item
        if case .type(let type) = item.target { item.target = .type(type.replacing(given)) }
        return item
      })
  }
}
