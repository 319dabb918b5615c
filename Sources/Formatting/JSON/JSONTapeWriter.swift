import CTableFormat
import Decoding
import SyscallTables

/// Writes the tokens of a tape as JSON values.
///
/// What a token says in text by its place (names, `=>`, `<path>`) becomes members of objects here.
struct JSONTapeWriter {
  private let values: JSONValueWriter
  /// Groups in groups deeper than this are left out; the decoder makes none.
  private static let deepest = 64

  init(_ values: JSONValueWriter) { self.values = values }

  /// Writes `tokens[range]`, values with names, as an object.
  func writeObject(_ tape: borrowing Tape, _ range: Range<Int>, unnamed: StaticString, to out: inout ByteBuffer) {
    let tokens = tape.tokens
    tape.bytes.withUnsafeBytes { bytes in
      var cursor = Cursor(tokens: tokens, end: min(range.upperBound, tokens.count), bytes: bytes)
      cursor.index = max(range.lowerBound, 0)
      out.append(UInt8(ascii: "{"))
      writeMembers(&cursor, until: nil, isBare: false, unnamed: unnamed, depth: 0, to: &out)
      out.append(UInt8(ascii: "}"))
    }
  }

  /// Writes the value at the beginning of a tape; `null` when there is none.
  func writeValue(_ tape: borrowing Tape, to out: inout ByteBuffer) {
    let tokens = tape.tokens
    if tokens.isEmpty { return out.append("null") }
    tape.bytes.withUnsafeBytes { bytes in
      var cursor = Cursor(tokens: tokens, end: tokens.count, bytes: bytes)
      writeValue(&cursor, depth: 0, to: &out)
    }
  }

  /// A place on a tape.
  struct Cursor {
    let tokens: TapeContents<Token>
    let end: Int
    let bytes: UnsafeRawBufferPointer
    var index = 0

    init(tokens: TapeContents<Token>, end: Int, bytes: UnsafeRawBufferPointer) {
      self.tokens = tokens
      self.end = end
      self.bytes = bytes
    }

    /// The token here; nil behind the last.
    @inline(__always)
    var token: Token? { index < end ? tokens[index] : nil }

    /// The annotation of a kind among the remarks here, which are on the value before; nil when there is none.
    func note(_ kind: Token.Annotation) -> Token? {
      tokens[index..<max(index, end)].prefix { $0.kind == .annotation || $0.kind == .comment }
        .first { $0.kind == .annotation && $0.annotation == kind }
    }
  }

  // MARK: Groups

  /// Writes named values up to a closing token, which is passed by. `isBare`: that of a structure without braces.
  private func writeMembers(
    _ cursor: inout Cursor, until closing: Token.Kind?, isBare: Bool, unnamed: StaticString, depth: Int,
    to out: inout ByteBuffer
  ) {
    var isFirst = true
    var count = 0
    var inner = 0
    var names = MemberNames(from: cursor.index)
    while let token = cursor.token {
      if token.kind == closing && token.flags.contains(.bare) == isBare && inner == 0 {
        cursor.index += 1
        return
      }
      // The members of a structure without braces and name stand among those around it.
      if token.flags.contains(.bare) && (token.kind == .structOpen || token.kind == .structClose) {
        inner += token.kind == .structOpen ? 1 : -1
        cursor.index += 1
        continue
      }
      if token.kind == .comment || token.kind == .annotation || token.kind == .becomes {
        cursor.index += 1
        continue
      }
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      count += 1
      writeKey(&cursor, token, unnamed: unnamed, count: count, names: &names, to: &out)
      out.append(UInt8(ascii: ":"))
      writeValue(&cursor, depth: depth, to: &out)
    }
  }

  /// The names that an object has so far: a structure may have several members of one name, an object may not.
  private struct MemberNames {
    private let first: Int
    /// Bits of the names' indices, to tell quickly that one is new.
    private var seen: UInt64 = 0
    private var ellipses = 0

    init(from first: Int) { self.first = first }

    /// How many members before the one at the cursor have its name.
    @inline(__always)
    mutating func earlier(_ cursor: Cursor, _ name: UInt32) -> Int {
      let bit: UInt64 = 1 &<< UInt64(name & 63)
      defer { seen |= bit }
      return seen & bit == 0 ? 0 : count(cursor, name)
    }

