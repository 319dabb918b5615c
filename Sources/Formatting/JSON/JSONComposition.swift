import CTableFormat
import Decoding
import SyscallTables

/// One number that text shows in parts, joined by `|`, `<<` or `+`: as data it is one value with the names of its
/// parts.
struct JSONComposition {
  private let values: JSONValueWriter

  init(_ values: JSONValueWriter) { self.values = values }

  private static let or = UInt32(UInt8(ascii: "|"))
  private static let plus = UInt32(UInt8(ascii: "+"))
  private static let shift = UInt32(UInt8(ascii: "<")) << 8 | UInt32(UInt8(ascii: "<"))

  /// A part: its value and its names as they stand between the brackets of `names`.
  private struct Part {
    var value: UInt64 = 0
    var names: [UInt8] = []
    var rest: UInt64 = 0
  }

  /// Whether the members of a structure without braces are the parts of one number.
  static func isOpened(by token: Token) -> Bool {
    token.kind == .structOpen && token.flags.contains(.bare)
      && (token.extra == or || token.extra == shift || token.extra == plus)
  }

  /// Writes the number whose parts begin behind `open`, and passes them by; false, with nothing done, when they are no
  /// numbers.
  func write(_ cursor: inout JSONTapeWriter.Cursor, _ open: Token, to out: inout ByteBuffer) -> Bool {
    let start = cursor.index
    guard let whole = parts(&cursor, joinedBy: open.extra, depth: 0) else {
      cursor.index = start
      return false
    }
    out.append("{\"value\":")
    out.appendDecimal(whole.value)
    out.append(",\"names\":[")
    whole.names.withUnsafeBytes { out.append($0) }
    out.append(UInt8(ascii: "]"))
    if whole.rest != 0 {
      out.append(",\"rest\":")
      out.appendDecimal(whole.rest)
    }
    out.append(UInt8(ascii: "}"))
    return true
  }

  private func parts(_ cursor: inout JSONTapeWriter.Cursor, joinedBy separator: UInt32, depth: Int) -> Part? {
    var whole: Part?
    while let token = cursor.token {
      cursor.index += 1
      let part: Part
      switch token.kind {
      case .structClose: return whole
      case .comment, .annotation: continue
      case .words where TableString(token.operand).bytes.isEmpty: continue
      case .number: part = number(token)
      case .set: part = named(token)
      case .structOpen where Self.isOpened(by: token) && depth < 8:
        guard let inner = parts(&cursor, joinedBy: token.extra, depth: depth + 1) else { return nil }
        part = inner
      default: return nil
      }
      whole = whole.map { Self.put($0, part, separator) } ?? part
    }
    return nil
  }

  private func number(_ token: Token) -> Part {
    let value = Token.mask(token.value, width: token.width)
    guard token.style == .control else { return Part(value: value, rest: value) }
    var name = ByteBuffer(capacity: 128)
    values.writeControl(value, to: &name)
    return Part(value: value, names: name.bytes, rest: name.isEmpty ? value : 0)
  }

  private func named(_ token: Token) -> Part {
    var names = ByteBuffer(capacity: 128)
    let rest = values.writeNames(token, of: token.operand, to: &names)
    return Part(value: Token.mask(token.value, width: token.width), names: names.bytes, rest: rest)
  }

  private static func put(_ first: Part, _ second: Part, _ separator: UInt32) -> Part {
    switch separator {
    case or: joined(first, second)
    case plus: added(first, second)
    default: shifted(first, by: second)
    }
  }

  /// `"UNI_DIRECT_BASE+0x41"`
  private static func added(_ first: Part, _ second: Part) -> Part {
    let value = first.value &+ second.value
    guard !first.names.isEmpty else { return Part(value: value, rest: value) }
    let distance = String(second.value, radix: 16)
    return Part(value: value, names: first.names.dropLast() + Array("+0x\(distance)\"".utf8))
  }

  private static func joined(_ first: Part, _ second: Part) -> Part {
    let comma = first.names.isEmpty || second.names.isEmpty ? [] : [UInt8(ascii: ",")]
    return Part(
      value: first.value | second.value, names: first.names + comma + second.names, rest: first.rest | second.rest)
  }

  /// `"B300<<IBSHIFT"`, where at least the shift has a name.
  private static func shifted(_ first: Part, by second: Part) -> Part {
    let value = first.value << min(second.value, 64)
    guard !second.names.isEmpty else { return Part(value: value, rest: value) }
    let quote = UInt8(ascii: "\"")
    var names = first.names.isEmpty ? [quote] + Array("\(first.value)".utf8) : Array(first.names.dropLast())
    names += Array("<<".utf8) + second.names.dropFirst()
    return Part(value: value, names: names)
  }
}
