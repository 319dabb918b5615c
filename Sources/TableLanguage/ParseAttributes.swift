extension Parser {
  /// `attributes NAME[(p, q)] [unknown "X_???"] { CONSTANT[: TYPE], ...SET, else: TYPE }`
  mutating func attributes() throws -> AttributesSyntax {
    let name = try expectName("the attributes' name")
    var result = AttributesSyntax(
      name: name.text, parameters: try parameterNames(), items: [], position: name.position)
    if acceptWord("unknown") {
      guard token.kind == .text else { try fail(token, "expected a text behind unknown, found \(token.text)") }
      result.unknown = token.text
      at += 1
    }
    var items: [AttributesSyntax.Item] = []
    var otherwise: TypeSyntax?
    try list("{", "}") { parser in
      if parser.isWord("else"), parser.isSign(":", 1) {
        parser.at += 2
        otherwise = try parser.type()
        return
      }
      let first = parser.token
      let isSet = parser.accept("...")
      let entry = try parser.expectName(isSet ? "a set" : "a constant")
      var item = AttributesSyntax.Item(
        entry: EntrySyntax(
          name: entry.text, form: isSet ? .members(of: entry.text) : .name(from: nil), abis: .all,
          position: first.position))
      if !isSet, parser.accept(":") { item.type = try parser.type() }
      items.append(item)
    }
    result.items = items
    result.otherwise = otherwise
    return result
  }
}
