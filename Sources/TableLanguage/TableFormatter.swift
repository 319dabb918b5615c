/// Lays out the text of a `.calls` file: no white space at the ends of lines, never two empty lines, and no line that is longer
/// than ``width`` where it can be broken. What the text says stays the same.
public struct TableFormatter {
  /// The most columns that a line has.
  public static let width = 120

  private var formatted: [String] = []
  /// The lines to come, the next one last.
  private var lines: [String]

  /// The text of a file, laid out.
  public static func format(_ bytes: [UInt8]) -> [UInt8] {
    var formatter = TableFormatter(String(decoding: bytes, as: UTF8.self))
    formatter.run()
    return Array(formatter.formatted.joined(separator: "\n").utf8)
  }

  private init(_ text: String) {
    lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(Self.trimmed).reversed()
  }

  private mutating func run() {
    while let line = lines.popLast() {
      if line.isEmpty, formatted.last?.isEmpty != false { continue }
      if line.count <= Self.width {
        formatted.append(line)
      } else if line.drop(while: { $0 == " " }).first == "#" {
        breakComment(line)
      } else {
        breakCode(line)
      }
    }
    while formatted.last?.isEmpty == true { formatted.removeLast() }
    formatted.append("")
  }

  private static func trimmed(_ line: Substring) -> String {
    let spaced = line.replacing("\t", with: "    ")
    return String(spaced[..<(spaced.lastIndex { !$0.isWhitespace }.map(spaced.index(after:)) ?? spaced.startIndex)])
  }

  private static func indentation(of line: String) -> Int { line.prefix { $0 == " " }.count }

  private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

  /// What does not fit of a comment begins the next line of it.
  private mutating func breakComment(_ line: String) {
    let start = Self.spaces(Self.indentation(of: line)) + "# "
    guard line.hasPrefix(start), let space = line.prefix(Self.width + 1).lastIndex(of: " "),
      line.distance(from: line.startIndex, to: space) > start.count
    else { return formatted.append(line) }
    formatted.append(Self.trimmed(line[..<space]))
    var rest = start + line[line.index(after: space)...]
    if let next = lines.last, next.hasPrefix(start) {
      lines.removeLast()
      rest += " " + next.dropFirst(start.count)
    }
    lines.append(rest)
  }

  private mutating func breakCode(_ line: String) {
    let code = Code(line)
    if let comment = code.comment {
      lines += [code.text, Self.spaces(Self.indentation(of: line)) + comment]
    } else if let parts = code.parts(within: Self.width) {
      lines += parts.reversed()
    } else {
      formatted.append(line)
    }
  }
}

/// A line of declarations that is too long.
private struct Code {
  /// Without a comment at its end.
  let text: String
  let comment: String?
  private let tokens: [Token]
  private let indentation: Int

  init(_ line: String) {
    var lexer = Lexer(bytes: Array(line.utf8), file: 0, diagnostics: Diagnostics())
    tokens = lexer.tokens().dropLast()
    indentation = line.prefix { $0 == " " }.count
    let end = tokens.last.map { line.utf8.index(line.startIndex, offsetBy: $0.finish) } ?? line.startIndex
    text = String(line[..<end])
    comment = line[end...].firstIndex(of: "#").map { String(line[$0...]) }
  }

  /// The line in two or three, of which the first fits; nil where it cannot be broken.
  func parts(within width: Int) -> [String]? {
    if let parts = brokenBehindItem(at: 0, within: width) ?? brokenBeforeClause(within: width) { return parts }
    if let parts = opened(within: width) { return parts }
    if tokens.first?.text == "call", let parts = brokenBehindItem(at: 1, within: width) { return parts }
    for words in [["if"], ["then", "else"], ["&&", "||"], ["|"]] {
      if let parts = brokenBefore(words, at: 0, within: width) { return parts }
    }
    for words in [["then", "else"], ["&&", "||"], ["?"], ["=", "+", "-"], ["|"]] {
      if let parts = brokenBefore(words, at: 1, within: width) { return parts }
    }
    for depth in 1...3 {
      if let parts = brokenBehindItem(at: depth, within: width) { return parts }
    }
    return nil
  }

