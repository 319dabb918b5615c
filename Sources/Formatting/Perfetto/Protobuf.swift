/// A field of a message, by its number.
protocol ProtobufField: RawRepresentable<UInt64> {}

/// The wire format of Protocol Buffers: https://protobuf.dev/programming-guides/encoding
extension ByteBuffer {
  /// What a field's number is followed by.
  private enum WireType: UInt64 {
    case varint = 0
    case fixed64 = 1
    case bytes = 2
  }

  /// The bytes of a message's length, which stands before it and is known only behind it: enough for any of an `Int32`.
  private static let lengthSize = 5

  mutating func append(_ field: some ProtobufField, _ value: UInt64) {
    append(tag: field.rawValue, .varint)
    append(varint: value)
  }

  mutating func append(_ field: some ProtobufField, fixed value: UInt64) {
    append(tag: field.rawValue, .fixed64)
    withUnsafeBytes(of: value.littleEndian) { append($0) }
  }

  mutating func append(_ field: some ProtobufField, _ text: UnsafeRawBufferPointer) {
    append(tag: field.rawValue, .bytes)
    append(varint: UInt64(text.count))
    append(text)
  }

  /// Appends a message, or a text, that `body` writes.
  mutating func append(_ field: some ProtobufField, _ body: (inout ByteBuffer) -> Void) {
    append(tag: field.rawValue, .bytes)
    append(repeating: 0, times: Self.lengthSize)
    let start = count
    body(&self)
    var length = count - start
    for index in 1...Self.lengthSize {
      let more: UInt8 = index < Self.lengthSize ? 0x80 : 0
      overwrite(UInt8(truncatingIfNeeded: length & 0x7f) | more, at: start - Self.lengthSize + index - 1)
      length >>= 7
    }
  }

  private mutating func append(tag field: UInt64, _ type: WireType) { append(varint: field << 3 | type.rawValue) }

  private mutating func append(varint value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    append(UInt8(truncatingIfNeeded: rest))
  }
}
