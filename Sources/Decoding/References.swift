import CTableFormat
import SyscallTables

extension Decoder {
  /// A pointer and what it points to.
  func decodeReference(_ type: tl_type, _ source: Source) {
    let address = scalar(type, source)
    if part == .exit { return }
    let exits = type.flags & UInt8(TL_REFER_OUT) != 0
    let enters = type.flags & UInt8(TL_REFER_IN) != 0
    if address == 0 || isBeyond(address) && !isEmptyArray(type) { return emitAddress(address) }
    if !manner.contains(.structures) && type.flags & UInt8(TL_REFER_ALWAYS) == 0
      && !(isEmptyArray(type) || isEmptyText(type))
    {
      return emitAddress(address)
    }
    if exits && !enters && phase == .exit && !holds(type) { return emitAddress(address) }
    let pointee = enters || type.b == 0 ? type.a : type.b
    let outer = isInsideOut
    isInsideOut = outer || exits && !enters && type.flags & UInt8(TL_REFER_LATE) == 0
    defer { isInsideOut = outer }
    let opensStructure = type.style == 1 && part == .entry
    isMerged = opensStructure
    if opensStructure { record.isStructureOpen = true }
    if !decodePointee(pointee, type, address) {
      if opensStructure { record.isStructureOpen = false }
      emitAddress(address)
    }
    isMerged = false
  }

  /// An array of no elements is shown as such wherever it lies and even where structures are not wanted: there is
  /// nothing to look at.
  private func isEmptyArray(_ reference: tl_type) -> Bool {
    let pointee = pointee(of: reference)
    return pointee.kind == UInt8(TL_ARRAY.rawValue) && evaluate(pointee.b) == 0
  }

  /// The same of bytes, but for the place.
  private func isEmptyText(_ reference: tl_type) -> Bool {
    let pointee = pointee(of: reference)
    return pointee.kind == UInt8(TL_CHARS.rawValue) && pointee.a != 0 && evaluate(pointee.a) == 0
  }

  private func pointee(of reference: tl_type) -> tl_type {
    Tables.type(reference.flags & UInt8(TL_REFER_IN) != 0 ? reference.a : reference.b)
  }

  /// Whether what the call wrote is there: it succeeded, or the description's own condition holds.
  func holds(_ type: tl_type) -> Bool {
    if type.flags & UInt8(TL_REFER_LATE) != 0 { return true }
    return type.c == 0 ? record.error == 0 : evaluate(type.c) != 0
  }

  /// The second half of an argument whose first was shown at entry: ` => …`.
  func decodeExitPart(_ index: UInt32, _ source: Source, _ field: UInt32) {
    let type = Tables.type(index)
    guard type.kind == UInt8(TL_REFER.rawValue) else { return }
    let address = truncated(source.value)
    if type.style == 1 { return closeMerged(type, address) }
    guard address != 0, manner.contains(.structures) else { return }
    // What could not be shown before the call is not looked at again.
    if record.tape.tokens.last?.kind == .address { return }
    if !holds(type) {
      if type.flags & UInt8(TL_REFER_ADDRESS) != 0 {
        emit(Token(.becomes))
        emitAddress(address)
      }
      return
    }
    if type.flags & UInt8(TL_REFER_CHANGED) != 0 {
      let slot = Int(type.d & 7)
      guard record.isCaptured[slot], let now = digest(of: type.b, at: address),
        Int64(bitPattern: now) != record.captures[slot]
      else { return }
    }
    let mark = record.tape.tokens.count
    emit(Token(.becomes))
    // A structure none of whose members is there adds nothing.
    let isShown = decodePointee(type.b, type, address)
    let isEmpty = record.tape.tokens.count == mark + 3 && record.tape.tokens[mark + 1].kind == .structOpen
    if !isShown || isEmpty { record.tape.removeTokens(from: mark) }
  }

