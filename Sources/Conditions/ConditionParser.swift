import CSyscallTables
import CTableFormat
import SyscallTables

extension Condition {
  /// - Throws: `ConditionError` with the column of what is not understood.
  public init(parsing source: String) throws(ConditionError) {
    var parser = try ConditionParser(source)
    root = try parser.either()
    try parser.expectEnd()
    self.source = source
  }
}

/// `or` binds least, then `and`, then `not`; parentheses group.
struct ConditionParser {
  private var lexer: ConditionLexer
  private var current: ConditionLexer.Lexeme
  private var column: Int
  /// How deep parentheses and `not`s are nested, so that no condition overruns the stack.
  private var depth = 0
  private static let greatestDepth = 100

  init(_ source: String) throws(ConditionError) {
    lexer = ConditionLexer(source)
    (current, column) = try lexer.next()
  }

  mutating func either() throws(ConditionError) -> Condition.Node {
    var node = try both()
    while current == .word("or") || current == .sign("||") {
      try advance()
      node = .either(node, try both())
    }
    return node
  }

  func expectEnd() throws(ConditionError) {
    guard current == .end else { throw wrong("'and', 'or' or the end") }
  }

  private mutating func both() throws(ConditionError) -> Condition.Node {
    var node = try single()
    while current == .word("and") || current == .sign("&&") {
      try advance()
      node = .both(node, try single())
    }
    return node
  }

  private mutating func single() throws(ConditionError) -> Condition.Node {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.greatestDepth else {
      throw ConditionError(column: column, message: "more than \(Self.greatestDepth) levels")
    }
    if current == .word("not") || current == .sign("!") {
      try advance()
      return .not(try single())
    }
    if current == .sign("(") {
      try advance()
      let node = try either()
      guard current == .sign(")") else { throw wrong("')'") }
      try advance()
      return node
    }
    return try comparison()
  }

  private mutating func comparison() throws(ConditionError) -> Condition.Node {
    let left = try operand(beside: nil)
    if current == .sign("=") {
      throw ConditionError(column: column, message: "'=' compares nothing: did you mean '=='?")
    }
    guard let comparison = Self.comparison(current) else {
      switch left {
      case .number, .text: throw wrong("a comparison (== != < <= > >= ~ has)")
      default: return .present(left)
      }
    }
    try advance()
    let right = try operand(beside: left)
    return .compare(left, comparison, right)
  }

  private static func comparison(_ lexeme: ConditionLexer.Lexeme) -> Condition.Comparison? {
    switch lexeme {
    case .sign("=="): .equal
    case .sign("!="): .unequal
    case .sign("<"): .less
    case .sign("<="): .lessOrEqual
    case .sign(">"): .greater
    case .sign(">="): .greaterOrEqual
    case .sign("~"), .sign("=~"): .like
    case .sign("!~"): .unlike
    case .word("has"): .has
    default: nil
    }
  }

  private mutating func operand(beside left: Condition.Operand?) throws(ConditionError) -> Condition.Operand {
    let operand: Condition.Operand
    switch current {
    case .number(let value): operand = .number(value)
    case .text(let bytes): operand = .text(bytes)
    case .word(let word): operand = try meaning(of: word, beside: left)
    default: throw wrong("a name, a number or a \"string\"")
    }
    try advance()
    return operand
  }

  private func meaning(
    of word: String, beside left: Condition.Operand?
  ) throws(ConditionError) -> Condition.Operand {
    if case .subject(let subject) = left, subject.isText { return .text(Array(word.utf8)) }
    if let subject = Condition.Subject(rawValue: word) { return .subject(subject) }
    switch word {
    case "path": return .anyPath
    case "fd": return .anyDescriptor
    case "comm": return .subject(.command)
    case "return", "result": return .subject(.ret)
    case "name", "syscall": return .subject(.call)
    default: break
    }
    let parts = word.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    if parts.count == 1, let value = constant(named: word) { return .number(value) }
    for part in parts where !isField(part) {
      let hint = left == nil ? "" : "; a text stands in quotes: \"\(word)\""
      throw ConditionError(
        column: column, message: "no call has an argument or member '\(part)', and it is no constant either" + hint)
    }
    return .named(parts)
  }

  private mutating func advance() throws(ConditionError) {
    (current, column) = try lexer.next()
  }

  private func wrong(_ wanted: String) -> ConditionError {
    let found =
      switch current {
      case .word(let word): "'\(word)'"
      case .sign(let sign): "'\(sign)'"
      case .number(let value): "\(value)"
      case .text: "a string"
      case .end: "the end"
      }
    return ConditionError(column: column, message: "\(wanted) is expected here, not \(found)")
  }
}

/// The value of a constant, whichever set it is in.
private func constant(named name: String) -> Int128? {
  guard name.contains(where: { $0.isUppercase }) else { return nil }
  for index in 1..<max(tl_set_count, 1) {
    if let value = ConstantSet(index: index).value(of: name, wordSize: 8) {
      // A negative constant (AT_FDCWD) is compared with numbers of its own width, which are signed.
      return value > UInt64(Int64.max) ? Int128(Int64(bitPattern: value)) : Int128(value)
    }
  }
  return nil
}

/// Whether some call has an argument, or some structure a member, of that name.
private func isField(_ name: String) -> Bool {
  for index in 1..<max(tl_struct_count, 1) {
    let structure = Tables.structure(index)
    for field in 0..<structure.field_count
    where TableString(Tables.field(structure.first_field + field).name).matches(name) { return true }
  }
  for index in 1..<max(tl_call_count, 1) {
    if Tables.call(index).variants.contains(where: { hasArgument(name, $0) }) { return true }
  }
  return false
}

private func hasArgument(_ name: String, _ index: UInt32) -> Bool {
  let variant = Tables.variant(index)
  for field in 0..<variant.argument_count
  where TableString(Tables.field(variant.first_argument + field).name).matches(name) { return true }
  for selection in 0..<variant.case_count {
    let target = Tables.selection(variant.first_case + selection).target
    if target != 0, hasArgument(name, target) { return true }
  }
  return variant.otherwise != 0 && hasArgument(name, variant.otherwise)
}
