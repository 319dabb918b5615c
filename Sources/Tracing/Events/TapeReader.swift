import CTableFormat
import Decoding
import SyscallTables

/// Makes values of the tokens of a tape.
struct TapeReader {
  private let tokens: TapeContents<Token>
  private let bytes: TapeContents<UInt8>
  private let end: Int
  private let wordSize: Int
  private var index = 0

  init(_ tape: borrowing Tape, end: Int, wordSize: Int) {
    tokens = tape.tokens
    bytes = tape.bytes
    self.end = min(end, tape.tokens.count)
    self.wordSize = wordSize
  }

  private var token: Token? { index < end ? tokens[index] : nil }

  /// Values with their names up to the end, or to a closing token, which is passed by.
  mutating func members(until closing: Token.Kind? = nil, depth: Int = 0) -> [TraceValue.Member] {
    var members: [TraceValue.Member] = []
    while let token {
      switch token.kind {
      case closing where !token.flags.contains(.bare):
        index += 1
        return members
      case .comment, .annotation, .ellipsis: index += 1
      // The members of a structure without braces stand among those around it.
      case .structOpen where token.flags.contains(.bare), .structClose: index += 1
      case .name:
        index += 1
        members.append(TraceValue.Member(name: TableString(token.operand).description, value: value(depth: depth)))
      case .index:
        index += 1
        let name = ConstantSet(index: token.operand).name(of: token.value, wordSize: wordSize)?.description
        members.append(TraceValue.Member(name: name ?? String(token.value), value: value(depth: depth)))
      default: members.append(TraceValue.Member(name: "", value: value(depth: depth)))
      }
    }
    return members
  }

  /// The value here, with what became of it.
  mutating func value(depth: Int = 0) -> TraceValue {
    let before = part(depth: depth)
    guard token?.kind == .becomes else { return before }
    var after = before
    while token?.kind == .becomes {
      index += 1
      after = part(depth: depth)
    }
    return .change(before: before, after: after)
  }

  private mutating func part(depth: Int) -> TraceValue {
    guard let token, depth < 64 else {
      index = end
      return .unknown
    }
    index += 1
    defer { while let remark = self.token, remark.kind == .comment || remark.kind == .annotation { index += 1 } }
    switch token.kind {
    case .number: return .number(number(token))
    case .set: return named(token)
    case .named:
      let name = slice(Token(.string, value: UInt64(token.extra)), count: Int(token.operand))
      return .constant(Token.mask(token.value, width: token.width), names: [String(decoding: name, as: UTF8.self)])
    case .address, .unreadable: return .address(token.value)
    case .string, .tail: return .bytes(slice(token, count: Int(token.operand)), isCut: token.flags.contains(.cut))
    case .bits: return .bytes(slice(token, count: (Int(token.extra) + 7) / 8), isCut: token.flags.contains(.cut))
    case .words where token.operand == 0: return .bytes(slice(token, count: Int(token.extra)), isCut: false)
    case .words: return .bytes(Array(TableString(token.operand).bytes), isCut: false)
    case .structOpen: return .structure(members(until: .structClose, depth: depth + 1))
    case .callOpen: return .structure(members(until: .callClose, depth: depth + 1))
    case .arrayOpen where self.token?.kind == .index:
      return .structure(members(until: .arrayClose, depth: depth + 1))
    case .arrayOpen: return array(depth: depth + 1)
    case .referOpen:
      let inner = value(depth: depth + 1)
      if self.token?.kind == .referClose { index += 1 }
      return inner
    default: return .unknown
    }
  }

  private mutating func array(depth: Int) -> TraceValue {
    var elements: [TraceValue] = []
    var isComplete = true
    while let token {
      switch token.kind {
      case .arrayClose:
        index += 1
        return .array(elements, isComplete: isComplete)
      case .ellipsis, .unreadable:
        index += 1
        isComplete = false
      case .name, .comment, .annotation: index += 1
      default: elements.append(value(depth: depth))
      }
    }
    return .array(elements, isComplete: false)
  }

  private func number(_ token: Token) -> Int128 {
    if token.flags.contains(.signed) { return Int128(Int64(bitPattern: token.value)) }
    switch token.style {
    case .fd, .dirfd, .unresolvedFD, .pid,
      .tgid, .pgid, .sid:
      return Int128(Int32(truncatingIfNeeded: token.value))
    default: return Int128(Token.mask(token.value, width: token.width))
    }
  }

  /// A number with the names that are in it; bits of fields with values of their own have none here.
  private func named(_ token: Token) -> TraceValue {
    let value = Token.mask(token.value, width: token.width)
    guard token.operand != 0 else { return .constant(value, names: []) }
    let set = ConstantSet(index: token.operand)
    if set.kind != .flags {
      if set.kind == .values {
        return .constant(value, names: set.name(of: token.value, wordSize: wordSize).map { [$0.description] } ?? [])
      }
      let bits = (0..<64 as Range<UInt64>).filter { value & 1 << $0 != 0 }
      return .constant(value, names: bits.compactMap { set.name(of: $0, wordSize: wordSize)?.description })
    }
    var rest = value
    var names: [String] = []
    for row in set.entries(wordSize: wordSize) {
      let entry = Tables.entry(row)
      switch entry.form {
      case .name where entry.value != 0 && rest & entry.value == entry.value:
        rest &= ~entry.value
        names.append(TableString(entry.name).description)
      case .field where entry.value != 0:
        let field = ConstantSet(index: UInt32(truncatingIfNeeded: entry.value))
        guard field.kind == .values, let name = field.name(of: rest & entry.mask, wordSize: wordSize) else { continue }
        rest &= ~entry.mask
        names.append(name.description)
      default: continue
      }
    }
    return .constant(value, names: names)
  }

  private func slice(_ token: Token, count: Int) -> [UInt8] {
    guard token.value <= UInt64(bytes.count) else { return [] }
    let first = Int(token.value)
    return Array(bytes[first..<min(first + max(count, 0), bytes.count)])
  }
}
