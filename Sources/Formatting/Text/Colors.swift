import Settings

/// Paints text that stands at the end of a buffer already (`--color=`): what it is shows in its signs, so that what
/// writes it need not know of colours, and no line costs more without them.
struct Colors {
  let palette: Palette

  /// Paints all from `start` on as one part.
  func paint(_ part: Palette.Part, from start: Int, in out: inout ByteBuffer) {
    rewrite(from: start, &out) { text, out in write(text[...], as: part, to: &out) }
  }

  /// Paints the parts of arguments from `start` on.
  func paintArguments(from start: Int, in out: inout ByteBuffer) {
    rewrite(from: start, &out) { text, out in
      var rest = text[...]
      while let first = rest.first {
        let (part, count) = Self.part(beginning: first, rest)
        write(rest.prefix(count), as: part, to: &out)
        rest = rest.dropFirst(count)
      }
    }
  }

  /// Paints a result from `start` on: of one that failed, the number before the error apart.
  func paintResult(failed: Bool, from start: Int, in out: inout ByteBuffer) {
    rewrite(from: start, &out) { text, out in
      let blank = failed ? text.firstIndex(of: UInt8(ascii: " ")) ?? text.endIndex : text.endIndex
      write(text[..<blank], as: .retval, to: &out)
      if blank < text.endIndex {
        out.append(UInt8(ascii: " "))
        write(text[(blank + 1)...], as: .error, to: &out)
      }
    }
  }

  private func rewrite(from start: Int, _ out: inout ByteBuffer, _ body: ([UInt8], inout ByteBuffer) -> Void) {
    guard start < out.count else { return }
    let text = out.withBytes { [UInt8]($0[start...]) }
    out.truncate(to: start)
    body(text, &out)
  }

  private func write(_ text: ArraySlice<UInt8>, as part: Palette.Part, to out: inout ByteBuffer) {
    let code = palette[part]
    let isPlain = code.isEmpty || code == "0" || text.isEmpty
    if !isPlain {
      out.append("\u{1b}[")
      out.append(text: code)
      out.append(UInt8(ascii: "m"))
    }
    text.withUnsafeBytes { out.append($0) }
    if !isPlain { out.append("\u{1b}[0m") }
  }

  // MARK: Signs

  /// The part that `text` begins with, and how many bytes it has: one at least.
  private static func part(beginning first: UInt8, _ text: ArraySlice<UInt8>) -> (Palette.Part, Int) {
    switch first {
    case UInt8(ascii: "\""): return (.argval, quoted(text))
    case UInt8(ascii: "<") where text.dropFirst().first == first: return (.punct, 2)
    case UInt8(ascii: "<"): return (.argval, length(of: text, through: [UInt8(ascii: ">")]))
    case UInt8(ascii: "/") where text.dropFirst().first == UInt8(ascii: "*"):
      return (.comment, length(of: text, through: Array("*/".utf8)))
    case UInt8(ascii: "-") where text.dropFirst().first.map(isWord) ?? false:
      return (.argval, 1 + text.dropFirst().prefix(while: isWord).count)
    case _ where isWord(first):
      let word = text.prefix(while: isWord)
      return (part(of: word, before: text.dropFirst(word.count).first), word.count)
    default:
      return (.punct, 1)
    }
  }

  private static func part(of word: ArraySlice<UInt8>, before next: UInt8?) -> Palette.Part {
    let isName = word.first.map { !isDigit($0) } ?? false
    if !isName { return .argval }
    if next == UInt8(ascii: "=") { return .argname }
    if next == UInt8(ascii: "(") { return .call }
    return word.contains(where: isLowercase) ? .argval : .const
  }

  /// The length of a text in quotes at the beginning, with them.
  private static func quoted(_ text: ArraySlice<UInt8>) -> Int {
    var isEscaped = false
    var count = 1
    for byte in text.dropFirst() {
      count += 1
      if isEscaped {
        isEscaped = false
      } else if byte == UInt8(ascii: "\\") {
        isEscaped = true
      } else if byte == UInt8(ascii: "\"") {
        return count
      }
    }
    return count
  }

  /// The length of what ends with `end`; of all where nothing does.
  private static func length(of text: ArraySlice<UInt8>, through end: [UInt8]) -> Int {
    var rest = text.dropFirst(end.count)
    while !rest.isEmpty && !rest.starts(with: end) { rest = rest.dropFirst() }
    return text.count - max(rest.count - end.count, 0)
  }

  private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

  private static func isLowercase(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || isLowercase(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "?") || byte == UInt8(ascii: ".")
  }
}
