import CTableFormat

extension Parser {
  /// C's binary operators, the loosest first.
  private static let levels: [[String]] = [
    ["||"], ["&&"], ["|"], ["^"], ["&"], ["==", "!="], ["<", ">", "<=", ">="], ["<<", ">>"], ["+", "-"],
    ["*", "/", "%"],
  ]
  private static let equality = 5
  private static let bitOr = 2

  mutating func expression() throws -> Expression {
    let condition = try binary(0)
    guard isSign("?") else { return condition }
    at += 1
    let first = try expression()
    try expect(":")
    let second = try expression()
    return Expression(kind: .conditional(condition, first, second), position: condition.position)
  }

  private mutating func binary(_ level: Int) throws -> Expression {
    guard level < Self.levels.count else { return try unary() }
    var left = try binary(level + 1)
    while true {
      if level == Self.equality, isWord("has"), !token.startsLine {
        at += 1
        left = Expression(kind: .has(left, try binary(Self.bitOr)), position: left.position)
        continue
      }
      guard token.kind == .sign, Self.levels[level].contains(token.text) else { return left }
      let sign = token.text
      at += 1
      left = Expression(kind: .binary(sign, left, try binary(level + 1)), position: left.position)
    }
  }

  private mutating func unary() throws -> Expression {
    let first = token
    if first.kind == .sign {
      switch first.text {
      case "-", "!", "~", "+":
        at += 1
        let operand = try unary()
        if first.text == "+" { return operand }
        return Expression(kind: .unary(first.text, operand), position: first.position)
      case "*":
        at += 1
        let name = try expectName("an argument")
        return Expression(kind: .behind(name.text), position: first.position)
      case "(":
        at += 1
        let inner = try expression()
        try expect(")")
        return inner
      default:
        break
      }
    }
    if first.kind == .number {
      at += 1
      return Expression(kind: .number(first.value), position: first.position)
    }
    if first.kind == .text { return try number(ofText: first) }
    guard first.kind == .name else { try fail(first, "expected an expression but found \(first.text)") }
    at += 1
    if isSign("("), !token.startsLine { return try callForm(first) }
    if accept("->") {
      let member = try memberPath()
      return Expression(kind: .arrow(first.text, member), position: first.position)
    }
    if first.text == "outer", isSign(".") {
      var levels = 1
      at += 1
      while isWord("outer"), peek().text == "." {
        levels += 1
        at += 2
      }
      return Expression(kind: .outer(levels: levels, try memberPath()), position: first.position)
    }
    var name = first.text
    while isSign("."), !token.startsLine {
      at += 1
      name += "." + (try expectName("a member").text)
    }
    return Expression(kind: .name(name), position: first.position)
  }

  /// The number that stands for a text.
  mutating func number(ofText token: Token) throws -> Expression {
    let bytes = Array(token.text.utf8)
    at += 1
    let value = bytes.withUnsafeBufferPointer { tl_text_number($0.baseAddress, UInt64($0.count)) }
    return Expression(kind: .number(Int64(bitPattern: value)), position: token.position)
  }

  /// `a.b.c`
  mutating func memberPath() throws -> String {
    var path = try expectName("a member").text
    while isSign("."), !token.startsLine {
      at += 1
      path += "." + (try expectName("a member").text)
    }
    return path
  }

  private mutating func callForm(_ name: Token) throws -> Expression {
    try expect("(")
    let kind: Expression.Kind
    switch name.text {
    case "sizeof":
      kind = .sizeOf(try expectName("a structure").text)
    case "offsetof":
      let structure = try expectName("a structure").text
      try expect(",")
      kind = .offsetOf(structure, try memberPath())
    case "peek", "kept":
      let type = try type()
      try expect(",")
      kind = name.text == "peek" ? .peek(type, try expression()) : .kept(type, try expression())
    default:
      kind = .call(name.text, try expressions(until: ")"))
      return Expression(kind: kind, position: name.position)
    }
    try expect(")")
    return Expression(kind: kind, position: name.position)
  }

  /// Expressions separated by commas, and the sign that closes them.
  mutating func expressions(until close: String) throws -> [Expression] {
    var result: [Expression] = []
    while !accept(close) {
      result.append(try expression())
      if !accept(","), !isSign(close) { try fail(token, "expected , or \(close) but found \(token.text)") }
    }
    return result
  }
}
