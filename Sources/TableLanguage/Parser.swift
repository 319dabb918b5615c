/// Thrown when a declaration cannot be understood; the message has been reported.
struct ParseFailure: Error {}

/// Reads the declarations of one `.calls` file.
struct Parser {
  var tokens: [Token]
  var at = 0
  let bytes: [UInt8]
  let diagnostics: Diagnostics
  /// The header that the file is named after.
  let page: String

  init(bytes: [UInt8], file: Int, page: String, diagnostics: Diagnostics) {
    var lexer = Lexer(bytes: bytes, file: file, diagnostics: diagnostics)
    self.bytes = bytes
    self.page = page
    self.diagnostics = diagnostics
    tokens = lexer.tokens()
  }

  private static let declarationWords = ["call", "struct", "set", "type", "cases", "extend", "attributes"]
  private static let prefixWords = ["packed", "padded", "clipped", "shared", "headed", "cut", "bracketed"]

  /// Reads the whole file; after a mistake goes on at the next declaration.
  mutating func parse(into declarations: inout Declarations) {
    while token.kind != .end {
      do {
        try declaration(into: &declarations)
      } catch {
        while token.kind != .end, !startsDeclaration { at += 1 }
      }
    }
  }

  private var startsDeclaration: Bool {
    token.kind == .name && token.position.column == 1
      && (Self.declarationWords.contains(token.text) || Self.prefixWords.contains(token.text))
  }

  private mutating func declaration(into declarations: inout Declarations) throws {
    var words: Set<String> = []
    while token.kind == .name, Self.prefixWords.contains(token.text) {
      words.insert(token.text)
      at += 1
    }
    let word = token
    guard word.kind == .name, Self.declarationWords.contains(word.text) else {
      at += 1
      try fail(
        word,
        "expected call, struct, set, type, cases, extend or attributes, found \(word.text)"
          + suggestion(for: word.text, among: Self.declarationWords))
    }
    at += 1
    switch word.text {
    case "call":
      declarations.calls.append(try call())
    case "struct":
      declarations.structs.append(try structure(words))
    case "set":
      var set = try setDeclaration()
      set.shared = words.contains("shared")
      declarations.sets.append(set)
    case "type":
      var type = try typeDeclaration()
      type.shared = words.contains("shared")
      declarations.types.append(type)
    case "attributes":
      declarations.attributes.append(try attributes())
    case "cases":
      let name = try expectName("the name of the cases")
      let isCall = acceptWord("call")
      declarations.cases.append(
        CasesSyntax(name: name.text, isCall: isCall, cases: try caseList(), position: name.position))
    default:
      let name = try expectName("the name of the cases to extend")
      declarations.extensions.append(
        CasesSyntax(name: name.text, isCall: false, cases: try caseList(), position: name.position))
    }
  }

  private mutating func typeDeclaration() throws -> TypeDeclaration {
    let name = try expectName("the type's name")
    let parameters = try parameterNames()
    try expect("=")
    return TypeDeclaration(name: name.text, parameters: parameters, type: try type(), position: name.position)
  }

  /// `(p, q)`, or nothing.
  mutating func parameterNames() throws -> [String] {
    var names: [String] = []
    guard accept("(") else { return names }
    while !accept(")") {
      names.append(try expectName("a parameter's name").text)
      if !accept(","), token.text != ")" { try fail(token, "expected , or ) but found \(token.text)") }
    }
    return names
  }

  // MARK: Tokens

  /// The one that is read next; the end comes again and again.
  var token: Token { tokens[min(at, tokens.count - 1)] }
  func peek(_ distance: Int = 1) -> Token { tokens[min(at + distance, tokens.count - 1)] }

  func fail(_ token: Token, _ message: String) throws -> Never {
    diagnostics.report(token.position, message)
    throw ParseFailure()
  }

  func isSign(_ sign: String, _ distance: Int = 0) -> Bool {
    let token = peek(distance)
    return token.kind == .sign && token.text == sign
  }

  mutating func accept(_ sign: String) -> Bool {
    guard isSign(sign) else { return false }
    at += 1
    return true
  }

  /// Accepts a sign only on the line of what stands before it.
  mutating func acceptAttached(_ sign: String) -> Bool {
    guard isSign(sign), !token.startsLine else { return false }
    at += 1
    return true
  }

  func isWord(_ word: String) -> Bool { token.kind == .name && token.text == word }

  mutating func acceptWord(_ word: String) -> Bool {
    guard isWord(word) else { return false }
    at += 1
    return true
  }

  mutating func expect(_ sign: String) throws {
    guard accept(sign) else { try fail(token, "expected \(sign) but found \(token.text)") }
  }

  mutating func expectName(_ what: String) throws -> Token {
    guard token.kind == .name else { try fail(token, "expected \(what) but found \(token.text)") }
    at += 1
    return tokens[at - 1]
  }

  /// Reads items between braces or parentheses, separated by commas or line ends.
  mutating func list(_ open: String, _ close: String, _ item: (inout Parser) throws -> Void) throws {
    try expect(open)
    while true {
      while accept(",") {}
      if accept(close) { return }
      try item(&self)
      if isSign(",") || isSign(close) || token.startsLine { continue }
      try fail(token, "expected , or \(close) or a new line, but found \(token.text)")
    }
  }

  /// A header's path (`linux/if_ether.h`): signs that have no meaning here.
  mutating func headerPath() throws -> String {
    let first = token
    var end = first.start
    while end < bytes.count, !" \t\n,}{)#".utf8.contains(bytes[end]) { end += 1 }
    while token.kind != .end, token.start < end { at += 1 }
    if end == first.start { try fail(first, "expected a header but found \(first.text)") }
    return String(decoding: bytes[first.start..<end], as: UTF8.self)
  }

  /// `on i386|x32` behind a name, or nothing.
  mutating func abis() throws -> ABISet? {
    guard isWord("on") else { return nil }
    at += 1
    var result: ABISet = []
    repeat {
      _ = accept("|")
      let name = try expectName("an ABI")
      guard let known = ABISet.words.first(where: { $0.0 == name.text }) else {
        try fail(name, "no ABI \(name.text): expected one of \(ABISet.words.map(\.0).joined(separator: ", "))")
      }
      result.insert(known.1)
      // Behind a case's constant, `|` may also begin the next constant.
    } while isSign("|") && ABISet.words.contains { $0.0 == peek().text }
    return result
  }
}
