extension Parser {
  mutating func call() throws -> CallSyntax {
    var names: [(String, Position)] = []
    let first = token
    repeat {
      let name = try expectName("the call's name")
      names.append((name.text, name.position))
    } while accept("|")
    let abis = try abis()
    var call = CallSyntax(
      names: names, abis: abis, variant: try variant(), page: page, position: first.position)
    while token.kind == .name, !(token.startsLine && token.position.column == 1) {
      let word = token
      at += 1
      switch word.text {
      case "remember":
        repeat {
          let name = try expectName("a name").text
          try expect("=")
          call.captures.append((name, try expression()))
        } while accept(",")
      case "keep":
        try expect("(")
        let address = try expression()
        try expect(",")
        call.kept = (address, try expression())
        try expect(")")
      case "enters" where acceptWord("namespaces"):
        try expect("(")
        call.namespaces = try expression()
        try expect(")")
      default:
        guard let marker = marker(word) else {
          let markers = Vocabulary.markers.joined(separator: ", ")
          try fail(
            word,
            "expected remember, keep, enters namespaces(FLAGS), \(markers) or a new declaration, found \(word.text)")
        }
        call.markers.insert(marker)
      }
    }
    return call
  }

  /// The marker that begins with a word, which has been read; its other words are read, too.
  private mutating func marker(_ first: Token) -> String? {
    for marker in Vocabulary.markers {
      let words = marker.split(separator: " ")
      guard words[0] == first.text, words.indices.dropFirst().allSatisfy({ peek($0 - 1).text == words[$0] }) else {
        continue
      }
      at += words.count - 1
      return marker
    }
    return nil
  }

  /// `(arguments) [by EXPR …] [-> RESULT [explained { … }]]`
  private mutating func variant() throws -> VariantSyntax {
    var result = VariantSyntax(arguments: [], position: token.position)
    var arguments: [ItemSyntax] = []
    try list("(", ")") { arguments.append(try $0.item(arguments: true)) }
    result.arguments = arguments
    if isWord("by") {
      at += 1
      let value = try expression()
      result.selector = (value, try cases())
    }
    if accept("->") {
      result.result = try type()
      if accept("=") { result.resultValue = try expression() }
      if acceptWord("explained") {
        var items: [ItemSyntax] = []
        try list("{", "}") { items.append(try $0.item(arguments: false)) }
        result.explanation = items
      }
    }
    return result
  }

  /// `{ CASE: TYPE, … }` or `{ CASE: (arguments), … }`
  mutating func caseList() throws -> [CaseSyntax] {
    var result: [CaseSyntax] = []
    try list("{", "}") { result.append(try $0.oneCase()) }
    return result
  }

  private mutating func oneCase() throws -> CaseSyntax {
    let first = token
    var labels: [CaseSyntax.Label] = []
    if isWord("else") {
      at += 1
    } else {
      repeat { labels.append(try label()) } while accept("|")
    }
    try expect(":")
    let target: CaseSyntax.Target
    if isWord("as"), peek().kind == .name, isSign("(", 2) {
      at += 2
      let name = tokens[at - 1].text
      var variant = try variant()
      variant.name = name
      target = .call(variant)
    } else if isWord("as"), peek().kind == .name, tokens[at + 2].text == "from" {
      at += 3
      let name = tokens[at - 2].text
      target = .call(
        VariantSyntax(name: name, words: try expression(), arguments: [], position: first.position))
    } else {
      target = isSign("(") ? .call(try variant()) : .type(try type())
    }
    return CaseSyntax(labels: labels, target: target, position: first.position)
  }

  private mutating func label() throws -> CaseSyntax.Label {
    let first = token
    let value: Expression
    if accept("(") {
      value = try expression()
      try expect(")")
    } else if first.kind == .number {
      at += 1
      value = Expression(kind: .number(first.value), position: first.position)
    } else if first.kind == .text {
      value = try number(ofText: first)
    } else {
      value = Expression(
        kind: .name(try expectName("a constant").text), position: first.position)
    }
    return CaseSyntax.Label(value: value, abis: try abis() ?? .all)
  }
}
