import CTableFormat
import SyscallTables

extension Decoder {
  /// A structure at a place; what is not copied yet is fetched. False, with nothing written, when it cannot be read.
  ///
  /// `source.size` is, where it is known, what the structure and all that follows it may take.
  func decodeStructure(_ type: tl_type, _ source: Source, clipped: Bool = false, tail: Tail? = nil) -> Bool {
    let structure = Tables.structure(type.structure.row)
    isWithin = false
    if structure.flags.contains(.attributes) { return decodeAttributes(type, structure, source) }
    var clipped = clipped || structure.flags.contains(.clipped)
    var frame = Frame(
      address: source.address, offset: source.offset, available: source.available, given: source.given)
    let size = Int(is32 ? structure.size32 : structure.size64)
    let isHeaded = structure.flags.contains(.headed)
    let isHead = isHeaded && source.size != 0 && source.size < size
    let isPadded = structure.flags.contains(.padded)
    let needed = (isHead || isPadded) && source.size != 0 ? min(source.size, size) : size
    if isPadded, tail == nil, (1..<size).contains(source.size), source.available > source.size {
      // What is longer than its place ends there.
      frame.available = source.size
      frame.given = source.size
    }
    if tail == nil && !clipped && source.available < needed || source.available == 0 && size > 0 && tail == nil {
      guard let (offset, read) = fetchPrefix(source.address, size) else { return false }
      if read < size && !clipped && !(isHeaded && read > 0) { return false }
      frame.offset = offset
      frame.available = read
      frame.given = read
    }
    if isPadded {
      guard pad(&frame, to: size) else { return false }
      clipped = false
    } else if frame.available < size {
      clipped = true
    }
    guard frames.count < Self.mostFrames else { return false }
    for index in 0..<min(type.structure.argumentCount, 6) {
      frame.parameters[Int(index)] = evaluate(Tables.expression(type.structure.arguments + index))
    }
    let bare = structure.flags.contains(.bare)
    let called = structure.flags.contains(.called)
    let merged = isMerged
    isMerged = false
    frames.append(frame)
    defer { frames.removeLast() }
    let follower = follower(of: structure, size, source)
    let bracketed = follower != nil && structure.flags.contains(.bracketed)
    if bracketed { emit(Token(.arrayOpen, value: source.address)) }
    if structure.field_count > 0 { emitAlias(Tables.field(structure.first_field + structure.field_count - 1)) }
    if !merged || part == .entry {
      if called {
        emit(Token(.callOpen, operand: structure.name, value: source.address))
      } else if structure.flags.contains(.listed) {
        emit(Token(.arrayOpen, value: source.address))
      } else {
        emit(Token(.structOpen, flags: bare ? .bare : [], value: source.address, extra: UInt32(structure.separator)))
      }
    }
    if isHeaded && (isHead || frame.available < size) {
      decodeHead(structure, frame, cut: !isHead)
    } else {
      let cut = structure.flags.contains(.cut)
      for index in 0..<structure.field_count {
        let field = Tables.field(structure.first_field + index)
        if merged && part == .exit && !isShownAtExit(field) { continue }
        decodeMember(field, frame, clipped: clipped, cut: cut)
      }
    }
    if let tail, !merged || part == .exit { decodeTail(tail, frame) }
    if !merged || part == .exit {
      let isListed = structure.flags.contains(.listed)
      let close: Token.Kind = called ? .callClose : isListed ? .arrayClose : .structClose
      emit(Token(close, flags: bare ? .bare : [], extra: UInt32(structure.separator)))
    }
    if structure.field_count > 0 { emitDate(Tables.field(structure.first_field + structure.field_count - 1)) }
    if let follower { decodeBounded(follower.type, follower.source) }
    if bracketed { emit(Token(.arrayClose)) }
    return true
  }

  /// The first member of a structure, and in place of the others an ellipsis, or where they would be, if they cannot be read.
  private func decodeHead(_ structure: tl_struct, _ frame: Frame, cut: Bool) {
    let first = Tables.field(structure.first_field)
    decodeMember(first, frame, clipped: true)
    guard cut else { return emit(Token(.ellipsis)) }
    emitAddress(frame.address &+ UInt64(is32 ? first.size32 : first.size64))
  }

  /// Puts zeroes behind what was read, up to the structure's size.
  private func pad(_ frame: inout Frame, to size: Int) -> Bool {
    if frame.available >= size { return true }
    guard let offset = scratch.reserve(size) else { return false }
    let target = scratch.writable(offset, size)
    guard target.count == size else { return false }
    let known = scratch.bytes(frame.offset, max(frame.available, 0))
    _ = target.initializeMemory(as: UInt8.self, repeating: 0)
    target.copyMemory(from: known)
    frame.offset = offset
    frame.available = size
    return true
  }

  /// Whether a member stands in the exit part of a merged structure.
  private func isShownAtExit(_ field: tl_field) -> Bool {
    guard field.flags.contains(.exitOnly) else { return false }
    return isMergedPartThere || field.form == .ellipsis && field.condition != 0
  }

  /// What a structure is called for short.
  private func emitAlias(_ field: tl_field) {
    guard field.form == .name else { return }
    let value = UInt64(bitPattern: evaluate(field.condition))
    emit(Token(.alias, width: 8, operand: Tables.type(field.type).constants.set, value: value))
  }

  /// The date that a structure means, as a comment behind it.
  private func emitDate(_ field: tl_field) {
    guard field.form == .date else { return }
    let seconds = evaluate(Tables.expression(field.type))
    let nanoseconds = evaluate(Tables.expression(field.type + 1))
    guard seconds != 0 || nanoseconds != 0, (0..<1_000_000_000).contains(nanoseconds) else { return }
    emit(
      Token(
        .comment, style: .seconds, width: UInt8(clamping: field.size64),
        flags: field.flags.contains(.derived) ? .derived : [],
        value: UInt64(bitPattern: seconds),
        extra: UInt32(truncatingIfNeeded: nanoseconds)))
  }

