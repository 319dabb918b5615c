import CTableFormat
import SyscallTables

extension Decoder {
  /// Copies exactly `count` bytes at `address` to the scratch memory; their offset there, or nil when not all can be read.
  func fetch(_ address: UInt64, _ count: Int) -> Int? {
    let mark = scratch.used
    guard let (offset, read) = fetchPrefix(address, count), read == count else {
      scratch.release(to: mark)
      return nil
    }
    return offset
  }

  /// Copies up to `count` bytes; their offset and how many could be read, from the first on. Nil when none could.
  func fetchPrefix(_ address: UInt64, _ count: Int) -> (offset: Int, read: Int)? {
    if count == 0 { return (scratch.used, 0) }
    guard let offset = scratch.reserve(count) else { return nil }
    let read = read(address, into: scratch.writable(offset, count))
    guard read > 0 else {
      scratch.release(to: offset)
      return nil
    }
    return (offset, min(read, count))
  }

  func isReadable(_ address: UInt64, _ count: Int) -> Bool {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    return fetch(truncated(address), count) != nil
  }

  /// Whether bytes can be read and are zero, all of them.
  func isZeroed(_ address: UInt64, _ count: Int) -> Bool {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let offset = fetch(truncated(address), count) else { return false }
    return scratch.bytes(offset, count).allSatisfy { $0 == 0 }
  }

  /// Bytes of a type in memory, for those with a fixed size; else 0.
  func sizeOf(_ index: UInt32) -> Int {
    let type = Tables.type(index)
    switch type.kind {
    case .number, .set: return type.width == 0 ? wordSize : Int(type.width)
    case .reference, .string, .buffer, .inOut:
      return wordSize
    case .structure:
      let structure = Tables.structure(type.structure.row)
      return Int(is32 ? structure.size32 : structure.size64)
    case .array:
      return sizeOf(type.array.element).multipliedReportingOverflow(by: clamped(evaluate(type.array.count)))
        .partialValue
    case .characters: return clamped(evaluate(type.characters.count))
    case .bitSet: return (clamped(evaluate(type.bitSet.count)) + 7) / 8
    case .computed: return sizeOf(type.computed.type)
    case .select: return type.width != 0 ? Int(type.width) : sizeOf(resolve(index, .value(0)))
    case .none, .list, .custom, .literal, .records, .within, .changed: return 0
    }
  }

  /// A count that a tracee gave: not negative, and small enough to calculate with.
  func clamped(_ count: Int64) -> Int { Int(min(max(count, 0), 1 << 40)) }

  /// A length that a tracee gave as an unsigned word: what looks negative is huge.
  func unsigned(_ length: Int64) -> Int { length < 0 ? 1 << 40 : clamped(length) }

  func memberSource(_ field: tl_field, in frame: Frame) -> Source {
    let offset = Int(is32 ? field.offset32 : field.offset64)
    var source = Source(
      isValue: false, address: frame.address &+ UInt64(offset), offset: frame.offset + offset,
      available: frame.available - offset, size: Int(is32 ? field.size32 : field.size64), bit: field.bit,
      bits: field.bits)
    if frame.given != frame.available { source.given = frame.given - offset }
    return source
  }
}
