import CTableFormat
import SyscallTables

extension Decoder {
  /// Bytes of a scalar type, or of the member that a flexible one describes.
  func scalarWidth(_ type: tl_type, _ source: Source) -> Int {
    switch type.kind {
    case .number, .set:
      if !source.isValue, type.scalarFlags.contains(.flexible), source.size != 0 { return source.size }
      return type.width == 0 ? source.isValue ? registerSize : wordSize : Int(type.width)
    case .select where source.isValue && type.width != 0: return Int(type.width)
    case .none, .reference, .string, .buffer, .characters, .structure, .array, .list, .bitSet, .select, .custom, .inOut,
      .computed, .literal, .records, .within, .changed:
      return (1...8).contains(source.size) ? source.size : source.isValue ? registerSize : wordSize
    }
  }

  /// The number at `source`, extended from its width to 64 bits as its type says.
  @inline(__always)
  func scalar(_ type: tl_type, _ source: Source) -> UInt64 { scalar(type, source, width: scalarWidth(type, source)) }

  @inline(__always)
  private func scalar(_ type: tl_type, _ source: Source, width: Int) -> UInt64 {
    let value =
      source.isValue ? source.value : scratch.load(source.offset, width: min(width, max(source.available, 0)))
    if source.bits != 0 { return (value &>> UInt64(source.bit)) & Self.mask(Int(source.bits)) }
    return extended(value, type, width: width)
  }

  /// The low `width` bytes of a number, as its type says.
  @inline(__always)
  private func extended(_ value: UInt64, _ type: tl_type, width: Int) -> UInt64 {
    var value = value & Self.mask(width &* 8)
    guard isScalar(type), !type.scalarFlags.isDisjoint(with: [.bigEndian, .signed]) else { return value }
    let unused = UInt64(truncatingIfNeeded: 64 &- width &* 8)
    if type.scalarFlags.contains(.bigEndian) { value = value.byteSwapped &>> unused }
    guard type.scalarFlags.contains(.signed), width < 8 else { return value }
    return UInt64(bitPattern: Int64(bitPattern: value &<< unused) &>> Int64(bitPattern: unused))
  }

  @inline(__always)
  func isScalar(_ type: tl_type) -> Bool {
    type.kind == .number || type.kind == .set
  }

  static func mask(_ bits: Int) -> UInt64 {
    bits >= 64 ? .max : (1 &<< UInt64(truncatingIfNeeded: max(bits, 0))) &- 1
  }

  /// The scalar of a type at an address of the tracee; nil when it cannot be read.
  func loadScalar(_ index: UInt32, at address: UInt64) -> UInt64? {
    let type = Tables.type(index)
    let width = scalarWidth(type, .value(0))
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let offset = fetch(address, width) else { return nil }
    return scalar(type, .place(address: address, offset: offset, available: width))
  }

  func emitScalar(_ type: tl_type, _ source: Source) {
    let width = scalarWidth(type, source)
    emitScalar(type, value: scalar(type, source, width: width), width: width)
  }

  /// A scalar in a register.
  @inline(__always)
  func emitRegister(_ type: tl_type, _ value: UInt64) {
    let width = type.width == 0 ? registerSize : Int(type.width)
    emitScalar(type, value: extended(value, type, width: width), width: width)
  }

  func emitScalar(_ type: tl_type, value: UInt64, width: Int) {
    var flags: Token.Flags = type.scalarFlags.contains(.signed) ? .signed : []
    if type.kind == .set {
      if type.scalarFlags.contains(.bigEndian) { flags.insert(.networkOrder) }
      emit(
        Token(
          .set, style: type.style, width: UInt8(clamping: width), flags: flags, operand: type.constants.set,
          value: value))
      return
    }
    // A descriptor is an int, however wide the field that it stands in.
    let isWideDescriptor = width == 8 && type.style == .fd
    let width = isWideDescriptor ? 4 : width
    emit(Token(.number, style: type.style, width: UInt8(clamping: width), flags: flags, value: value))
    if !options.annotations.isEmpty { annotate(style: type.style, value: value) }
  }
}
