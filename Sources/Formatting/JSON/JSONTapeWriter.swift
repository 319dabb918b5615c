import CTableFormat
import Decoding
import SyscallTables
import Values

/// Writes the values of a tape as JSON.
struct JSONTapeWriter {
  private let values: JSONValueWriter

  init(_ values: JSONValueWriter) { self.values = values }

  /// Writes the values of `range` of a tape's tokens as an object. `unnamed`: what begins the key of a value without a name.
  func writeObject(_ tape: borrowing Tape, _ range: Range<Int>, unnamed: StaticString, to out: inout ByteBuffer) {
    var cursor = TapeCursor(tape, range)
    out.append(UInt8(ascii: "{"))
    writeLevel(&cursor, unnamed: unnamed, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// The same as a member behind others, where there are values.
  func writeMember(
    _ key: StaticString, _ tape: borrowing Tape, _ range: Range<Int>, unnamed: StaticString, to out: inout ByteBuffer
  ) {
    var cursor = TapeCursor(tape, range)
    guard cursor.next() != nil else { return }
    out.append(key)
    writeObject(tape, range, unnamed: unnamed, to: &out)
  }

  /// Writes the first value of a tape; `null` when there is none.
  func writeValue(_ tape: borrowing Tape, to out: inout ByteBuffer) {
    var cursor = TapeCursor(tape)
    guard let node = cursor.next() else { return out.append("null") }
    write(node, &cursor, to: &out)
  }

  // MARK: Groups

  /// Writes the values of the cursor's level; `unnamed` is nil where they have no keys.
  private func writeLevel(_ cursor: inout TapeCursor, unnamed: StaticString?, to out: inout ByteBuffer) {
    var keys = JSONKeys(cursor)
    var last = 0
    // Behind `"after":` of a value that has become another; -1 while it has not.
    var after = -1
    while let node = cursor.next() {
      if node.isAfter, keys.count > 0 {
        if after < 0 {
          out.insert("{\"before\":", at: last)
          out.append(",\"after\":")
          after = out.count
        } else {
          // A value may change step by step: the last state counts.
          out.truncate(to: after)
        }
        write(node, &cursor, to: &out)
        out.append(UInt8(ascii: "}"))
        continue
      }
      if keys.count > 0 { out.append(UInt8(ascii: ",")) }
      keys.count += 1
      if let unnamed {
        writeKey(of: node, cursor, unnamed: unnamed, &keys, to: &out)
        out.append(UInt8(ascii: ":"))
      }
      (last, after) = (out.count, -1)
      write(node, &cursor, to: &out)
    }
  }

  private func writeKey(
    of node: Node, _ cursor: TapeCursor, unnamed: StaticString, _ keys: inout JSONKeys, to out: inout ByteBuffer
  ) {
    out.append(UInt8(ascii: "\""))
    switch (node.name, node.kind) {
    case (.member(let name), _):
      out.append(name: name)
      writeOccurrence(keys.earlier(node.name, name, cursor), to: &out)
    case (.element(let set, let index), _):
      if let name = ConstantSet(index: set).name(of: index, wordSize: values.wordSize) {
        out.append(name)
      } else {
        out.appendDecimal(index)
      }
    case (.none, .omitted):
      out.append("more")
      writeOccurrence(keys.omissions, to: &out)
      keys.omissions += 1
    case (.none, .tail): out.append("tail")
    case (.none, .unknown): out.append("unknown")
    case (.none, _):
      out.append(unnamed)
      out.appendDecimal(UInt64(keys.count))
    }
    out.append(UInt8(ascii: "\""))
  }

  /// The end of a key that stood `earlier` times before: `#2` and so on.
  private func writeOccurrence(_ earlier: Int, to out: inout ByteBuffer) {
    if earlier == 0 { return }
    out.append(UInt8(ascii: "#"))
    out.appendDecimal(UInt64(earlier + 1))
  }

  // MARK: Values

  /// Writes a value that the cursor has just returned.
  private func write(_ node: Node, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    switch node.kind {
    case .number: writeNumber(node, &cursor, to: &out)
    case .bytes: writeBytes(node, &cursor, to: &out)
    case .bits: values.write(BitSet(node.token, bits: cursor.bytes(of: node)), to: &out)
    case .structure: writeGroup(node, &cursor, "{", "}", unnamed: "member", to: &out)
    case .array: writeGroup(node, &cursor, "[", "]", unnamed: nil, to: &out)
    case .parts:
      if !values.writeParts(node, cursor, to: &out) {
        writeGroup(node, &cursor, "{", "}", unnamed: "member", to: &out)
      }
    case .address where node.token.value == 0: out.append("null")
    case .address, .unreadable:
      out.append("{\"unread\":")
      out.appendJSON(address: node.token.value)
      writeDetails(&cursor, to: &out)
      out.append(UInt8(ascii: "}"))
    case .omitted: out.append("{\"more\":true}")
    case .unknown: out.append("{\"unknown\":true}")
    case .tail:
      out.append("{\"offset\":")
      out.appendDecimal(UInt64(node.token.extra))
      out.append(",\"base64\":")
      out.appendJSON(base64: cursor.bytes(of: node))
      out.append(UInt8(ascii: "}"))
    }
  }

  private func writeGroup(
    _ node: Node, _ cursor: inout TapeCursor, _ open: StaticString, _ close: StaticString, unnamed: StaticString?,
    to out: inout ByteBuffer
  ) {
    guard let outer = cursor.enter(node) else { return out.append("{\"more\":true}") }
    out.append(open)
    writeLevel(&cursor, unnamed: unnamed, to: &out)
    out.append(close)
    cursor.leave(outer)
  }

  /// A number, and what is told of it.
  private func writeNumber(_ node: Node, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    write(Scalar(node, on: cursor, abi: values.abi, wordSize: values.wordSize), &cursor, to: &out)
  }

  /// A number, and what is told of it where the cursor is.
  func write(_ number: Scalar, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    if number.token.kind == .number {
      switch number.token.style {
      case .fd, .dirfd, .unresolvedFD: return writeDescriptor(number, &cursor, to: &out)
      case .pid, .tgid, .pgid, .sid: return write(number, as: "pid", &cursor, to: &out)
      default: break
      }
    }
    write(number, as: "value", &cursor, to: &out)
  }

  /// A number alone, or as a member of an object with what is told of it.
  private func write(_ number: Scalar, as key: StaticString, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    guard cursor.hasDetails else { return values.write(number, to: &out) }
    out.append("{\"")
    out.append(key)
    out.append("\":")
    values.write(number, to: &out)
    writeDetails(&cursor, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// `{"fd":3,"path":"/etc/passwd"}`
  private func writeDescriptor(_ number: Scalar, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    out.append("{\"fd\":")
    values.writeWord(number, to: &out)
    if number.token.style == .dirfd, let special = NamedSets.workingDirectory, Int128(special.number) == number.integer
    {
      out.append(",\"name\":")
      out.appendJSON(special.name.bytes)
    }
    writeDetails(&cursor, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// Text or data; a path whose security context is known: `{"path":"/etc/passwd","context":"passwd_file_t"}`
  private func writeBytes(_ node: Node, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    let hasDetails = cursor.hasDetails
    if hasDetails { out.append("{\"path\":") }
    values.write(cursor.bytes(of: node), of: node.token, to: &out)
    guard hasDetails else { return }
    writeDetails(&cursor, to: &out)
    out.append(UInt8(ascii: "}"))
  }

  /// What is told of the value that the cursor has just returned, as further members.
  private func writeDetails(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    while let outer = cursor.enterDetails() {
      let mark = out.count
      out.append(UInt8(ascii: ","))
      writeLevel(&cursor, unnamed: "detail", to: &out)
      if out.count == mark + 1 { out.truncate(to: mark) }
      cursor.leave(outer)
    }
  }
}

/// The keys that an object has so far: a structure may have several members of one name, an object may not.
private struct JSONKeys {
  private let start: TapeCursor
  /// Bits of the names, to tell quickly that one is new.
  private var seen: UInt64 = 0
  var count = 0
  var omissions = 0

  init(_ start: TapeCursor) { self.start = start }

  /// How many members before the one that the cursor has just returned have its name.
  @inline(__always)
  mutating func earlier(_ name: Node.Name, _ index: UInt32, _ cursor: TapeCursor) -> Int {
    let bit: UInt64 = 1 &<< UInt64(index & 63)
    defer { seen |= bit }
    return seen & bit == 0 ? 0 : cursor.count(of: name, from: start)
  }
}
