import CTableFormat
import SyscallTables

extension Decoder {
  /// Elements one after the other. False, with nothing written, when the first cannot be read, or any of a number that is
  /// always the same, unless each is read by itself.
  ///
  /// At most `most` of them, where no more are there.
  func decodeArray(_ type: tl_type, _ source: Source, most: Int = .max) -> Bool {
    let elements = evaluate(type.array.count)
    // As an unsigned number it is more than memory can hold, or more than what is behind the address.
    if elements < 0 { return false }
    let (bytes, overflow) = UInt64(elements).multipliedReportingOverflow(by: UInt64(sizeOf(type.array.element)))
    if overflow || source.address.addingReportingOverflow(bytes).overflow { return false }
    let count = min(clamped(elements), most)
    if count == 0 {
      emit(Token(.arrayOpen, value: source.address))
      emit(Token(.arrayClose))
      return true
    }
    guard isConstant(type.array.count), !type.arrayFlags.contains(.each) else {
      let isWhole = type.arrayFlags.contains(.most) && !type.arrayFlags.contains(.short)
      return decodeElements(type, source, count: count, endsAtZero: false, isWhole: isWhole)
    }
    let size = count.multipliedReportingOverflow(by: sizeOf(type.array.element)).partialValue
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    var source = source
    if size > 0 && source.available < size {
      guard let offset = fetch(source.address, size) else { return false }
      source.offset = offset
      source.available = size
    }
    return decodeElements(type, source, count: count, endsAtZero: false, isWhole: !type.arrayFlags.contains(.short))
  }

  private func isConstant(_ expression: UInt32) -> Bool {
    Tables.step(expression).op == .small && Tables.step(expression + 1).op == .end
  }

  /// Elements up to one that is all zero.
  func decodeList(_ type: tl_type, _ source: Source) -> Bool {
    let most = type.array.count == 0 ? 1 << 20 : clamped(evaluate(type.array.count))
    return decodeElements(type, source, count: most, endsAtZero: true)
  }

  /// Where `isWhole`, all of them are shown, also when abbreviating.
  private func decodeElements(
    _ type: tl_type, _ source: Source, count: Int, endsAtZero: Bool, isWhole: Bool = false
  ) -> Bool {
    let element = type.array.element
    let size = sizeOf(element)
    guard size > 0 else { return false }
    var source = source
    let outerMark = scratch.used
    defer { scratch.release(to: outerMark) }
    if source.available < size {
      // What is likely to be shown, in one read.
      let wanted = abbreviated ? min(count, options.stringLimit + 1) : count
      let total = min(wanted.multipliedReportingOverflow(by: size).partialValue, endsAtZero ? 512 : 16 << 10)
      guard let (offset, read) = fetchPrefix(source.address, max(total, size)), read >= size else {
        return explainsByAddress(type, source.address, isFirst: true)
      }
      source.offset = offset
      source.available = read
    }
    let outerIndex = elementIndex
    let outerElements = elements
    elements = Elements(offset: source.offset, end: source.offset + source.available, size: size)
    arrayPath.append(0)
    defer {
      elementIndex = outerIndex
      elements = outerElements
      arrayPath.removeLast()
    }
    let isLimited = type.arrayFlags.contains(.most)
    let limit = isLimited ? clamped(evaluate(type.array.condition)) : .max
    var shown = 0
    for index in 0..<count {
      let mark = scratch.used
      defer { scratch.release(to: mark) }
      let distance = index.multipliedReportingOverflow(by: size).partialValue
      let address = truncated(source.address &+ UInt64(truncatingIfNeeded: distance))
      // An array of any number of elements that nobody wants ends, too.
      if index >= limit || index - shown >= Self.mostDescriptors {
        if index == 0 { emit(Token(.arrayOpen, value: source.address)) }
        emit(Token(.ellipsis))
        break
      }
      // The element behind those that are shown is looked at, too.
      guard let offset = copyOfElement(at: address, size, distance, in: source) else {
        if !explainsByAddress(type, address, isFirst: false) { emit(Token(.unreadable, value: address)) }
        break
      }
      if index == 0 { emit(Token(.arrayOpen, value: source.address)) }
      if endsAtZero && scratch.bytes(offset, size).allSatisfy({ $0 == 0 }) { break }
      let place = Source.place(address: address, offset: offset, available: size, size: size)
      if type.array.condition != 0 && !isLimited && !isWanted(place, element, type.array.condition) { continue }
      if isWhole ? record.tape.isFull : isEnough(shown) {
        emit(Token(.ellipsis))
        if options.looksForDescriptors { lookForDescriptors(type, source, from: index, to: count) }
        break
      }
      elementIndex = Int64(index)
      arrayPath[arrayPath.count - 1] = elementIndex
      if type.array.indices != 0 { emit(Token(.index, operand: type.array.indices, value: UInt64(index))) }
      decode(element, place)
      shown += 1
    }
    emit(Token(.arrayClose))
    return true
  }

  /// As many as a process may have by default; see `nr_open` in proc_sys_fs(5).
  private static let mostDescriptors = 1 << 20

  /// Of what a result tells of, the address where reading ended stands among the elements. False for anything else.
  private func explainsByAddress(_ type: tl_type, _ address: UInt64, isFirst: Bool) -> Bool {
    guard isExplaining, type.array.condition != 0, !type.arrayFlags.contains(.most) else { return false }
    if isFirst { emit(Token(.arrayOpen, value: address)) }
    emitAddress(address)
    if isFirst { emit(Token(.arrayClose)) }
    return true
  }

