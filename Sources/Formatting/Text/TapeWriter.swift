import CTableFormat
import Decoding
import SyscallTables
import Values

/// Writes the tokens of a tape as text: values with separators, brackets and names.
///
/// A tape is written in two goes when the entry of a call is shown before its exit; the second starts where the first
/// ended, which is between two values or before a ``Token/Kind/becomes``.
struct TapeWriter {
  /// What stands at the top level.
  enum Level {
    /// Arguments of a call; their names are shown when asked for (`-N`).
    case arguments(named: Bool)
    /// The explanation of a result: values behind labels, always in the short manner where the tables say so.
    case explanation
    /// Members, as of a signal's information.
    case plain
  }

  private let values: ValueWriter
  private let level: Level
  /// Of arguments.
  private let hidesNames: Bool
  /// Whether a value stands before the next one at this level.
  private var needsSeparator: Bool
  /// The separator and name of the next value are written.
  private var isPlaced = false
  private var depth = 0
  /// `needsSeparator` of the levels around this one, a bit each.
  private var outer: UInt64 = 0
  /// What separates the values at this level: up to two characters, the first in the low byte; 0 = a comma and a space.
  private var separator: UInt16 = 0
  /// `separator` of the innermost levels around this one, the next in the low bits.
  private var outerSeparators: UInt64 = 0
  /// The number of the next argument, for calls whose arguments have no names.
  private var argument: Int
  private let style: ConstantStyle
  /// What stands as a comment behind the structure that is being written at this depth.
  private var alias: Token?
  private var aliasDepth = 0

  init(values: ValueWriter, level: Level, argument: Int = 0) {
    self.values = values
    self.level = level
    self.argument = argument
    needsSeparator = argument > 0
    if case .arguments(named: false) = level { hidesNames = true } else { hidesNames = false }
    style = values.style
  }

  /// Takes over behind what was written at entry: inside structures that close at exit.
  mutating func resume(behind entry: TapeCursor) {
    var cursor = entry
    while let token = cursor.nextToken() {
      switch token.kind {
      case .structOpen where token.flags.contains(.bare), .structClose where token.flags.contains(.bare): break
      case .structOpen, .arrayOpen, .referOpen, .callOpen: push(separator: 0)
      case .structClose, .arrayClose, .referClose, .callClose:
        pop()
        needsSeparator = true
      case .becomes: needsSeparator = false
      case .name, .comment, .alias: break
      default: needsSeparator = true
      }
    }
  }

  /// Writes everything that a cursor has left.
  mutating func write(_ rest: TapeCursor, to out: inout ByteBuffer) {
    var cursor = rest
    while let token = cursor.nextToken() { write(token, &cursor, to: &out) }
  }

  /// Writes what is told of the value before a cursor.
  mutating func writeDetails(_ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    while let token = cursor.upcomingToken, token.kind == .detailOpen || token.kind == .comment {
      _ = cursor.nextToken()
      write(token, &cursor, to: &out)
    }
  }

  /// Writes a token that the cursor has just returned, and those behind that belong to it.
  @inline(__always)
  private mutating func write(_ token: Token, _ cursor: inout TapeCursor, to out: inout ByteBuffer) {
    switch token.kind {
    case .name:
      if hidesNames, depth == 0, !token.flags.contains(.always) { return }
      if depth > 0, let next = cursor.upcomingToken, isStoredAddress(next) {
        _ = cursor.nextToken()
        return writeStoredAddress(cursor.bytes(of: next), name: token.operand, to: &out)
      }
      writeName(token, to: &out)
    case .number:
      place(to: &out)
      if case .explanation = level, token.style == .ioPriority {
        values.writePriorityForm(token, style: style, to: &out)
      } else {
        values.writeNumber(token, style: numberStyle(token), to: &out)
      }
    case .set:
      let isLabelled = isPlaced
      place(to: &out)
      writeSet(token, isLabelled: isLabelled, to: &out)
    case .named:
      place(to: &out)
      values.write(token.value, called: cursor.bytes(of: token), style: style, to: &out)
    case .address:
      place(to: &out)
      ValueWriter.writeAddress(token.value, to: &out)
    case .string:
      place(to: &out)
      if token.text == .hardware {
        values.writeHardware(cursor.bytes(of: token), count: Int(token.extra), style: style, to: &out)
      } else {
        values.writeString(
          cursor.bytes(of: token), text: token.text, isCut: token.flags.contains(.cut), style: style, to: &out)
      }
    case .alias where style == .abbreviated:
      place(to: &out)
      _ = values.writeNames(token.value, of: token.operand, width: token.width, to: &out)
      cursor.passUpcomingGroup()
    case .detailOpen:
      let outer = cursor.enterOpenDetails()
      DetailWriter(values: values, style: style).write(token.detail, &cursor, to: &out)
      cursor.leave(outer)
    default: writeStructure(token, cursor, to: &out)
    }
  }

