import CTableFormat
import SyscallTables

extension Decoder {
  /// Follows choices until a type is reached that says what to show.
  @inline(__always)
  func resolve(_ index: UInt32, _ source: Source) -> UInt32 {
    Tables.type(index).kind == UInt8(TL_SELECT.rawValue) ? choose(index, source) : index
  }

  private func choose(_ index: UInt32, _ source: Source) -> UInt32 {
    var index = index
    for _ in 0..<16 {
      let type = Tables.type(index)
      guard type.kind == UInt8(TL_SELECT.rawValue) else { return index }
      current = scalar(type, source)
      index = select(evaluate(type.a), first: type.b, count: type.c, otherwise: type.d)
    }
    return 0
  }

  /// The target of the case for `value`, by binary search for the first of its rows.
  func select(_ value: Int64, first: UInt32, count: UInt32, otherwise: UInt32) -> UInt32 {
    var low: UInt32 = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      let row = Tables.selection(first + middle)
      if row.value < value { low = middle + 1 } else { high = middle }
    }
    while low < count {
      let row = Tables.selection(first + low)
      if row.value != value { break }
      if row.abis == 0 || row.abis & 1 << UInt32(record.abi.rawValue) != 0 { return row.target }
      low += 1
    }
    return otherwise
  }

  /// Writes what is at `source`, as its type says.
  func decode(_ index: UInt32, _ source: Source) {
    let resolved = resolve(index, source)
    let type = Tables.type(resolved)
    switch Int(type.kind) {
    case Int(TL_NUMBER.rawValue), Int(TL_SET.rawValue): emitScalar(type, source)
    case Int(TL_REFER.rawValue): decodeReference(type, source)
    case Int(TL_STRING.rawValue): decodeString(type, source)
    case Int(TL_BUFFER.rawValue): decodeBuffer(type, source)
    case Int(TL_INOUT.rawValue): decodeInOut(type, source)
    case Int(TL_VALUE.rawValue):
      if type.b == 0 { return }
      let value = evaluate(type.a)
      decode(resolve(type.b, .value(UInt64(bitPattern: value))), .computed(value))
    case Int(TL_WORDS.rawValue): emit(Token(.words, operand: type.a))
    case Int(TL_WITHIN.rawValue):
      let bytes = clamped(evaluate(type.b))
      var bounded = source
      bounded.size = bytes
      bounded.available = min(source.available, bytes)
      decodeBounded(type.a, bounded, whole: true)
    case Int(TL_FROM.rawValue): decodeChange(type, source)
    case Int(TL_CUSTOM.rawValue): decodeCustom(type, source)
    case Int(TL_BITSET.rawValue) where source.isValue: decodeBits(type, in: source.value)
    default:
      guard !source.isValue else { return }
      if !decodeInPlace(resolved, source) { emitAddress(source.address) }
    }
  }

  /// Writes a group (structure, array, characters, bits) that stands at a place; false when nothing of it can be read.
  func decodeInPlace(_ index: UInt32, _ source: Source) -> Bool {
    let type = Tables.type(index)
    switch Int(type.kind) {
    case Int(TL_STRUCT.rawValue): return decodeStructure(type, source)
    case Int(TL_ARRAY.rawValue): return decodeArray(type, source)
    case Int(TL_LIST.rawValue): return decodeList(type, source)
    case Int(TL_RECORDS.rawValue): return decodeRecords(type, source)
    case Int(TL_CHARS.rawValue): return decodeCharacters(type, source)
    case Int(TL_BITSET.rawValue): return decodeBits(type, source)
    default:
      decode(index, source)
      return true
    }
  }
}
