import CTableFormat
import Settings
import SyscallTables

extension Decoder {
  /// Text behind a pointer, up to its NUL.
  func decodeString(_ type: tl_type, _ source: Source) {
    let address = scalar(type, source)
    if address == 0 { return emitAddress(0) }
    if type.referenceFlags.contains(.out) && phase == .exit && !holds(type) { return emitAddress(address) }
    let isPath = type.text == .path
    // A list of texts is what a new program is given.
    let isOmitted = options.omitsArguments && !arrayPath.isEmpty && !isInEnvironment
    var limit = isPath ? DecodingOptions.longestPath : isOmitted ? 0 : options.stringLimit
    var isBounded = false
    if type.string.most != 0 {
      let said = evaluate(type.string.most)
      let most = clamped(said)
      isBounded = !isPath && most <= limit
      limit = min(limit, most)
      // There is nothing to look at.
      if isPath ? said < 0 : most == 0 {
        return isBeyond(address) ? emitAddress(address) : emitString(scratch.used, 0, text: type.text, cut: isPath)
      }
    }
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let text = fetchString(address, limit: limit, isBounded: isBounded) else { return emitAddress(address) }
    emitString(text.offset, text.count, text: type.text, cut: !text.ended)
    if isPath && text.ended && text.count > 0 && options.annotations.contains(.contexts) {
      annotateContext(of: .path(scratch.bytes(text.offset, text.count), relativeTo: directory))
    }
  }

  /// The address behind the NUL of the text at one; 0 when the text would be cut, unless it `isWhole`, or cannot be read.
  func addressBehindText(at address: UInt64, isWhole: Bool = false) -> UInt64 {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let limit = isWhole ? DecodingOptions.longestPath : options.stringLimit
    guard let text = fetchString(truncated(address), limit: limit, isBounded: false), text.ended else { return 0 }
    return address &+ UInt64(text.count) &+ 1
  }

  /// Whether 64 bits hold an address that a machine of 32 bits does not have.
  func isBeyond(_ address: UInt64) -> Bool { abi.wordSize == 4 && address > UInt64(UInt32.max) }

  /// Copies text up to its NUL or `limit` bytes; nil when memory that cannot be read comes first. The byte behind must be
  /// there too, unless the text `isBounded` by them.
  private func fetchString(_ address: UInt64, limit: Int, isBounded: Bool) -> (offset: Int, count: Int, ended: Bool)? {
    let start = scratch.used
    var count = 0
    var next = address
    while count <= limit {
      // Up to the end of the page, so that a string at the end of memory is read in one go.
      let pageLeft = 4096 - Int(next & 4095)
      let chunk = min(pageLeft, limit + 1 - count, count == 0 ? 256 : 4096)
      let isWhole = isBounded && count > 0 && count == limit
      guard let (offset, read) = fetchPrefix(next, chunk) else {
        if isWhole { return (start, limit, false) }
        noteShortRead(of: count, of: limit + 1, at: address)
        return nil
      }
      let bytes = scratch.bytes(offset, read)
      if let end = bytes.firstIndex(of: 0) {
        return count + end <= limit ? (start, count + end, true) : (start, limit, false)
      }
      count += read
      if read < chunk {
        if isBounded && count == limit { return (start, limit, false) }
        noteShortRead(of: count, of: limit + 1, at: address)
        return nil
      }
      next = next &+ UInt64(read)
    }
    return (start, limit, false)
  }

  /// A text that begins in memory and does not end there.
  private func noteShortRead(of count: Int, of wanted: Int, at address: UInt64) {
    guard count > 0, readsLive else { return }
    record.shortRead = CallRecord.ShortRead(count: count, wanted: wanted, address: address)
  }