  /// Keeps the descriptors in elements that are not shown; shows nothing.
  private func lookForDescriptors(_ type: tl_type, _ source: Source, from first: Int, to count: Int) {
    let element = type.array.element
    let size = sizeOf(element)
    for index in first..<count {
      let mark = scratch.used
      defer { scratch.release(to: mark) }
      let distance = index.multipliedReportingOverflow(by: size).partialValue
      let address = truncated(source.address &+ UInt64(truncatingIfNeeded: distance))
      guard let offset = copyOfElement(at: address, size, distance, in: source) else { break }
      let shown = record.tape.tokens.count
      decode(element, .place(address: address, offset: offset, available: size, size: size))
      for token in record.tape.tokens[shown...] where token.kind == .number && token.style == .fd {
        record.descriptorsNotShown.append(Int32(truncatingIfNeeded: token.value))
      }
      record.tape.removeTokens(from: shown)
      // Another of that kind need not be looked at to know that there is none. The walk ends
      // however long a tracee says that the array is.
      if index == first && record.descriptorsNotShown.isEmpty || record.tape.isFull { break }
      if record.descriptorsNotShown.count >= Self.mostDescriptors { break }
    }
  }

  /// Where the copy of an element is: in the enclosing structure's, or fetched now.
  private func copyOfElement(at address: UInt64, _ size: Int, _ distance: Int, in source: Source) -> Int? {
    if distance >= 0, distance <= source.available - size { return source.offset + distance }
    return fetch(address, size)
  }

  private func isWanted(_ place: Source, _ element: UInt32, _ condition: UInt32) -> Bool {
    frames.append(Frame(address: place.address, offset: place.offset, available: place.available))
    defer { frames.removeLast() }
    return evaluate(condition) != 0
  }

  /// Bits in words of the tracee's size.
  func decodeBits(_ type: tl_type, _ source: Source) -> Bool {
    let whole = min(clamped(evaluate(type.bitSet.count)), Self.mostDescriptors)
    let count = type.bitSet.most == 0 ? whole : min(whole, clamped(evaluate(type.bitSet.most)))
    let named = type.bits == .names
    if count == 0 && type.bits == .descriptors { return false }
    // The kernel keeps bitmaps in words.
    let bytes =
      named || type.bits == .descriptors ? (count + wordSize * 8 - 1) / (wordSize * 8) * wordSize : (count + 7) / 8
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    var offset = source.offset
    if source.available < bytes {
      guard let fetched = fetch(source.address, bytes) else { return false }
      offset = fetched
    }
    if type.bits == .descriptors, !isExplaining, options.annotations.contains(.descriptors) {
      emitDescriptors(source.address, offset, count)
      return true
    }
    let start = append(bytes: scratch.bytes(offset, bytes))
    var end = named && abbreviated ? endOfFirstBits(offset, count) : count
    if isExplaining, type.bits == .descriptors { end = endOfReady(offset, count) }
    emit(
      Token(
        .bits, bits: type.bits, width: UInt8(wordSize), flags: end < whole ? .cut : [], operand: type.bitSet.set,
        value: UInt64(start), extra: UInt32(clamping: end)))
    if named && type.bits == .names && options.constants == .verbose { tellWords(offset, bytes) }
    return true
  }

  /// Tells the words that named bits are kept in.
  private func tellWords(_ offset: Int, _ count: Int) {
    tell(.words) {
      emit(Token(.name, operand: DetailName.words))
      let start = append(bytes: scratch.bytes(offset, count))
      emit(
        Token(
          .bits, bits: .words, width: UInt8(wordSize), value: UInt64(start), extra: UInt32(clamping: count * 8)))
    }
  }

  /// A set of descriptors, each with what it is: an explanation of the result has their numbers alone.
  private func emitDescriptors(_ address: UInt64, _ offset: Int, _ count: Int) {
    emit(Token(.arrayOpen, flags: .spaced, value: address))
    for bit in 0..<count where scratch.load(offset + bit / 8, width: 1) >> UInt64(bit % 8) & 1 != 0 {
      if record.tape.isFull {
        emit(Token(.ellipsis))
        break
      }
      let number = UInt64(bit)
      emit(Token(.number, style: .fd, width: 4, flags: .signed, value: number))
      annotate(style: .fd, value: number)
    }
    emit(Token(.arrayClose))
  }

  /// Bits in a register.
  func decodeBits(_ type: tl_type, in word: UInt64) {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let offset = scratch.reserve(8) else { return }
    withUnsafeBytes(of: word.littleEndian) { scratch.writable(offset, 8).copyMemory(from: $0) }
    _ = decodeBits(type, .place(address: 0, offset: offset, available: 8))
  }

  /// Where the descriptors end that the result tells of: in all sets together there are as many as it says.
  private func endOfReady(_ offset: Int, _ count: Int) -> Int {
    for bit in 0..<count where scratch.load(offset + bit / 8, width: 1) >> UInt64(bit % 8) & 1 != 0 {
      if readyLeft == 0 { return bit }
      readyLeft -= 1
    }
    return count
  }

  /// Where the bits end that are shown when abbreviating: before the fifth that is set, or at `count`.
  private func endOfFirstBits(_ offset: Int, _ count: Int) -> Int {
    var found = 0
    for bit in 0..<count where scratch.load(offset + bit / 8, width: 1) >> UInt64(bit % 8) & 1 != 0 {
      if found == 4 { return bit }
      found += 1
    }
    return count
  }
}