  /// Broken behind the last comma that fits among those in so many brackets; what follows stands under what it goes on.
  private func brokenBehindItem(at depth: Int, within width: Int) -> [String]? {
    var open: [Token] = []
    var best: (end: Int, column: Int)?
    for token in tokens.dropLast() where token.kind == .sign {
      switch token.text {
      case "(", "[", "{": open.append(token)
      case ")", "]", "}": _ = open.popLast()
      case "," where open.count == depth && token.finish <= width:
        let column = open.last.map { $0.text == "{" ? indentation + 4 : $0.finish } ?? indentation
        best = (token.finish, column)
      default: break
      }
    }
    return best.map { broken(at: $0.end, column: $0.column) }
  }

  /// Broken before what follows the arguments of a call, or a choice.
  private func brokenBeforeClause(within width: Int) -> [String]? {
    var depth = 0
    var best: Int?
    for token in tokens {
      switch token.text {
      case "(", "[", "{": depth += token.kind == .sign ? 1 : 0
      case ")", "]", "}": depth -= token.kind == .sign ? 1 : 0
      case "->", "remember":
        if depth == 0, token.start > indentation + 2, token.start - 1 <= width { best = token.start }
      default: break
      }
    }
    return best.map { broken(at: $0, column: indentation + 2) }
  }

  /// With what stands in the first braces on lines of its own.
  private func opened(within width: Int) -> [String]? {
    guard let first = tokens.firstIndex(where: { $0.kind == .sign && $0.text == "{" }), tokens[first].finish <= width
    else { return nil }
    var depth = 0
    for (index, token) in tokens.enumerated().dropFirst(first) where token.kind == .sign {
      if token.text == "{" { depth += 1 } else if token.text == "}" { depth -= 1 }
      guard depth == 0, index > first + 1 else { continue }
      let spaces = String(repeating: " ", count: indentation)
      return [
        slice(0, tokens[first].finish), spaces + "    " + slice(tokens[first + 1].start, tokens[index - 1].finish),
        spaces + slice(token.start, text.utf8.count),
      ]
    }
    return first + 1 < tokens.count ? broken(at: tokens[first].finish, column: indentation + 4) : nil
  }

  /// Broken before the last of some words or signs that fits, and stands in at most so many brackets.
  private func brokenBefore(_ words: [String], at deepest: Int, within width: Int) -> [String]? {
    var depth = 0
    var best: Int?
    // A type that begins with `if` stays with what it is the type of.
    var before = ""
    for token in tokens {
      defer { before = token.text }
      if word(token.text, isTypeBehind: before) { continue }
      if token.kind == .sign, ["(", "[", "{"].contains(token.text) { depth += 1 }
      if token.kind == .sign, [")", "]", "}"].contains(token.text) { depth -= 1 }
      let isMeant = depth <= deepest && token.kind != .text && words.contains(token.text)
      if isMeant, token.start > indentation + 4, token.start - 1 <= width { best = token.start }
    }
    return best.map { broken(at: $0, column: indentation + 4) }
  }

  private func word(_ text: String, isTypeBehind before: String) -> Bool {
    text == "if" && [":", "=", "then", "else"].contains(before)
  }

  private func broken(at offset: Int, column: Int) -> [String] {
    let rest = slice(offset, text.utf8.count).drop { $0 == " " }
    let head = slice(0, offset)
    return [
      String(head.prefix(upTo: head.lastIndex { $0 != " " }.map(head.index(after:)) ?? head.endIndex)),
      String(repeating: " ", count: column) + rest,
    ]
  }

  private func slice(_ start: Int, _ end: Int) -> String {
    String(decoding: Array(text.utf8)[start..<end], as: UTF8.self)
  }
}