  /// The members that a merged structure shows at exit, and its closing brace.
  private func closeMerged(_ type: tl_type, _ address: UInt64) {
    guard record.isStructureOpen else { return }
    record.isStructureOpen = false
    isMerged = true
    isMergedPartThere = holds(type)
    if !decodePointee(type.b, type, address) { emit(Token(.structClose)) }
    isMerged = false
  }

  /// Writes what is at `address`; false, with nothing written, when it cannot be read.
  private func decodePointee(_ index: UInt32, _ reference: tl_type, _ address: UInt64) -> Bool {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let pointee = resolve(index, .value(address))
    let type = Tables.type(pointee)
    switch Int(type.kind) {
    case Int(TL_STRUCT.rawValue):
      if reference.flags & UInt8(TL_REFER_SIZED) != 0 { return decodeSized(type, reference, address) }
      return decodeStructure(type, .place(address: address, offset: 0, available: 0))
    case Int(TL_NUMBER.rawValue), Int(TL_SET.rawValue), Int(TL_REFER.rawValue), Int(TL_STRING.rawValue),
      Int(TL_BUFFER.rawValue):
      let width = sizeOf(pointee)
      guard let offset = fetch(address, width) else { return false }
      let bare = reference.flags & UInt8(TL_REFER_BARE) != 0
      if !bare { emit(Token(.referOpen, value: address)) }
      decode(pointee, .place(address: address, offset: offset, available: width, size: width))
      if !bare { emit(Token(.referClose)) }
      return true
    case Int(TL_VALUE.rawValue):
      if reference.flags & UInt8(TL_REFER_BARE) == 0 { emit(Token(.referOpen, value: address)) }
      decode(pointee, .value(address))
      if reference.flags & UInt8(TL_REFER_BARE) == 0 { emit(Token(.referClose)) }
      return true
    case Int(TL_CUSTOM.rawValue):
      decode(pointee, .place(address: address, offset: 0, available: 0))
      return true
    case Int(TL_NONE.rawValue): return false
    default:
      return decodeInPlace(pointee, .place(address: address, offset: 0, available: 0))
    }
  }

  /// An extensible structure: the caller says how many of its bytes are valid.
  private func decodeSized(_ type: tl_type, _ reference: tl_type, _ address: UInt64) -> Bool {
    let size = unsigned(evaluate(Tables.expression(reference.d)))
    let least = clamped(evaluate(Tables.expression(reference.d + 1)))
    if size < least { return false }
    let structure = Tables.structure(type.a)
    let known = Int(is32 ? structure.size32 : structure.size64)
    let count = min(size, known)
    guard let offset = fetch(address, count) else { return false }
    let source = Source.place(address: address, offset: offset, available: count)
    return decodeStructure(
      type, source, clipped: true,
      tail: size > known
        ? Tail(
          first: known, end: size, form: reference.text,
          name: reference.text == UInt8(TL_TAIL_NAMED.rawValue) ? Tables.expression(reference.d + 2) : 0) : nil)
  }

  /// A number before and after the call: `[128 => 16]`.
  func decodeInOut(_ type: tl_type, _ source: Source) {
    let address = scalar(type, source)
    guard address != 0, manner.contains(.structures) else { return emitAddress(address) }
    let slot = Int(type.d & 7)
    let inner = Tables.type(type.a)
    let width = inner.width == 0 ? wordSize : Int(inner.width)
    guard record.isCaptured[slot] else { return emitAddress(address) }
    let before = UInt64(bitPattern: record.captures[slot])
    emit(Token(.referOpen, value: address))
    emitScalar(inner, value: before, width: width)
    if phase == .exit, record.error == 0, let after = loadScalar(type.a, at: address), after != before {
      emit(Token(.becomes))
      emitScalar(inner, value: after, width: width)
    }
    emit(Token(.referClose))
  }
}

/// The bytes behind the known part of a structure, from `first` up to `end`, as offsets in it.
struct Tail {
  var first: Int
  var end: Int
  /// `enum tl_tail`
  var form: UInt8
  /// The string that names it.
  var name: UInt32
}
