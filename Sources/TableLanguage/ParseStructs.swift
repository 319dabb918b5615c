extension Parser {
  mutating func structure(_ words: Set<String>) throws -> StructSyntax {
    let name = try expectName("the structure's name")
    var result = StructSyntax(name: name.text, parameters: try parameterNames(), position: name.position)
    result.packed = words.contains("packed")
    result.padded = words.contains("padded")
    result.clipped = words.contains("clipped")
    result.shared = words.contains("shared")
    result.headed = words.contains("headed")
    result.cut = words.contains("cut")
    result.bracketed = words.contains("bracketed")
    if accept("=") { result.layoutName = try expectName("the structure in uapi").text }
    if acceptWord("from") { result.layoutHeader = try headerPath() }
    result.unbraced = acceptWord("unbraced")
    result.listed = acceptWord("listed")
    if acceptWord("called") {
      guard token.kind == .text else { try fail(token, "expected a text behind called, found \(token.text)") }
      result.called = token.text
      at += 1
    }
    if acceptWord("joined") { result.separator = try separator() }
    if acceptWord("named") {
      let set = try expectName("a set")
      try expect("(")
      result.alias = (TypeSyntax(kind: .name(set.text, []), position: set.position), try expression())
      try expect(")")
    }
    if acceptWord("dated") {
      try expect("(")
      let seconds = try expression()
      try expect(",")
      result.date = (seconds, try expression())
      if accept(",") {
        guard token.kind == .number, [0, 3, 6, 9].contains(token.value) else {
          try fail(token, "expected the number of digits behind the point: 0, 3, 6 or 9, found \(token.text)")
        }
        result.dateDigits = Int(token.value)
        at += 1
      }
      try expect(")")
      if acceptWord("unless") {
        guard acceptWord("raw") else { try fail(token, "expected raw behind unless") }
        result.isDateDerived = true
      }
    }
    var items: [ItemSyntax] = []
    try list("{", "}") { try $0.member(into: &items) }
    result.items = items
    if !token.startsLine, acceptWord("then") {
      var place: Expression?
      if acceptWord("at") { place = try expression() }
      result.follower = (try type(), place)
    }
    return result
  }

  /// `by "|"`
  private mutating func separator() throws -> String {
    guard acceptWord("by"), token.kind == .text, (1...2).contains(token.text.utf8.count) else {
      try fail(token, "expected by and one or two characters in quotes behind joined")
    }
    at += 1
    return tokens[at - 1].text
  }

  private mutating func member(into items: inout [ItemSyntax]) throws {
    let first = token
    let isOut = isWord("out") && peek().text == "verbose" && isSign("{", 2)
    if isOut || isWord("verbose") && isSign("{", 1) {
      at += isOut ? 2 : 1
      var group: [ItemSyntax] = []
      try list("{", "}") { try $0.member(into: &group) }
      group.append(ItemSyntax(form: .ellipsis, position: first.position))
      for index in group.indices {
        if index < group.count - 1 { group[index].verbose = true }
        if isOut { group[index].part = .out }
      }
      items += group
      return
    }
    if isWord("spare"), peek().kind == .name, !peek().startsLine {
      at += 1
      items.append(try spare())
      return
    }
    if isWord("pad"), peek().kind == .number {
      at += 2
      items.append(ItemSyntax(form: .padding, padding: Int(tokens[at - 1].value), position: first.position))
      return
    }
    items.append(try item(arguments: false))
  }

  /// A reserved member, shown in hexadecimal only when it is not zero.
  private mutating func spare() throws -> ItemSyntax {
    let name = try expectName("a reserved member")
    var item = ItemSyntax(position: name.position)
    item.shown = name.text
    let type = accept(":") ? try type() : TypeSyntax(kind: .name("hex", []), position: name.position)
    item.type = type
    let member = Expression(kind: .name(name.text), position: name.position)
    item.condition = Expression(kind: .call("nonzero", [member]), position: name.position)
    return item
  }

  /// `[verbose] [in|out [=>]] shown[@member][: TYPE] [= EXPR] [if EXPR]`, or `...`, `???` or `note "TEXT" [= EXPR]`.
  ///
  /// - Parameter arguments: whether `@` names a register and a type is wanted.
  mutating func item(arguments: Bool) throws -> ItemSyntax {
    var item = ItemSyntax(position: token.position)
    if isWord("out"), isSign("...", 1) || isSign("???", 1) {
      item.part = .out
      at += 1
    }
    if !arguments, isWord("note"), peek().kind == .text {
      item.form = .note
      item.shown = peek().text
      at += 2
      if accept("=") { item.value = try expression() }
    } else if accept("...") {
      item.form = .ellipsis
    } else if accept("???") {
      item.form = .unknown
    } else {
      try namedItem(&item, arguments: arguments)
    }
    if acceptWord("if") { item.condition = try expression() }
    return item
  }

  private mutating func namedItem(_ item: inout ItemSyntax, arguments: Bool) throws {
    func namesNext() -> Bool { (peek().kind == .name || peek().kind == .text) && !peek().startsLine }
    if isWord("verbose"), namesNext() {
      item.verbose = true
      at += 1
    }
    if isWord("named"), namesNext() {
      item.named = true
      at += 1
    }
    if !arguments, isWord("out"), isSign("=>", 1) {
      item.part = .out
      item.becomes = true
      at += 2
    } else if !arguments, isWord("in") || isWord("out"), namesNext(), peek().text != "if" {
      item.part = isWord("in") ? .in : .out
      at += 1
    }
    item.position = token.position
    if token.kind == .text {
      item.shown = token.text
      at += 1
      // A text alone is a label that stands for the whole value.
      if !isSign("@"), !isSign(":") {
        item.type = TypeSyntax(kind: .words(item.shown ?? ""), position: item.position)
        item.shown = nil
        return
      }
    } else {
      let name = try expectName("a name").text
      item.shown = name == "_" ? nil : name
    }
    if accept("@") {
      if arguments {
        guard token.kind == .number, (0...5).contains(token.value) else {
          try fail(token, "expected a register's number, 0 to 5, but found \(token.text)")
        }
        item.register = Int(token.value)
        at += 1
      } else {
        item.member = try memberPath()
      }
    }
    if item.becomes {
      item.member = item.member ?? item.shown
      item.shown = nil
    }
    if accept(":") {
      item.type = try type()
    } else if arguments {
      try fail(token, "expected : and a type but found \(token.text)")
    }
    if accept("=") { item.value = try expression() }
  }
}