  /// Tokens that open, close or stand between values.
  private mutating func writeStructure(_ token: Token, _ cursor: TapeCursor, to out: inout ByteBuffer) {
    switch token.kind {
    case .structOpen where token.flags.contains(.bare):
      if token.extra == 0 { break }
      place(to: &out)
      push(separator: UInt16(truncatingIfNeeded: token.extra))
    case .structClose where token.flags.contains(.bare):
      if token.extra != 0 { pop() }
    case .structOpen: open(UInt8(ascii: "{"), token, to: &out)
    case .structClose:
      close(UInt8(ascii: "}"), to: &out)
      if let alias, aliasDepth == depth {
        out.append(" /* ")
        _ = values.writeNames(alias.value, of: alias.operand, width: alias.width, to: &out)
        out.append(" */")
        self.alias = nil
      }
    case .alias:
      if style == .verbose { (alias, aliasDepth) = (token, depth) }
    case .arrayOpen, .referOpen: open(UInt8(ascii: "["), token, to: &out)
    case .arrayClose, .referClose: close(UInt8(ascii: "]"), to: &out)
    case .index:
      place(to: &out)
      out.append(UInt8(ascii: "["))
      let isNamed = Tables.set(token.operand).flags.contains(.named)
      values.write(token.value, of: token.operand, width: 4, style: isNamed ? .abbreviated : style, to: &out)
      out.append("]=")
      isPlaced = true
    case .becomes:
      out.append(" => ")
      isPlaced = true
    case .ellipsis:
      place(to: &out)
      out.append("...")
    case .unknown:
      place(to: &out)
      out.append("???")
    case .unreadable:
      place(to: &out)
      out.append("... /* ")
      ValueWriter.writeAddress(token.value, to: &out)
      out.append(" */")
    case .bits:
      place(to: &out)
      values.write(BitSet(token, bits: cursor.bytes(of: token)), style: style, to: &out)
    case .words:
      place(to: &out)
      out.append(name: token.operand)
    case .resumed:
      // It stands for arguments of another call, which have no names here.
      if isPlaced { isPlaced = false } else { separate(to: &out) }
      out.append("<... resuming interrupted ")
      if token.operand == 0 { out.append("system call") } else { out.append(SyscallNumber(index: token.operand).name) }
      out.append(" ...>")
    case .comment: writeComment(token, to: &out)
    case .tail: writeTail(token, cursor.bytes(of: token), to: &out)
    case .callOpen: openCall(token, to: &out)
    case .callClose: close(UInt8(ascii: ")"), to: &out)
    default: break
    }
  }

  // MARK: Places

  /// Writes what stands between the value before and the next.
  @inline(__always)
  private mutating func place(to out: inout ByteBuffer) {
    if isPlaced {
      isPlaced = false
      return
    }
    separate(to: &out)
    if depth == 0, case .arguments(named: true) = level {
      out.append("arg")
      out.appendDecimal(UInt64(argument))
      out.append(UInt8(ascii: "="))
    }
  }

  @inline(__always)
  private mutating func separate(to out: inout ByteBuffer) {
    if needsSeparator {
      if separator == 0 {
        out.append(", ")
      } else {
        out.append(UInt8(truncatingIfNeeded: separator))
        if separator >> 8 != 0 { out.append(UInt8(separator >> 8)) }
      }
    }
    needsSeparator = true
    if depth == 0 { argument += 1 }
  }

  private mutating func open(_ bracket: UInt8, _ token: Token, to out: inout ByteBuffer) {
    place(to: &out)
    out.append(bracket)
    push(separator: token.flags.contains(.spaced) ? UInt16(UInt8(ascii: " ")) : 0)
  }

  private mutating func push(separator: UInt16) {
    depth += 1
    outer = outer << 1 | (needsSeparator ? 1 : 0)
    outerSeparators = outerSeparators << 16 | UInt64(self.separator)
    self.separator = separator
    needsSeparator = false
  }

  private mutating func close(_ bracket: UInt8, to out: inout ByteBuffer) {
    out.append(bracket)
    pop()
  }

  private mutating func pop() {
    isPlaced = false
    guard depth > 0 else { return }
    depth -= 1
    needsSeparator = outer & 1 != 0
    outer >>= 1
    separator = UInt16(truncatingIfNeeded: outerSeparators)
    outerSeparators >>= 16
  }

  // MARK: Names

  private mutating func writeName(_ token: Token, to out: inout ByteBuffer) {
    if depth == 0 {
      if case .explanation = level {
        if token.flags.contains(.forData) { return }
        separate(to: &out)
        let label = TableString(token.operand).bytes
        out.append(label)
        if token.flags.contains(.joined) {
          out.append(UInt8(ascii: ":"))
        } else if label.last != UInt8(ascii: "=") {
          out.append(UInt8(ascii: " "))
        }
        isPlaced = true
        return
      }
    }
    separate(to: &out)
    isPlaced = true
    // The parts of a value that are joined by a sign have names as data only.
    if separator != 0 { return }
    out.append(name: token.operand)
    out.append(UInt8(ascii: "="))
  }

