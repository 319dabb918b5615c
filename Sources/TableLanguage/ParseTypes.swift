extension Parser {
  /// Words that stand behind a type and so are no presentation.
  private static let followers = Set(Vocabulary.markers.compactMap { $0.split(separator: " ").first.map(String.init) })
    .union([
      "if", "when", "tail", "indexed", "where", "of", "explained", "remember", "enters", "by", "or", "within", "from",
      "then", "else", "each", "short", "most", "rounded",
    ])

  mutating func type() throws -> TypeSyntax {
    var result = try unbounded()
    while token.kind == .name, !token.startsLine {
      let word = token
      if acceptWord("within") {
        result = TypeSyntax(kind: .within(result, try expression()), position: word.position)
      } else if acceptWord("from") {
        result = TypeSyntax(kind: .from(result, try expression()), position: word.position)
      } else {
        break
      }
    }
    return result
  }

  private mutating func unbounded() throws -> TypeSyntax {
    let first = token
    if first.kind == .text {
      at += 1
      return TypeSyntax(kind: .words(first.text), position: first.position)
    }
    guard first.kind == .name else { try fail(first, "expected a type but found \(first.text)") }
    switch first.text {
    case "in", "out", "inout":
      return try reference()
    case "by":
      at += 1
      return try select(first)
    case "if":
      at += 1
      return try choice(first)
    case "union" where peek().text == "by":
      at += 2
      return try select(first)
    case "none":
      at += 1
      return TypeSyntax(kind: .none, position: first.position)
    default:
      return try suffixed(try simple())
    }
  }

  /// `if EXPR then TYPE else TYPE`
  private mutating func choice(_ first: Token) throws -> TypeSyntax {
    let condition = try expression().asCondition
    guard acceptWord("then") else { try fail(token, "expected then, found \(token.text)") }
    let chosen = CaseSyntax.Target.type(try type())
    guard acceptWord("else") else { try fail(token, "expected else, found \(token.text)") }
    let one = Expression(kind: .number(1), position: first.position)
    let cases = [
      CaseSyntax(labels: [.init(value: one, abis: .all)], target: chosen, position: first.position),
      CaseSyntax(labels: [], target: .type(try unbounded()), position: token.position),
    ]
    return TypeSyntax(kind: .select(condition, .inline(cases)), position: first.position)
  }

  private mutating func select(_ first: Token) throws -> TypeSyntax {
    let value = try expression()
    return TypeSyntax(kind: .select(value, try cases()), position: first.position)
  }

  /// `{ … }` or `cases NAME`
  mutating func cases() throws -> Cases {
    if acceptWord("cases") {
      let name = try expectName("the name of cases")
      return .named(name.text, name.position)
    }
    return .inline(try caseList())
  }

  private mutating func simple() throws -> TypeSyntax {
    let first = try expectName("a type")
    let word = first.text
    func make(_ kind: TypeSyntax.Kind) -> TypeSyntax { TypeSyntax(kind: kind, position: first.position) }
    switch word {
    case "custom":
      try expect("(")
      let name = try expectName("a decoder's name")
      let element = acceptWord("of") ? try type() : nil
      guard accept(",") else {
        try expect(")")
        return make(.custom(name.text, of: element, []))
      }
      return make(.custom(name.text, of: element, try expressions(until: ")")))
    case "fdset":
      try expect("(")
      let count = try expression()
      try expect(")")
      return make(.sized(word, count))
    case "bits":
      try expect("[")
      let count = try expression()
      try expect("]")
      var set: String?
      if acceptWord("of") { set = try expectName("a set").text }
      let inverted = set != nil && acceptWord("inverted")
      return make(.bits(count, set: set, inverted: inverted, most: acceptWord("most") ? try expression() : nil))
    case _ where Vocabulary.isSizedWord(word):
      var length: Expression?
      if isSign("["), !token.startsLine, !isSign("]", 1) {
        at += 1
        length = try expression()
        try expect("]")
      }
      return make(.sized(word, length))
    case _ where Vocabulary.widths[word] != nil:
      // A pointer or a choice in a member of this width, where the tables lay the structure out.
      if isWord("in") || isWord("by"), !token.startsLine {
        return make(.widened(word, try type()))
      }
      if token.kind == .name, !token.startsLine, !Self.followers.contains(token.text) {
        return make(.presented(word, try named()))
      }
      return make(.name(word, []))
    default:
      at -= 1
      return try named()
    }
  }

  private mutating func named() throws -> TypeSyntax {
    let first = try expectName("a type")
    var arguments: [Expression] = []
    if acceptAttached("(") { arguments = try expressions(until: ")") }
    return TypeSyntax(kind: .name(first.text, arguments), position: first.position)
  }

  /// `[EXPR]`, `[]`, `indexed by SET`, `where EXPR` behind a type.
  private mutating func suffixed(_ element: TypeSyntax) throws -> TypeSyntax {
    var type = element
    while acceptAttached("[") {
      var count: Expression?
      if !isSign("]") { count = try expression() }
      try expect("]")
      var set: String?
      var condition: Expression?
      if acceptWord("indexed") {
        guard acceptWord("by") else { try fail(token, "expected by SET behind indexed") }
        set = try expectName("a set").text
      }
      let each = acceptWord("each")
      let short = acceptWord("short")
      if acceptWord("where") { condition = try expression() }
      let most = condition == nil && acceptWord("most") ? try expression() : nil
      if acceptWord("stride") {
        let stride = try expression()
        let rounded = acceptWord("rounded")
        let bytes = acceptWord("within") ? try expression() : nil
        type = TypeSyntax(
          kind: .records(type, count: count, stride: stride, rounded: rounded, bytes: bytes), position: element.position
        )
        continue
      }
      type = TypeSyntax(
        kind: .array(type, count: count, indexedBy: set, condition: condition, each: each, short: short, most: most),
        position: element.position)
    }
    return type
  }

  private mutating func reference() throws -> TypeSyntax {
    let first = token
    let directions: [String: TypeSyntax.Direction] = ["in": .in, "out": .out, "inout": .inout]
    at += 1
    var bare = false
    var always = false
    var late = false
    var merged = false
    var size: (Expression, Expression)?
    while token.kind == .name {
      if isWord("bare") {
        bare = true
      } else if isWord("always") {
        always = true
      } else if isWord("late"), first.text == "in" {
        late = true
      } else if isWord("merged"), first.text == "inout" {
        merged = true
      } else if isWord("sized"), isSign("(", 1) {
        at += 2
        let bytes = try expression()
        try expect(",")
        size = (bytes, try expression())
        guard isSign(")") else { try fail(token, "expected ) but found \(token.text)") }
      } else {
        break
      }
      at += 1
    }
    var reference = TypeSyntax.Reference(
      direction: directions[first.text] ?? .in, entry: try type(), bare: bare, always: always, late: late,
      merged: merged, size: size)
    if acceptWord("tail") { reference.tail = try expectName("bytes, ellipsis, none or a member's name").text }
    if accept("=>") {
      reference.changed = acceptWord("changed")
      if !reference.changed { _ = acceptWord("out") }
      reference.exit = try type()
      if acceptWord("or") {
        guard acceptWord("address") else { try fail(token, "expected address behind or") }
        reference.orAddress = true
      }
    }
    if acceptWord("when") { reference.condition = try expression() }
    return TypeSyntax(kind: .reference(reference), position: first.position)
  }
}
