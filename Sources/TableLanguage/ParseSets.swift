extension Parser {
  private static let setKinds = ["values", "flags", "bits"]

  mutating func setDeclaration() throws -> SetSyntax {
    let name = try expectName("the set's name")
    let kind = try expectName("values, flags or bits")
    guard Self.setKinds.contains(kind.text) else {
      try fail(
        kind,
        "expected values, flags or bits but found \(kind.text)"
          + suggestion(for: kind.text, among: Self.setKinds))
    }
    var set = SetSyntax(name: name.text, kind: kind.text, entries: [], position: name.position)
    while token.kind == .name {
      let word = token
      at += 1
      switch word.text {
      case "unknown":
        guard token.kind == .text else { try fail(token, "expected a text behind unknown, found \(token.text)") }
        set.unknown = token.text
        at += 1
      case "zero":
        guard acceptWord("plain") else { try fail(token, "expected plain behind zero, found \(token.text)") }
        set.zeroPlain = true
      case "decimal", "octal", "hex", "signedhex", "pointer", "fourcc":
        set.style = word.text
      case "split", "named", "notes", "nearest", "htons", "htobs", "verbose", "alone", "narrow", "behind":
        set.manners.append(word.text)
      default:
        try fail(
          word,
          """
          expected decimal, octal, hex, signedhex, pointer, fourcc, split, named, notes, nearest, htons, htobs, verbose, \
          alone, narrow, behind, zero plain, unknown or {, found \(word.text)
          """)
      }
    }
    set.entries = try entries()
    return set
  }

  private mutating func entries() throws -> [EntrySyntax] {
    var result: [EntrySyntax] = []
    try list("{", "}") { result.append(try $0.entry()) }
    return result
  }

  private mutating func entry() throws -> EntrySyntax {
    let first = token
    if accept("...") {
      let name = try expectName("a set")
      return EntrySyntax(
        name: name.text, form: .members(of: name.text), abis: try abis() ?? .all, position: name.position)
    }
    if first.kind == .text {
      at += 1
      try expect("=")
      let value = try expression()
      return EntrySyntax(
        name: first.text, form: .computed(value), abis: try abis() ?? .all, position: first.position)
    }
    if first.kind == .number { return try numberedField() }
    if accept("*") {
      guard acceptWord("from") else { try fail(token, "expected from and a header behind *") }
      let header = try headerPath()
      let form = EntrySyntax.Form.prefix(from: header, except: try exceptions())
      return EntrySyntax(name: "", form: form, abis: try abis() ?? .all, position: first.position)
    }
    let name = try expectName("a constant")
    var entry = EntrySyntax(name: name.text, form: .name(from: nil), abis: .all, position: name.position)
    if isSign("*"), token.start == name.finish {
      at += 1
      let header = acceptWord("from") ? try headerPath() : nil
      entry.form = .prefix(from: header, except: try exceptions())
    } else if acceptWord("from") {
      entry.form = .name(from: try headerPath())
    } else {
      try field(of: &entry)
    }
    entry.abis = try abis() ?? .all
    return entry
  }

  /// A field whose bits have no name: `0xf0 in { … }`, `0x1ff mode`.
  private mutating func numberedField() throws -> EntrySyntax {
    let mask = token
    at += 1
    var entry = EntrySyntax(name: mask.text, form: .name(from: nil), abis: .all, position: mask.position)
    entry.mask = mask.value
    try field(of: &entry)
    if case .name = entry.form { try fail(token, "expected in, hex, mode, number or signal, found \(token.text)") }
    return entry
  }

  /// A constant or a number of bits.
  private mutating func shiftWidth() throws -> String {
    guard token.kind == .number else { return try expectName("a constant").text }
    at += 1
    return tokens[at - 1].text
  }

  /// `<< SHIFT`, `number`, `signal`, `mode`, `hex`, `in SET`, `in { … }`
  private mutating func field(of entry: inout EntrySyntax) throws {
    var shift: String?
    if acceptAttached("<<") { shift = try shiftWidth() }
    if token.startsLine {
      if shift != nil { try fail(token, "expected number or in SET") }
      return
    }
    if acceptWord("number") {
      entry.form = .field(shift: shift, .number(always: acceptWord("always")))
    } else if acceptWord("signal") {
      entry.form = .field(shift: shift, .signal)
    } else if acceptWord("mode") {
      entry.form = .field(shift: shift, .mode)
    } else if acceptWord("hex") {
      entry.form = .field(shift: shift, .hex(always: acceptWord("always")))
    } else if acceptWord("in") {
      if isSign("{") {
        entry.form = .field(shift: shift, .inline(try entries()))
      } else {
        entry.form = .field(shift: shift, .named(try expectName("a set").text))
      }
    } else if shift != nil {
      try fail(token, "expected number or in SET, found \(token.text)")
    }
  }

  /// `except A, B_*`: names up to one without a comma behind it.
  private mutating func exceptions() throws -> [String] {
    var result: [String] = []
    guard acceptWord("except") else { return result }
    repeat {
      let name = try expectName("a constant")
      if isSign("*"), token.start == name.finish {
        at += 1
        result.append(name.text + "*")
      } else {
        result.append(name.text)
      }
    } while isSign(",") && peek().kind == .name && accept(",")
    return result
  }
}
