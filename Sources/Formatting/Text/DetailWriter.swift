import CTableFormat
import Decoding
import SyscallTables
import Values

/// Writes what is told of a value behind it, as strace(1) does: `<TCP:[127.0.0.1:80]>`, ` [user_home_t]`, ` /* 5 entries */`.
struct DetailWriter {
  let values: ValueWriter
  let style: ConstantStyle

  /// - Parameter cursor: before the first of the details' members.
  func write(_ detail: Detail, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    switch detail {
    case .file: writeFile(&cursor, to: &out)
    case .internetSocket, .unixSocket, .netlinkSocket, .otherSocket:
      out.append(UInt8(ascii: "<"))
      writeSocket(detail, &cursor, to: &out)
      out.append("]>")
    case .pidfd: writeNumber(&cursor, "<pid:", ">", to: &out)
    case .signalfd: writeSignals(&cursor, to: &out)
    case .eventfd: writeCounter(&cursor, to: &out)
    case .command:
      out.append(UInt8(ascii: "<"))
      writeEscaped(&cursor, to: &out)
      out.append(UInt8(ascii: ">"))
    case .context: writeContext(&cursor, to: &out)
    case .tracerPid: writeNumber(&cursor, " /* ", " in strace's PID NS */", to: &out)
    case .entries: writeNumber(&cursor, " /* ", " entries */", to: &out)
    case .variables: writeVariables(&cursor, to: &out)
    case .consoleKey where style != .raw: writeKey(&cursor, to: &out)
    case .sound where style != .raw, .tone where style != .raw: writeSound(&cursor, to: &out)
    case .callSign where style != .raw: writeCallSign(&cursor, to: &out)
    case .words where style == .verbose: writeWords(&cursor, to: &out)
    case .consoleKey, .sound, .tone, .callSign, .words: break
    }
  }

  private func writeNumber(
    _ cursor: inout TapeCursor, _ before: StaticString, _ after: StaticString, to out: inout ByteBuffer
  ) {
    out.append(before)
    out.appendDecimal(number(&cursor))
    out.append(after)
  }

  private func number(_ cursor: inout TapeCursor) -> UInt64 { cursor.next()?.token.value ?? 0 }

  private func bytes(_ cursor: inout TapeCursor) -> UnsafeRawBufferPointer {
    cursor.next().map { cursor.bytes(of: $0) } ?? UnsafeRawBufferPointer(start: nil, count: 0)
  }

  private func writeEscaped(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    values.writeEscaped(bytes(&cursor), insideBrackets: true, to: &out)
  }

  // MARK: Descriptors