    mutating func earlierEllipses() -> Int {
      defer { ellipses += 1 }
      return ellipses
    }

    @inline(never)
    private func count(_ cursor: Cursor, _ name: UInt32) -> Int {
      var depth = 0
      var found = 0
      for token in cursor.tokens[first..<cursor.index] {
        switch token.kind {
        case .structOpen where !token.flags.contains(.bare), .arrayOpen, .referOpen, .callOpen: depth += 1
        case .structClose where !token.flags.contains(.bare), .arrayClose, .referClose, .callClose: depth -= 1
        case .name where depth == 0 && token.operand == name: found += 1
        default: break
        }
      }
      return found
    }
  }

  private func writeKey(
    _ cursor: inout Cursor, _ token: Token, unnamed: StaticString, count: Int, names: inout MemberNames,
    to out: inout ByteBuffer
  ) {
    switch token.kind {
    case .name:
      let earlier = names.earlier(cursor, token.operand)
      cursor.index += 1
      if earlier == 0 { return out.appendJSON(TableString(token.operand).bytes) }
      out.append(UInt8(ascii: "\""))
      out.append(TableString(token.operand))
      closeKey(earlier, to: &out)
    case .index:
      cursor.index += 1
      if let name = ConstantSet(index: token.operand).name(of: token.value, wordSize: values.wordSize) {
        out.appendJSON(name.bytes)
      } else {
        out.append(UInt8(ascii: "\""))
        out.appendDecimal(token.value)
        out.append(UInt8(ascii: "\""))
      }
    case .ellipsis:
      out.append("\"more")
      closeKey(names.earlierEllipses(), to: &out)
    case .tail: out.append("\"tail\"")
    case .unknown: out.append("\"unknown\"")
    default:
      out.append(UInt8(ascii: "\""))
      out.append(unnamed)
      out.appendDecimal(UInt64(count))
      out.append(UInt8(ascii: "\""))
    }
  }

  /// The end of a key that stood `earlier` times before: `"`, or `#2"` and so on.
  private func closeKey(_ earlier: Int, to out: inout ByteBuffer) {
    if earlier > 0 {
      out.append(UInt8(ascii: "#"))
      out.appendDecimal(UInt64(earlier + 1))
    }
    out.append(UInt8(ascii: "\""))
  }

