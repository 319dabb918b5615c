import CTableFormat
import SyscallTables

extension Decoder {
  /// Follows choices until a type is reached that says what to show.
  @inline(__always)
  func resolve(_ index: UInt32, _ source: Source) -> UInt32 {
    Tables.type(index).kind == .select ? choose(index, source) : index
  }

  private func choose(_ index: UInt32, _ source: Source) -> UInt32 {
    var index = index
    for _ in 0..<16 {
      let type = Tables.type(index)
      guard type.kind == .select else { return index }
      current = scalar(type, source)
      index = select(
        evaluate(type.select.selector), first: type.select.cases, count: type.select.caseCount,
        otherwise: type.select.otherwise)
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
      if row.abis == 0 || row.abis & record.abi.bit != 0 { return row.target }
      low += 1
    }
    return otherwise
  }

  /// Writes what is at `source`, as its type says.
  func decode(_ index: UInt32, _ source: Source) {
    let resolved = resolve(index, source)
    let type = Tables.type(resolved)
    switch type.kind {
    case .number, .set: emitScalar(type, source)
    case .reference: decodeReference(type, source)
    case .string: decodeString(type, source)
    case .buffer: decodeBuffer(type, source)
    case .inOut: decodeInOut(type, source)
    case .computed:
      if type.computed.type == 0 { return }
      let value = evaluate(type.computed.expression)
      decode(resolve(type.computed.type, .value(UInt64(bitPattern: value))), .computed(value))
    case .literal: emit(Token(.words, operand: type.literal.text))
    case .within:
      let bytes = clamped(evaluate(type.within.size))
      var bounded = source
      bounded.size = bytes
      bounded.available = min(source.available, bytes)
      isWithin = true
      decodeBounded(type.within.type, bounded, whole: true)
      isWithin = false
    case .changed: decodeChange(type, source)
    case .custom: decodeCustom(type, source)
    case .bitSet where source.isValue: decodeBits(type, in: source.value)
    case .none, .characters, .structure, .array, .list, .bitSet, .select, .records:
      guard !source.isValue else { return }
      if !decodeInPlace(resolved, source) { emitAddress(source.address) }
    }
  }

  /// Writes a group (structure, array, characters, bits) that stands at a place; false when nothing of it can be read.
  func decodeInPlace(_ index: UInt32, _ source: Source) -> Bool {
    let type = Tables.type(index)
    switch type.kind {
    case .structure: return decodeStructure(type, source)
    case .array: return decodeArray(type, source)
    case .list: return decodeList(type, source)
    case .records: return decodeRecords(type, source)
    case .characters: return decodeCharacters(type, source)
    case .bitSet: return decodeBits(type, source)
    case .none, .number, .set, .reference, .string, .buffer, .select, .custom, .inOut, .computed, .literal, .within,
      .changed:
      decode(index, source)
      return true
    }
  }
}
