import CTableFormat
import SyscallTables

/// Where the copies of an array's elements are, as far as they were read together.
struct Elements {
  /// The copies of the first ones in the scratch memory, and what they end at.
  var offset: Int
  var end: Int
  var size: Int
  /// A member's sum over the elements before one of them, so that the next one adds but one to it.
  var sum: (field: UInt32, before: Int, total: Int64) = (0, 0, 0)
}

/// Attributes of a netlink message (or of another attribute), up to the one that is being shown.
struct AttributeList {
  /// The first attribute's copy in the scratch memory, and that of the one being shown.
  var first: Int
  var current: Int
}

extension Decoder {
  /// The bytes of an attribute's header: its length with the header, and its type, 16 bits each.
  private static let attributeHeader = 4

  /// Netlink attributes (netlink(7), `struct nlattr`), one after the other, in `source.size` bytes.
  func decodeAttributes(_ type: tl_type, _ structure: tl_struct, _ source: Source) -> Bool {
    guard frames.count < Self.mostFrames else { return false }
    var parameters = Parameters(repeating: 0)
    for index in 0..<min(type.structure.argumentCount, 6) {
      parameters[Int(index)] = evaluate(Tables.expression(type.structure.arguments + index))
    }
    attributeLists.append(AttributeList(first: source.offset, current: source.offset))
    defer { attributeLists.removeLast() }
    return decodeChain(
      source, header: Self.attributeHeader, lengthWidth: 2, rest: { emitBytes($0) },
      element: { attribute, length in
        attributeLists[attributeLists.count - 1].current = attribute.offset
        decodeAttribute(structure, parameters, attribute, length)
      })
  }

  /// One attribute: its header, and behind it its value, in brackets.
  private func decodeAttribute(_ structure: tl_struct, _ parameters: Parameters, _ source: Source, _ length: Int) {
    let head = Frame(address: source.address, offset: source.offset, available: Self.attributeHeader)
    let hasValue = length > Self.attributeHeader
    if hasValue { emit(Token(.arrayOpen, value: source.address)) }
    emit(Token(.structOpen, value: source.address))
    decodeMember(Tables.field(structure.first_field), head, clipped: false)
    decodeMember(Tables.field(structure.first_field + 1), head, clipped: false)
    emit(Token(.structClose))
    guard hasValue else { return }
    let value = Source.place(
      address: source.address &+ UInt64(Self.attributeHeader), offset: source.offset + Self.attributeHeader,
      available: min(source.available, length) - Self.attributeHeader, size: length - Self.attributeHeader)
    var frame = Frame(address: value.address, offset: value.offset, available: value.size)
    frame.parameters = parameters
    frames.append(frame)
    let choice = Tables.type(Tables.field(structure.first_field + 2).type)
    // The upper two bits are flags.
    let number = Int64(scratch.load(source.offset + 2, width: 2) & 0x3fff)
    decodeBounded(
      select(number, first: choice.select.cases, count: choice.select.caseCount, otherwise: choice.select.otherwise),
      value)
    frames.removeLast()
    emit(Token(.arrayClose))
  }

  /// The text of the last attribute of a type before the one being shown, as the number that stands for it.
  func text(ofSibling type: UInt16) -> UInt64 {
    guard let list = attributeLists.last else { return 0 }
    var position = list.first
    var found: UInt64 = 0
    while position < list.current {
      let length = Int(scratch.load(position, width: 2))
      if scratch.load(position + 2, width: 2) & 0x3fff == UInt64(type) {
        let bytes = scratch.bytes(position + Self.attributeHeader, max(length - Self.attributeHeader, 0))
        let count = bytes.firstIndex(of: 0) ?? bytes.count
        found = Self.number(ofText: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
      }
      position += max((length + 3) & ~3, Self.attributeHeader)
    }
    return found
  }

  /// The number that stands for a text in expressions.
  static func number(ofText bytes: UnsafeRawBufferPointer) -> UInt64 {
    tl_text_number(bytes.assumingMemoryBound(to: UInt8.self).baseAddress, UInt64(bytes.count))
  }

  /// A value in `source.size` bytes: as its type says if they are enough for it, else as bytes.
  func decodeBounded(_ index: UInt32, _ source: Source, whole: Bool = false) {
    let resolved = resolve(index, source)
    var type = Tables.type(resolved)
    guard holds(type, resolved, source) else { return emitBytes(source, whole: whole) }
    if isCut(type, resolved, source) { return emitAddress(source.address) }
    switch type.kind {
    case .number, .set:
      let width = scalarWidth(type, .value(0))
      let isWide = isAsWideAsItsPlace(type)
      guard source.available >= (isWide ? source.size : width) else { return emitAddress(source.address) }
      if isWide { type.scalarFlags.insert(.flexible) }
      emitScalar(type, source)
    case .none, .reference, .string, .buffer, .characters, .structure, .array, .list, .bitSet, .select, .custom, .inOut,
      .computed, .literal, .records, .within, .changed:
      decode(resolved, source)
    }
  }

  /// Whether `source.size` bytes are what a value of a type can take.
  private func holds(_ type: tl_type, _ index: UInt32, _ source: Source) -> Bool {
    switch type.kind {
    case .none: return false
    case .set:
      return source.size <= 8 && source.size >= (isAsWideAsItsPlace(type) ? 1 : sizeOf(index))
    case .number:
      if isAsWideAsItsPlace(type) { return (1...8).contains(source.size) }
      return source.size >= sizeOf(index)
    case .array: return source.size >= sizeOf(type.array.element)
    case .structure:
      let flags = Tables.structure(type.structure.row).flags
      if !flags.isDisjoint(with: [.attributes, .headed, .clipped, .padded]) {
        return true
      }
      return source.size >= sizeOf(index)
    case .reference, .string, .buffer, .characters, .list, .bitSet, .select, .custom, .inOut, .computed, .literal,
      .records, .within, .changed:
      return true
    }
  }

  /// Whether a structure cannot be read as far as its place has room for it.
  private func isCut(_ type: tl_type, _ index: UInt32, _ source: Source) -> Bool {
    guard type.kind == .structure else { return false }
    let flags = Tables.structure(type.structure.row).flags
    return flags.isDisjoint(with: [.attributes, .headed]) && source.available < min(source.size, sizeOf(index))
  }

  /// Whether a number is as wide as its attribute.
  private func isAsWideAsItsPlace(_ type: tl_type) -> Bool {
    type.style == .ticks || type.scalarFlags.contains(.flexible)
  }

  /// The bytes of a value that says nothing else, cut as strings are unless they are wanted `whole`.
  func emitBytes(_ source: Source, whole: Bool = false) {
    let shown = whole ? source.size : min(source.size, options.stringLimit)
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    var offset = source.offset
    if source.available < shown {
      guard let fetched = fetch(source.address, shown) else { return emitAddress(source.address) }
      offset = fetched
    }
    emitString(offset, shown, text: .hex, cut: source.size > shown)
  }

  /// A number, and before it what it was, if that was another.
  func decodeChange(_ type: tl_type, _ source: Source) {
    let inner = Tables.type(resolve(type.changed.type, source))
    let width = scalarWidth(inner, source)
    let before = scalar(inner, .value(UInt64(bitPattern: evaluate(type.changed.before))))
    let now = scalar(inner, source)
    if before != now {
      emitScalar(inner, value: before, width: width)
      emit(Token(.becomes))
    }
    emitScalar(inner, value: now, width: width)
  }
}
