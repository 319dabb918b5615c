import CTableFormat
import SyscallTables

extension Decoder {
  /// What no table can say: the decoders that descriptions reach by `custom(NAME)`, by their number in the tables.
  func decodeCustom(_ type: tl_type, _ source: Source) {
    let place = source.isValue ? truncated(source.value) : source.address
    var parameters = InlineArray<6, Int64>(repeating: 0)
    for index in 0..<min(type.c, 6) {
      parameters[Int(index)] = evaluate(Tables.expression(type.b + index))
    }
    switch tl_custom(type.a) {
    default: emitAddress(place)
    }
  }
}