  private func writeElements(
    _ cursor: inout Cursor, until closing: Token.Kind, depth: Int, to out: inout ByteBuffer
  ) {
    out.append(UInt8(ascii: "["))
    var isFirst = true
    var inner = 0
    while let token = cursor.token {
      if token.kind == closing {
        cursor.index += 1
        break
      }
      // What a structure without braces holds without names stands among the elements.
      if token.kind == .name || isOpenList(cursor, token) || inner > 0 && Self.isBareClose(token) {
        if token.kind != .name { inner += token.kind == .structOpen ? 1 : -1 }
        cursor.index += 1
        continue
      }
      if !isFirst { out.append(UInt8(ascii: ",")) }
      isFirst = false
      writeValue(&cursor, depth: depth, to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  // MARK: Values

  /// Writes the value here and what belongs to it, and passes it by.
  private func writeValue(_ cursor: inout Cursor, depth: Int, to out: inout ByteBuffer) {
    let mark = out.count
    writePart(&cursor, depth: depth, to: &out)
    guard cursor.token?.kind == .becomes else { return }
    cursor.index += 1
    out.insert("{\"before\":", at: mark)
    out.append(",\"after\":")
    writePart(&cursor, depth: depth, to: &out)
    out.append(UInt8(ascii: "}"))
    // A part may be written bit by bit: the last state counts as the one after.
    while cursor.token?.kind == .becomes {
      cursor.index += 1
      let rest = out.count
      writePart(&cursor, depth: depth, to: &out)
      out.truncate(to: rest)
    }
  }

  private func writePart(_ cursor: inout Cursor, depth: Int, to out: inout ByteBuffer) {
    guard let token = cursor.token else { return out.append("null") }
    cursor.index += 1
    switch token.kind {
    case .number: writeNumber(&cursor, token, to: &out)
    case .set: values.write(token, of: token.operand, to: &out)
    case .named:
      out.append("{\"value\":")
      out.appendDecimal(Token.mask(token.value, width: token.width))
      out.append(",\"names\":[")
      let name = Token(.string, operand: token.operand, value: UInt64(token.extra))
      out.appendJSON(TapeWriter.slice(cursor.bytes, name))
      out.append("]}")
    case .address:
      if token.value == 0 { return out.append("null") }
      out.append("{\"unread\":")
      out.appendJSON(address: token.value)
      out.append(UInt8(ascii: "}"))
    case .string: writeString(cursor, token, to: &out)
    case .structOpen, .arrayOpen, .referOpen, .callOpen:
      if depth >= Self.deepest {
        out.append("{\"more\":true}")
        return skipGroup(&cursor)
      }
      writeGroup(&cursor, token, depth: depth, to: &out)
    case .ellipsis: out.append("{\"more\":true}")
    case .unreadable:
      out.append("{\"unread\":")
      out.appendJSON(address: token.value)
      out.append(UInt8(ascii: "}"))
    case .bits:
      let length = UInt32(clamping: (UInt64(token.extra) + 7) / 8)
      let place = Token(.bits, operand: length, value: token.value)
      values.writeBits(TapeWriter.slice(cursor.bytes, place), token, to: &out)
    case .words where token.operand == 0:
      out.appendJSON(TapeWriter.slice(cursor.bytes, Token(.words, operand: token.extra, value: token.value)))
    case .words: out.appendJSON(TableString(token.operand).bytes)
    case .tail:
      out.append("{\"offset\":")
      out.appendDecimal(UInt64(token.extra))
      out.append(",\"base64\":")
      let place = Token(.tail, operand: token.operand, value: token.value & 0xffff_ffff)
      out.appendJSON(base64: TapeWriter.slice(cursor.bytes, place))
      out.append(UInt8(ascii: "}"))
    case .name, .index, .alias: writeValue(&cursor, depth: depth, to: &out)
    default: out.append("{\"unknown\":true}")
    }
    skipRemarks(&cursor)
  }

  private func writeGroup(_ cursor: inout Cursor, _ token: Token, depth: Int, to out: inout ByteBuffer) {
    switch token.kind {
    case .structOpen
    where JSONComposition.isOpened(by: token) && JSONComposition(values).write(&cursor, token, to: &out):
      break
    case .structOpen where isBareValue(cursor, token):
      writeValue(&cursor, depth: depth + 1, to: &out)
      skipRemarks(&cursor)
      if cursor.token?.kind == .structClose { cursor.index += 1 }
    case .structOpen:
      out.append(UInt8(ascii: "{"))
      writeMembers(
        &cursor, until: .structClose, isBare: token.flags.contains(.bare), unnamed: "member", depth: depth + 1,
        to: &out)
      out.append(UInt8(ascii: "}"))
    case .arrayOpen where cursor.token?.kind == .index:
      out.append(UInt8(ascii: "{"))
      writeMembers(&cursor, until: .arrayClose, isBare: false, unnamed: "element", depth: depth + 1, to: &out)
      out.append(UInt8(ascii: "}"))
    case .arrayOpen: writeElements(&cursor, until: .arrayClose, depth: depth + 1, to: &out)
    case .callOpen:
      out.append("{\"call\":")
      out.appendJSON(TableString(token.operand).bytes)
      if token.flags.contains(.numbered) {
        out.append(",\"value\":")
        out.appendDecimal(Token.mask(token.value, width: token.width))
      }
      out.append(",\"args\":")
      writeElements(&cursor, until: .callClose, depth: depth + 1, to: &out)
      out.append(UInt8(ascii: "}"))
    default:
      // One value behind a pointer.
      writeValue(&cursor, depth: depth + 1, to: &out)
      while let token = cursor.token {
        cursor.index += 1
        if token.kind == .referClose { break }
      }
    }
  }

  /// Whether a structure without braces is but one value without a name.
  private func isBareValue(_ cursor: Cursor, _ token: Token) -> Bool {
    guard token.flags.contains(.bare), var first = cursor.token else { return false }
    var next = cursor
    if first.kind == .alias, cursor.index + 1 < cursor.end {
      next.index += 1
      first = next.tokens[next.index]
    }
    next.index += 1
    switch first.kind {
    case .number, .set, .address, .string, .bits, .words: break
    case .structOpen where !first.flags.contains(.bare), .arrayOpen, .referOpen, .callOpen: skipGroup(&next)
    default: return false
    }
    skipRemarks(&next)
    return next.token.map(Self.isBareClose) == true
  }

  /// Whether a structure without braces and signs between its members begins with one that has no name.
  private func isOpenList(_ cursor: Cursor, _ token: Token) -> Bool {
    guard token.kind == .structOpen, token.flags.contains(.bare), token.extra == 0, cursor.index + 1 < cursor.end else {
      return false
    }
    return cursor.tokens[cursor.index + 1].kind != .name && !Self.isBareClose(cursor.tokens[cursor.index + 1])
  }

  private static func isBareClose(_ token: Token) -> Bool {
    token.kind == .structClose && token.flags.contains(.bare)
  }

  /// A number, with what the descriptor, process or thread is.
  private func writeNumber(_ cursor: inout Cursor, _ token: Token, to out: inout ByteBuffer) {
    switch token.style {
    case .fd, .dirfd, .unresolvedFD:
      // The kernel takes a directory's as an int, whatever the width.
      let isDirectory = token.style == .dirfd
      let number = ValueWriter.whole(token.value, width: isDirectory ? 4 : token.width)
      writeDescriptor(number, &cursor, isDirectory: isDirectory, to: &out)
    case .pid, .tgid, .pgid, .sid:
      guard cursor.token?.kind == .annotation else { return values.write(token, to: &out) }
      out.append("{\"pid\":")
      values.write(token, to: &out)
      if let note = cursor.note(.command) {
        out.append(",\"comm\":")
        out.appendJSON(TapeWriter.slice(cursor.bytes, note))
      }
      writeContext(cursor, to: &out)
      out.append(UInt8(ascii: "}"))
    default: values.write(token, to: &out)
    }
  }

  /// `{"fd":3,"path":"/etc/passwd"}`
  func writeDescriptor(_ number: Int64, _ cursor: inout Cursor, isDirectory: Bool, to out: inout ByteBuffer) {
    out.append("{\"fd\":")
    out.appendDecimal(number)
    if isDirectory, let special = NamedSets.workingDirectory, Int64(special.number) == number {
      out.append(",\"name\":")
      out.appendJSON(special.name.bytes)
    }
    if let note = cursor.note(.descriptor) {
      let description = TapeWriter.slice(cursor.bytes, note)
      let path = description.prefix(Int(note.extra))
      if !path.isEmpty {
        out.append(",\"path\":")
        out.appendJSON(UnsafeRawBufferPointer(rebasing: path))
      }
      if path.count < description.count {
        out.append(",\"description\":")
        out.appendJSON(UnsafeRawBufferPointer(rebasing: description.dropFirst(path.count)))
      }
      if note.flags.contains(.deleted) { out.append(",\"deleted\":true") }
    }
    writeContext(cursor, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// A string; a path whose security context is known: `{"path":"/etc/passwd","context":"passwd_file_t"}`
  private func writeString(_ cursor: Cursor, _ token: Token, to out: inout ByteBuffer) {
    let hasContext = cursor.token?.kind == .annotation
    if hasContext { out.append("{\"path\":") }
    values.writeString(
      TapeWriter.slice(cursor.bytes, token), text: token.text, isCut: token.flags.contains(.cut), to: &out)
    guard hasContext else { return }
    writeContext(cursor, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// The security context of the value before the cursor, as members.
  private func writeContext(_ cursor: Cursor, to out: inout ByteBuffer) {
    guard let note = cursor.note(.context) else { return }
    let bytes = TapeWriter.slice(cursor.bytes, note)
    let context = bytes.prefix(Int(note.extra))
    out.append(",\"context\":")
    out.appendJSON(UnsafeRawBufferPointer(rebasing: context))
    if context.count < bytes.count {
      out.append(",\"expectedContext\":")
      out.appendJSON(UnsafeRawBufferPointer(rebasing: bytes.dropFirst(context.count)))
    }
  }

  /// Comments say in other words what is there already.
  @inline(__always)
  private func skipRemarks(_ cursor: inout Cursor) {
    while let token = cursor.token, token.kind == .comment || token.kind == .annotation { cursor.index += 1 }
  }

  private func skipGroup(_ cursor: inout Cursor) {
    var depth = 1
    while depth > 0, let token = cursor.token {
      switch token.kind {
      case .structOpen, .arrayOpen, .referOpen, .callOpen: depth += 1
      case .structClose, .arrayClose, .referClose, .callClose: depth -= 1
      default: break
      }
      cursor.index += 1
    }
  }
}