  /// What follows a structure, and where; nil when nothing does.
  private func follower(of structure: tl_struct, _ size: Int, _ source: Source) -> (type: UInt32, source: Source)? {
    guard structure.flags.contains(.hasFollower) else { return nil }
    let field = Tables.field(structure.first_field + structure.field_count)
    let offset = field.condition == 0 ? (size + 3) & ~3 : clamped(evaluate(field.condition))
    guard source.size > offset else { return nil }
    let rest = Source.place(
      address: source.address &+ UInt64(offset), offset: source.offset + offset,
      available: max(source.available - offset, 0), size: source.size - offset)
    return (resolve(field.type, rest), rest)
  }

  func decodeMember(_ field: tl_field, _ frame: Frame, clipped: Bool, cut: Bool = false) {
    if field.flags.contains(is32 ? .absent32 : .absent64) { return }
    if field.flags.contains(.verbose) && abbreviated { return }
    if field.flags.contains(.entryOnly) && part == .exit { return }
    if field.flags.contains(.exitOnly) && part == .entry { return }
    let source = memberSource(field, in: frame)
    if field.condition != 0 {
      current = source.size > 0 && source.size <= 8 ? scratch.load(source.offset, width: source.size) : 0
      if evaluate(field.condition) == 0 { return }
    }
    switch field.form {
    case .ellipsis:
      // Without a condition of its own it stands for what abbreviating left out.
      if field.condition != 0 || abbreviated { emit(Token(.ellipsis)) }
      return
    case .unknown: return emit(Token(.unknown))
    case .note: return emitNote(field.name, number: field.type == 0 ? nil : evaluate(field.type))
    case .date, .name: return
    case .value: break
    }
    if clipped && source.size > 0 && source.available < source.size && !isComputed(field.type) {
      if decodeBeginning(of: field, source) { return }
      guard cut, source.available > 0 else { return }
      if field.name != 0 { emit(Token(.name, operand: field.name)) }
      return emitString(source.offset, source.available, text: .hex, cut: false)
    }
    let type = resolve(field.type, source)
    if isNothing(type, source) { return }
    if field.flags.contains(.change) { emit(Token(.becomes)) }
    if field.name != 0 { emit(Token(.name, operand: field.name)) }
    let outerPart = part
    part = .whole
    decode(type, source)
    part = outerPart
  }

  /// A text of the tables as a note on the value before it, with a number.
  private func emitNote(_ text: UInt32, number: Int64?) {
    emit(
      Token(
        .comment, flags: number == nil ? [] : .numbered, operand: text, value: UInt64(bitPattern: number ?? 0)))
  }

  /// What is there of a structure, an array or records of which not all is; false for other members.
  private func decodeBeginning(of field: tl_field, _ source: Source) -> Bool {
    guard source.available > 0 else { return false }
    let index = resolve(field.type, source)
    let type = Tables.type(index)
    switch type.kind {
    case .structure:
      // Nothing of its first member is nothing of it.
      let structure = Tables.structure(type.structure.row)
      let first = Tables.field(structure.first_field)
      guard structure.field_count > 0, source.available >= Int(is32 ? first.size32 : first.size64) else { return false }
      if field.name != 0 { emit(Token(.name, operand: field.name)) }
      return decodeStructure(type, source, clipped: true)
    case .array:
      let size = sizeOf(type.array.element)
      guard size > 0, source.available >= size else { return false }
      if field.name != 0 { emit(Token(.name, operand: field.name)) }
      return decodeArray(type, source, most: source.available / size)
    case .records:
      if field.name != 0 { emit(Token(.name, operand: field.name)) }
      return decodeRecords(type, source)
    case .none, .number, .set, .reference, .string, .buffer, .characters, .list, .bitSet, .select, .custom, .inOut,
      .computed, .literal, .within, .changed:
      return false
    }
  }

  /// Whether a choice came to a type that shows nothing: of the member, or of what is computed in its place.
  private func isNothing(_ type: UInt32, _ source: Source) -> Bool {
    let row = Tables.type(type)
    if row.kind == .none { return true }
    guard row.kind == .computed else { return false }
    return Tables.type(resolve(row.computed.type, .value(0))).kind == .none
  }

  private func isComputed(_ type: UInt32) -> Bool {
    Tables.type(type).kind == .computed
  }

  /// Bytes behind the known members, when any of them is not zero.
  private func decodeTail(_ tail: Tail, _ frame: Frame) {
    if tail.form == .none { return }
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let isNamed = tail.form == .named
    let isText = tail.form == .bytes
    // Bytes are looked at as far as the kernel would take them: a page.
    let count = min(tail.end, isText ? 4096 : tail.first + (1 << 16)) - tail.first
    guard count > 0 else { return }
    guard let offset = fetch(frame.address &+ UInt64(tail.first), count) else { return emit(Token(.unknown)) }
    let bytes = scratch.bytes(offset, count)
    guard bytes.contains(where: { $0 != 0 }) else { return }
    if tail.form == .ellipsis || isNamed && abbreviated { return emit(Token(.ellipsis)) }
    if isNamed { emit(Token(.name, operand: tail.name)) }
    let shown = isText ? min(count, options.stringLimit) : count
    let start = append(bytes: scratch.bytes(offset, shown))
    let flags: Token.Flags = isNamed ? .noteBehind : shown < count ? .cut : []
    emit(
      Token(
        .tail, text: .hex, flags: flags, operand: UInt32(clamping: shown),
        value: Token.tail(at: start, of: count), extra: UInt32(clamping: tail.first)))
  }
}
