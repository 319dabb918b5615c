extension Decoder {
  /// The number of a family of generic netlink, by the name that it has in the running kernel; where there is none, as
  /// `element` shows it.
  func decodeGenericFamily(_ number: UInt16, _ element: UInt32) -> Bool {
    guard let name = surroundings.genericFamily(number) else {
      decode(element, .value(UInt64(number)))
      return true
    }
    let start = record.tape.bytes.count
    record.tape.append(text: name)
    emit(
      Token(
        .named, width: 2, operand: UInt32(clamping: record.tape.bytes.count - start), value: UInt64(number),
        extra: UInt32(clamping: start)))
    return true
  }
}