  /// `</dev/null<char 1:3>>`, `</dev/ptmx<char 5:2 @/dev/pts/0>>`, `</tmp/x>(deleted)`
  private func writeFile(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "<"))
    writeEscaped(&cursor, to: &out)
    var isDeleted = false
    while let node = cursor.next() {
      guard let outer = cursor.enter(node) else {
        isDeleted = true
        continue
      }
      out.append(UInt8(ascii: "<"))
      out.append(bytes(&cursor))
      writeNumber(&cursor, " ", ":", to: &out)
      out.appendDecimal(number(&cursor))
      if let terminal = cursor.next() {
        out.append(" @/dev/pts/")
        out.appendDecimal(terminal.token.value)
      }
      out.append(UInt8(ascii: ">"))
      cursor.leave(outer)
    }
    out.append(UInt8(ascii: ">"))
    if isDeleted { out.append("(deleted)") }
  }

  /// `TCP:[127.0.0.1:80->127.0.0.1:3456`, `UNIX-STREAM:[123->456,"/run/name"`, `NETLINK:[ROUTE:123`
  private func writeSocket(_ detail: Detail, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    guard let socket = cursor.next(), let outer = cursor.enter(socket) else { return }
    out.append(bytes(&cursor))
    out.append(":[")
    switch detail {
    case .internetSocket:
      writeEndpoint(&cursor, before: "", to: &out)
      writeEndpoint(&cursor, before: "->", to: &out)
    case .unixSocket: writeUnixSocket(&cursor, to: &out)
    case .netlinkSocket: writeFamily(&cursor, to: &out)
    default: out.appendDecimal(number(&cursor))
    }
    cursor.leave(outer)
  }

  /// `127.0.0.1:80`, `[::1]:80`; nothing where there is none.
  private func writeEndpoint(_ cursor: inout TapeCursor, before: StaticString, to out: inout ByteBuffer) {
    guard let endpoint = cursor.next(), let outer = cursor.enter(endpoint) else { return }
    out.append(before)
    let address = bytes(&cursor)
    if address.count == 4 {
      ValueWriter.writeDotted(address, to: &out)
    } else {
      out.append(UInt8(ascii: "["))
      ValueWriter.writeIPv6(address, to: &out)
      out.append(UInt8(ascii: "]"))
    }
    writeNumber(&cursor, ":", "", to: &out)
    cursor.leave(outer)
  }

  private func writeUnixSocket(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    out.appendDecimal(number(&cursor))
    while let node = cursor.next() {
      if let outer = cursor.enter(node) {
        writeNumber(&cursor, "->", "", to: &out)
        cursor.leave(outer)
      } else {
        out.append(node.memberName?.matches("abstract") == true ? ",@" : ",")
        ValueWriter.escaping.writeQuoted(cursor.bytes(of: node), to: &out)
      }
    }
  }

  /// `ROUTE:123`, or the number of a protocol that has no name.
  private func writeFamily(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    guard let family = cursor.next() else { return }
    let set = family.token.kind == .set ? family.token.operand : 0
    guard let name = values.name(of: family.token.value, in: set, width: 4)?.bytes else {
      return out.appendDecimal(family.token.value)
    }
    let prefix = "NETLINK_"
    let isLong = name.starts(with: prefix.utf8)
    out.append(UnsafeRawBufferPointer(rebasing: name.dropFirst(isLong ? prefix.utf8.count : 0)))
    writeNumber(&cursor, ":", "", to: &out)
  }

  /// `<signalfd:[USR1 USR2]>`
  private func writeSignals(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    out.append("<signalfd:[")
    if let node = cursor.next() {
      let bits = BitSet(node.token, bits: cursor.bytes(of: node))
      var isFirst = true
      for signal in bits.members {
        if !isFirst { out.append(UInt8(ascii: " ")) }
        isFirst = false
        values.writeSignalName(UInt64(signal), isWhole: false, to: &out)
      }
    }
    out.append("]>")
  }

  /// `<{eventfd-count=0x5, eventfd-id=1, eventfd-semaphore=0}>`
  private func writeCounter(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    guard let counter = cursor.next(), let outer = cursor.enter(counter) else { return }
    out.append("<{eventfd-count=")
    out.appendHex(number(&cursor))
    while let node = cursor.next() {
      out.append(", eventfd-")
      if let name = node.memberName { out.append(name) }
      out.append(UInt8(ascii: "="))
      out.appendDecimal(node.token.value)
    }
    out.append("}>")
    cursor.leave(outer)
  }

  // MARK: Others

  /// ` [user_home_t]`, or with what it ought to be: ` [user_home_t!!etc_t]`.
  private func writeContext(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    out.append(" [")
    ValueWriter.escaping.writeEscaped(bytes(&cursor), to: &out)
    while let expected = cursor.next() {
      out.append("!!")
      ValueWriter.escaping.writeEscaped(cursor.bytes(of: expected), to: &out)
    }
    out.append(UInt8(ascii: "]"))
  }

  /// ` /* 23 vars */`, ` /* 1 var */`, ` /* 5 vars, unterminated */`
  private func writeVariables(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    let count = number(&cursor)
    out.append(" /* ")
    out.appendDecimal(count)
    out.append(count == 1 ? " var" : " vars")
    if number(&cursor) == 0 { out.append(", unterminated") }
    out.append(" */")
  }

  /// ` /* K(KT_LETTER, 'a') */`
  private func writeKey(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    guard let type = cursor.next(), type.token.kind == .set, let value = cursor.next() else { return }
    out.append(" /* K(")
    values.write(type.token.value, of: type.token.operand, width: 1, style: .abbreviated, to: &out)
    out.append(", ")
    values.writeNumber(value.token, style: .abbreviated, to: &out)
    out.append(") */")
  }

  /// ` /* 749 Hz, 125 ms */`, ` /* off */`
  private func writeSound(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    let hertz = number(&cursor)
    if hertz == 0 { return out.append(" /* off */") }
    out.append(" /* ")
    out.appendDecimal(hertz)
    out.append(" Hz")
    if let length = cursor.next() {
      out.append(", ")
      out.appendDecimal(length.token.value)
      out.append(" ms")
    }
    out.append(" */")
  }

  /// ` /* AB1CD-5 */`
  private func writeCallSign(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    out.append(" /* ")
    out.append(bytes(&cursor))
    out.append(" */")
  }

  /// ` /* [0x460018, 0] */`
  private func writeWords(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    guard let node = cursor.next() else { return }
    out.append(" /* [")
    var isFirst = true
    for word in BitSet(node.token, bits: cursor.bytes(of: node)).words {
      if !isFirst { out.append(", ") }
      isFirst = false
      out.appendHex(word)
    }
    out.append("] */")
  }
}