  /// Counted bytes behind a pointer.
  func decodeBuffer(_ type: tl_type, _ source: Source) {
    let address = scalar(type, source)
    let isOut = type.referenceFlags.contains(.out)
    if isOut && phase == .exit && !holds(type) { return emitAddress(address) }
    let length = evaluate(type.buffer.count)
    if dataRequests != nil, type.text == .data {
      request(address, UInt64(bitPattern: length), isOut: isOut)
    }
    if address == 0 || isBeyond(address) { return emitAddress(address) }
    let count = unsigned(length)
    let shown = min(count, options.stringLimit)
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    // One byte more than shown, as far as there is one: a buffer that cannot be read as a whole is not shown in part.
    guard let offset = fetch(address, min(count, shown + 1)) else { return emitAddress(address) }
    emitString(offset, shown, text: type.text, cut: count > shown)
  }

  /// Characters in place: a member, or as many bytes as the type says.
  func decodeCharacters(_ type: tl_type, _ source: Source) -> Bool {
    let count = type.characters.count == 0 ? source.size : min(clamped(evaluate(type.characters.count)), Scratch.limit)
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    var offset = source.offset
    var text = type.text
    switch text {
    case .field, .path, .string:
      var known = count
      if source.available < count {
        guard let (fetched, read) = fetchPrefix(source.address, count) else { return false }
        // What is behind the NUL need not be there.
        guard
          read == count || text == .string && read > options.stringLimit
            || text == .string && scratch.bytes(fetched, read).contains(0)
        else { return false }
        offset = fetched
        known = read
      }
      let bytes = scratch.bytes(offset, known)
      let end = bytes.firstIndex(of: 0)
      var shown = end ?? count
      var cut = end == nil && count > 0 && text != .path
      if text == .string, shown > options.stringLimit {
        shown = options.stringLimit
        cut = true
      } else if cut, shown > 0, text == .field {
        // The last character of an array is there for the NUL.
        shown -= 1
      }
      text = .field
      emitString(offset, shown, text: text, cut: cut)
    case .bytes, .data, .hex,
      .trimmed:
      let shown = min(count, options.stringLimit)
      // Behind a pointer, and past the end of a member, one byte more than shown, as of a buffer.
      let needed = source.available == 0 || count > source.size ? min(count, shown + 1) : shown
      if source.available < needed {
        guard let fetched = fetch(source.address, needed) else { return false }
        offset = fetched
      }
      emitString(offset, shown, text: text, cut: count > shown)
    case .ended:
      let shown = min(count, options.stringLimit)
      if source.available < shown {
        guard let fetched = fetch(source.address, shown) else { return false }
        offset = fetched
      }
      emitString(offset, shown, text: text, cut: scratch.bytes(offset, shown).last != 0)
    case .rest:
      let shown = min(count, options.stringLimit)
      if source.available < shown {
        guard let fetched = fetch(source.address, shown) else { return false }
        offset = fetched
      }
      let start = append(bytes: scratch.bytes(offset, shown))
      let first = source.address &- (frames.last?.address ?? source.address)
      emit(
        Token(
          .tail, text: .hex, flags: count > shown ? .cut : [],
          operand: UInt32(clamping: shown), value: Token.tail(at: start, of: count), extra: UInt32(clamping: first)))
    case .hardware:
      let whole = options.constants == .abbreviated ? count : max(count, source.size)
      if source.available < whole {
        guard let fetched = fetch(source.address, whole) else { return false }
        offset = fetched
      }
      // How many of the bytes are the address.
      emit(
        Token(
          .string, text: .hardware, operand: UInt32(clamping: whole),
          value: UInt64(append(bytes: scratch.bytes(offset, whole))), extra: UInt32(clamping: count)))
    default:
      if source.available < count {
        guard let fetched = fetch(source.address, count) else { return false }
        offset = fetched
      }
      let isCut = isWithin && text == .wholeHex && source.size > count
      if text == .whole { text = .bytes }
      if text == .wholeHex { text = .hex }
      emitString(offset, count, text: text, cut: isCut)
    }
    return true
  }

  func emitString(_ offset: Int, _ count: Int, text: TextForm, cut: Bool) {
    let start = append(bytes: scratch.bytes(offset, count))
    emit(
      Token(
        .string, text: text, flags: cut ? .cut : [], operand: UInt32(clamping: count), value: UInt64(start)))
  }
}