  /// C stores an IPv6 address through a pointer, so a member's name stands inside the call that does:
  /// `inet_pton(AF_INET6, "::1", &sin6_addr)`.
  @inline(__always)
  private func isStoredAddress(_ token: Token) -> Bool {
    token.kind == .string && token.text == .ipv6 && style == .abbreviated
  }

  private mutating func writeStoredAddress(
    _ address: UnsafeRawBufferPointer, name: UInt32, to out: inout ByteBuffer
  ) {
    separate(to: &out)
    out.append("inet_pton(AF_INET6, ")
    values.writeText(to: &out) { ValueWriter.writeIPv6(address, to: &$0) }
    out.append(", &")
    out.append(name: name)
    out.append(UInt8(ascii: ")"))
  }

  // MARK: Values with a manner of their own

  /// In an explanation signals go by name, whatever the style.
  @inline(__always)
  private func numberStyle(_ token: Token) -> ConstantStyle {
    if case .explanation = level, token.style == .signal { return .abbreviated }
    return style
  }

  /// Whether an explanation only names the number before it, which `-X raw` leaves out.
  static func isName(_ token: Token) -> Bool {
    if token.flags.contains(.always) { return false }
    return switch token.kind {
    case .set: !Tables.set(token.operand).flags.contains(.named)
    case .number: token.style == .ioPriority
    default: false
    }
  }

  private func writeSet(_ token: Token, isLabelled: Bool, to out: inout ByteBuffer) {
    let row = Tables.set(token.operand)
    if token.flags.contains(.networkOrder) {
      let isNamed = row.flags.contains(.named)
      return values.writeNetworkOrder(
        token.value, of: token.operand, width: Int(token.width), style: isNamed ? .abbreviated : style, to: &out)
    }
    if row.style == .fourCC {
      return values.writePixelFormat(token.value, of: token.operand, style: style, to: &out)
    }
    var isNamed = row.flags.contains(.named)
    // The number stands before the explanation already.
    if case .explanation = level, !isLabelled, !token.flags.contains(.always) { isNamed = true }
    values.write(
      token.value, of: token.operand, width: token.width, signed: token.flags.contains(.signed),
      style: isNamed ? .abbreviated : style, to: &out)
  }

  /// A moment, or a text of the tables, behind a number or words. A text that ends with a space or a plus stands before the
  /// number, which is hexadecimal then, as without a text: `/* op: 0x10 */`, `/* 0x10 */`.
  private func writeComment(_ token: Token, to out: inout ByteBuffer) {
    if token.flags.contains(.derived) && style == .raw { return }
    if token.style == .seconds {
      return ValueWriter.writeMoment(
        second: Int64(bitPattern: token.value), nanoseconds: UInt64(token.extra), digits: Int(token.width), to: &out)
    }
    let text = TableString(token.operand).bytes
    let standsBefore = text.last.map { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "+") } ?? true
    out.append(token.flags.contains(.misplaced) ? " /* misplaced struct " : " /* ")
    if token.flags.contains(.numbered), !standsBefore { out.appendDecimal(Int64(bitPattern: token.value)) }
    out.append(text)
    if token.flags.contains(.numbered), standsBefore { out.appendHex(token.value) }
    out.append(" */")
  }

  /// `/* bytes 24..31 */ "\x88…"`, or the note behind.
  private mutating func writeTail(_ token: Token, _ tail: UnsafeRawBufferPointer, to out: inout ByteBuffer) {
    place(to: &out)
    let count = max(Int(token.value >> 32), Int(token.operand))
    let isNoteBehind = token.flags.contains(.noteBehind)
    if !isNoteBehind {
      Self.writeRange(token.extra, count, to: &out)
      out.append(UInt8(ascii: " "))
    }
    values.writeString(tail, text: token.text, isCut: token.flags.contains(.cut), style: style, to: &out)
    if isNoteBehind {
      out.append(UInt8(ascii: " "))
      Self.writeRange(token.extra, count, to: &out)
    }
  }

  private static func writeRange(_ first: UInt32, _ count: Int, to out: inout ByteBuffer) {
    out.append("/* bytes ")
    out.appendDecimal(UInt64(first))
    out.append("..")
    out.appendDecimal(UInt64(first) + UInt64(max(count, 1) - 1))
    out.append(" */")
  }

  /// `BPF_STMT(`; the names of what is in it are for data only.
  private mutating func openCall(_ token: Token, to out: inout ByteBuffer) {
    place(to: &out)
    out.append(name: token.operand)
    out.append(UInt8(ascii: "("))
    push(separator: UInt16(UInt8(ascii: ",")) | UInt16(UInt8(ascii: " ")) << 8)
  }
}
