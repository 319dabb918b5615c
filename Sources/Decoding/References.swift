import CTableFormat
import SyscallTables

extension Decoder {
  /// A pointer and what it points to.
  func decodeReference(_ type: tl_type, _ source: Source) {
    let address = scalar(type, source)
    if part == .exit { return }
    let exits = type.referenceFlags.contains(.out)
    let enters = type.referenceFlags.contains(.in)
    if address == 0 || isBeyond(address) && !isEmptyArray(type) { return emitAddress(address) }
    if !manner.contains(.structures) && !type.referenceFlags.contains(.always)
      && !(isEmptyArray(type) || isEmptyText(type))
    {
      return emitAddress(address)
    }
    if exits && !enters && phase == .exit && !holds(type) { return emitAddress(address) }
    let pointee = enters || type.reference.exit == 0 ? type.reference.entry : type.reference.exit
    let outer = isInsideOut
    isInsideOut = outer || exits && !enters && !type.referenceFlags.contains(.late)
    defer { isInsideOut = outer }
    let opensStructure = type.referenceFlags.contains(.merged) && part == .entry
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
    return pointee.kind == .array && evaluate(pointee.array.count) == 0
  }

  /// The same of bytes, but for the place.
  private func isEmptyText(_ reference: tl_type) -> Bool {
    let pointee = pointee(of: reference)
    return pointee.kind == .characters && pointee.characters.count != 0 && evaluate(pointee.characters.count) == 0
  }

  private func pointee(of reference: tl_type) -> tl_type {
    Tables.type(reference.referenceFlags.contains(.in) ? reference.reference.entry : reference.reference.exit)
  }

  /// Whether what the call wrote is there: it succeeded, or the description's own condition holds.
  func holds(_ type: tl_type) -> Bool {
    if type.referenceFlags.contains(.late) { return true }
    // Strings and buffers have it where references do.
    let condition = type.kind == .custom ? 0 : type.reference.condition
    return condition == 0 ? record.error == 0 : evaluate(condition) != 0
  }

  /// The second half of an argument whose first was shown at entry: ` => …`.
  func decodeExitPart(_ index: UInt32, _ source: Source, _ field: UInt32) {
    let type = Tables.type(index)
    guard type.kind == .reference else { return }
    let address = truncated(source.value)
    if type.referenceFlags.contains(.merged) { return closeMerged(type, address) }
    guard address != 0, manner.contains(.structures) else { return }
    // What could not be shown before the call is not looked at again.
    if record.tape.tokens.last?.kind == .address { return }
    if !holds(type) {
      if type.referenceFlags.contains(.address) {
        emit(Token(.becomes))
        emitAddress(address)
      }
      return
    }
    if type.referenceFlags.contains(.changed) {
      let slot = Int(type.reference.extra & 7)
      guard record.isCaptured[slot], let now = digest(of: type.reference.exit, at: address),
        Int64(bitPattern: now) != record.captures[slot]
      else { return }
    }
    let mark = record.tape.tokens.count
    emit(Token(.becomes))
    // A structure none of whose members is there adds nothing.
    let isShown = decodePointee(type.reference.exit, type, address)
    let isEmpty = record.tape.tokens.count == mark + 3 && record.tape.tokens[mark + 1].kind == .structOpen
    if !isShown || isEmpty { record.tape.removeTokens(from: mark) }
  }

  /// The members that a merged structure shows at exit, and its closing brace.
  private func closeMerged(_ type: tl_type, _ address: UInt64) {
    guard record.isStructureOpen else { return }
    record.isStructureOpen = false
    isMerged = true
    isMergedPartThere = holds(type)
    if !decodePointee(type.reference.exit, type, address) { emit(Token(.structClose)) }
    isMerged = false
  }

  /// Writes what is at `address`; false, with nothing written, when it cannot be read.
  private func decodePointee(_ index: UInt32, _ reference: tl_type, _ address: UInt64) -> Bool {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let pointee = resolve(index, .value(address))
    let type = Tables.type(pointee)
    switch type.kind {
    case .structure:
      if reference.referenceFlags.contains(.sized) { return decodeSized(type, reference, address) }
      return decodeStructure(type, .place(address: address, offset: 0, available: 0))
    case .number, .set, .reference, .string,
      .buffer:
      let width = sizeOf(pointee)
      guard let offset = fetch(address, width) else { return false }
      let bare = reference.referenceFlags.contains(.bare)
      if !bare { emit(Token(.referOpen, value: address)) }
      decode(pointee, .place(address: address, offset: offset, available: width, size: width))
      if !bare { emit(Token(.referClose)) }
      return true
    case .computed:
      if !reference.referenceFlags.contains(.bare) { emit(Token(.referOpen, value: address)) }
      decode(pointee, .value(address))
      if !reference.referenceFlags.contains(.bare) { emit(Token(.referClose)) }
      return true
    case .custom:
      decode(pointee, .place(address: address, offset: 0, available: 0))
      return true
    case .within:
      let bytes = clamped(evaluate(type.within.size))
      guard let (offset, read) = fetchPrefix(address, min(bytes, Scratch.limit / 4)), read > 0 else { return false }
      decodeBounded(type.within.type, .place(address: address, offset: offset, available: read, size: bytes))
      return true
    case .none: return false
    case .characters, .array, .list, .bitSet, .select, .inOut, .literal, .records, .changed:
      return decodeInPlace(pointee, .place(address: address, offset: 0, available: 0))
    }
  }

  /// An extensible structure: the caller says how many of its bytes are valid.
  private func decodeSized(_ type: tl_type, _ reference: tl_type, _ address: UInt64) -> Bool {
    let size = unsigned(evaluate(Tables.expression(reference.reference.extra)))
    let least = clamped(evaluate(Tables.expression(reference.reference.extra + 1)))
    if size < least { return false }
    let structure = Tables.structure(type.structure.row)
    let known = Int(is32 ? structure.size32 : structure.size64)
    let count = min(size, known)
    guard let offset = fetch(address, count) else { return false }
    let source = Source.place(address: address, offset: offset, available: count)
    return decodeStructure(
      type, source, clipped: true,
      tail: size > known
        ? Tail(
          first: known, end: size, form: reference.tail,
          name: reference.tail == .named ? Tables.expression(reference.reference.extra + 2) : 0) : nil)
  }

  /// A number before and after the call: `[128 => 16]`.
  func decodeInOut(_ type: tl_type, _ source: Source) {
    let address = scalar(type, source)
    guard address != 0, manner.contains(.structures) else { return emitAddress(address) }
    let slot = Int(type.inOut.slot & 7)
    let inner = Tables.type(type.inOut.type)
    let width = inner.width == 0 ? wordSize : Int(inner.width)
    guard record.isCaptured[slot] else { return emitAddress(address) }
    let before = UInt64(bitPattern: record.captures[slot])
    emit(Token(.referOpen, value: address))
    emitScalar(inner, value: before, width: width)
    let isThere = type.inOut.condition == 0 ? record.error == 0 : evaluate(type.inOut.condition) != 0
    if phase == .exit, isThere, let after = loadScalar(type.inOut.type, at: address),
      after != before || type.referenceFlags.contains(.always)
    {
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
  var form: TailForm
  /// The string that names it.
  var name: UInt32
}
