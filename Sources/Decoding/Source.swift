/// Where a value is: in a register, or in memory of which a copy is in ``Scratch``.
struct Source {
  /// In a register (or computed): `value` is it. Otherwise in memory.
  var isValue: Bool
  var value: UInt64 = 0
  /// Where it is in the tracee.
  var address: UInt64 = 0
  /// Where its copy begins in the scratch memory, and how many bytes from there on were copied.
  var offset = 0
  var available = 0
  /// Bytes of the member or element; 0 = as the type says.
  var size = 0
  /// Bytes from `offset` on that the tracee gave, where that is less than `available`.
  var given: Int?
  var bit: UInt8 = 0
  var bits: UInt8 = 0

  static func value(_ value: UInt64) -> Source { Source(isValue: true, value: value) }

  /// What an expression came to: an address among it has 64 bits, whatever the tracee's have.
  static func computed(_ value: Int64) -> Source { Source(isValue: true, value: UInt64(bitPattern: value), size: 8) }

  static func place(address: UInt64, offset: Int, available: Int, size: Int = 0) -> Source {
    Source(isValue: false, address: address, offset: offset, available: available, size: size)
  }
}

/// A structure that is being decoded.
struct Frame {
  var address: UInt64
  var offset: Int
  /// Bytes from `offset` on that can be loaded, and those of them that the tracee gave: the rest is padding.
  var available: Int
  var given: Int
  var parameters: InlineArray<6, Int64> = .init(repeating: 0)

  init(address: UInt64, offset: Int, available: Int, given: Int? = nil) {
    self.address = address
    self.offset = offset
    self.available = available
    self.given = given ?? available
  }
}
