import CTableFormat
import SyscallTables

extension Decoder {
  /// Where decoding goes on at exit: the argument after the last that was shown.
  struct Resume {
    var variant: UInt32 = 0
    var argument: UInt32 = 0
    /// The entry part of `argument` was shown; its exit part is due.
    var isHalfShown = false
    /// What a choice came to for that part: its memory may have changed since.
    var type: UInt32 = 0
    /// Nothing is known of the call, or everything is shown.
    var isDone = true
  }

  /// When the memory behind a type is read.
  enum Timing { case entry, exit, both }

  func enterArguments() {
    guard let entry = record.entry else { return enterUnknown(count: 6) }
    if manner.contains(.raw) {
      if dumpsData, entry.call != 0 { remember(Tables.call(entry.call)) }
      return enterRaw(entry)
    }
    let callIndex = entry.call
    guard callIndex != 0 else { return enterUnknown(count: Int(entry.argumentCount)) }
    let call = Tables.call(callIndex)
    let first = call.variant(record.abi)
    guard first != 0 else { return enterUnknown(count: Int(entry.argumentCount)) }
    remember(call)
    record.resume = Resume(variant: first, argument: 0, isDone: false)
    showArguments(stopping: call.flags.contains(.atExit))
  }

  /// Keeps what the description of a call wants to know of its state at entry.
  private func remember(_ call: tl_call) {
    for index in 0..<min(call.capture_count, 8) {
      record.captures[Int(index)] = evaluate(Tables.expression(call.first_capture + index))
    }
    if call.kept != 0 { keep(call) }
  }

  /// Keeps the memory that a description wants as it was at entry, as far as it is there.
  private func keep(_ call: tl_call) {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let address = UInt64(bitPattern: evaluate(Tables.expression(call.kept)))
    let count = min(clamped(evaluate(Tables.expression(call.kept + 1))), Scratch.limit / 8)
    guard count > 0, let (offset, read) = fetchPrefix(truncated(address), count) else { return }
    record.kept.append(contentsOf: scratch.bytes(offset, read))
  }

  /// Walks all arguments from the first on, as at exit.
  func showAllArguments() {
    guard let entry = record.entry, entry.call != 0 else { return }
    let first = firstVariant(of: Tables.call(entry.call))
    guard first != 0 else { return }
    record.resume = Resume(variant: first, argument: 0, isDone: false)
    showArguments(stopping: false)
  }

  func exitArguments() {
    guard !record.resume.isDone else { return }
    showArguments(stopping: false)
  }

  /// Shows arguments from ``CallRecord/resume`` on. At entry, stops before the first that needs the call to return and
  /// keeps what later ones are before it; `stopping` at once.
  private func showArguments(stopping: Bool) {
    var position = record.resume
    var stopped = stopping
    if stopped { record.awaitsExit = true }
    while true {
      let variant = Tables.variant(position.variant)
      if variant.name != 0 { record.standsFor = variant.name }
      while position.argument < variant.argument_count {
        let index = variant.first_argument + position.argument
        let field = Tables.field(index)
        if field.condition == 0 || evaluate(field.condition) != 0 {
          var (type, source) = shown(field)
          if position.isHalfShown && phase == .exit { type = position.type }
          let row = Tables.type(type)
          if isScalar(row) {
            // The same at any time.
            if !stopped {
              emitName(field, row)
              emitRegister(row, source.value)
            }
          } else if stopped {
            keepEntryState(type, source, index)
          } else if phase == .exit {
            showAtExit(field, type, source, index, half: position.isHalfShown)
            position.isHalfShown = false
          } else {
            let timing = timing(of: type, source)
            if timing == .exit {
              stopped = true
              record.awaitsExit = true
              record.resume = position
              keepEntryState(type, source, index)
            } else {
              emitName(field, row)
              part = timing == .both ? .entry : .whole
              decode(type, source)
              part = .whole
              if timing == .both {
                stopped = true
                record.awaitsExit = true
                position.isHalfShown = true
                position.type = type
                record.resume = position
                keepEntryState(type, source, index)
              }
            }
          }
        }
        position.argument += 1
        if phase == .exit { position.isHalfShown = false }
      }
      guard let next = nextVariant(variant) else { break }
      position.variant = next
      position.argument = 0
    }
    if !stopped { record.resume.isDone = true }
  }

  func nextVariant(_ variant: tl_variant) -> UInt32? {
    if variant.words != 0 { return forward(variant) }
    guard variant.selector != 0 else { return nil }
    let next = select(
      evaluate(variant.selector), first: variant.first_case, count: variant.case_count, otherwise: variant.otherwise)
    return next == 0 ? nil : next
  }

  /// The variant that a call's decoding begins with, also when its arguments were replaced.
  private func firstVariant(of call: tl_call) -> UInt32 {
    record.forwarded == 0 ? call.variant(record.abi) : record.forwardedVariant
  }

  /// Takes the words that a call has left in memory for the arguments of the call that they are meant for, whose
  /// description goes on from here.
  private func forward(_ variant: tl_variant) -> UInt32 {
    guard record.forwarded == 0 else { return variant.otherwise }
    let count = min(Int(Tables.variant(variant.otherwise).argument_count), 6)
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let address = truncated(UInt64(bitPattern: evaluate(variant.words)))
    record.words = .init(repeating: 0)
    if let (offset, read) = fetchPrefix(address, count * wordSize) {
      for index in 0..<read / wordSize {
        record.words[index] = scratch.load(offset + index * wordSize, width: wordSize)
      }
    }
    (record.forwarded, record.forwardedVariant) = (variant.call, variant.otherwise)
    remember(Tables.call(variant.call))
    return variant.otherwise
  }

  private func emitName(_ field: tl_field, _ type: tl_type) {
    if field.name != 0 && type.kind != .none {
      let always = field.flags.contains(.named)
      emit(Token(.name, flags: always ? .always : [], operand: field.name))
    }
  }

  private func showAtExit(_ field: tl_field, _ type: UInt32, _ source: Source, _ index: UInt32, half: Bool) {
    if !half {
      emitName(field, Tables.type(type))
      if timing(of: type, source) == .both {
        part = .entry
        decode(type, source)
        part = .exit
        decodeExitPart(type, source, index)
        part = .whole
        return
      }
      decode(type, source)
      return
    }
    part = .exit
    decodeExitPart(type, source, index)
    part = .whole
  }

  /// What an argument is shown as, and where it is: in its register, or computed.
  @inline(__always)
  private func shown(_ field: tl_field) -> (type: UInt32, source: Source) {
    let source = argumentSource(field)
    let index = resolve(field.type, source)
    let type = Tables.type(index)
    guard type.kind == .computed else { return (index, source) }
    let value = Source.value(UInt64(bitPattern: evaluate(type.computed.expression)))
    return (resolve(type.computed.type, value), value)
  }

  /// The register or registers of an argument.
  func argumentSource(_ field: tl_field) -> Source {
    let register = field.register(record.abi)
    guard register < 6 else { return .value(0) }
    if record.forwarded != 0 { return .value(record.words[register]) }
    var value = record.arguments[register]
    if record.abi.isNarrow {
      value &= 0xffff_ffff
      if isWide(field.type), register < 5 {
        value |= (record.arguments[register + 1] & 0xffff_ffff) << 32
      }
    }
    return .value(value)
  }

  private func isWide(_ type: UInt32) -> Bool {
    let type = Tables.type(type)
    guard type.kind == .number || type.kind == .set else { return false }
    return type.width == 8
  }

  /// All arguments as hexadecimal words: `-e raw=`, or a call that nobody described.
  ///
  /// They are whole registers, also where words have 32 bits and registers 64.
  func enterUnknown(from first: Int = 0, count: Int) {
    for index in first..<min(first + max(count, 0), 6) { emitWord(record.arguments[index]) }
  }

  func emitWord(_ word: UInt64) {
    let width: UInt8 = record.abi.isNarrow || isMarkedAlone ? 4 : 8
    emit(Token(.number, style: .hexadecimal, width: width, value: width == 4 ? truncated(word) : word))
  }

  // MARK: What differs between entry and exit

  func timing(of index: UInt32, _ source: Source) -> Timing {
    let type = Tables.type(index)
    switch type.kind {
    case .reference, .string, .buffer, .custom:
      let entry = type.referenceFlags.contains(.in)
      let exit = type.referenceFlags.contains(.out)
      return exit ? entry ? .both : .exit : .entry
    case .inOut: return .exit
    case .none, .number, .set, .characters, .structure, .array, .list, .bitSet, .select, .computed, .literal, .records,
      .within, .changed:
      return .entry
    }
  }

  /// Reads at entry what a type that is shown at exit compares with.
  private func keepEntryState(_ index: UInt32, _ source: Source, _ argument: UInt32) {
    let type = Tables.type(index)
    switch type.kind {
    case .inOut where source.isValue:
      keep(type.inOut.slot, loadScalar(type.inOut.type, at: truncated(source.value)))
    case .reference where type.referenceFlags.contains(.changed):
      keep(type.reference.extra, digest(of: type.reference.entry, at: truncated(source.value)))
    default: break
    }
  }

  private func keep(_ slot: UInt32, _ value: UInt64?) {
    let slot = Int(slot & 7)
    record.captures[slot] = Int64(bitPattern: value ?? 0)
    record.isCaptured[slot] = value != nil
  }

  /// A number that changes when the memory behind the pointer changes.
  func digest(of type: UInt32, at address: UInt64) -> UInt64? {
    let size = sizeOf(type)
    guard let offset = fetch(address, size) else { return nil }
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in scratch.bytes(offset, size) { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return hash
  }

  // MARK: The result

  func explainResult() {
    guard let entry = record.entry, entry.call != 0, !manner.contains(.raw) else { return }
    let call = Tables.call(record.forwarded == 0 ? entry.call : record.forwarded)
    var index = firstVariant(of: call)
    while index != 0 {
      let variant = Tables.variant(index)
      if variant.result != 0 {
        let type = resolve(resultType(variant.result), .value(UInt64(bitPattern: record.result)))
        record.resultType = TypeIndex(rawValue: type)
        annotateResult()
        readyLeft = max(record.result, 0)
        let start = record.tape.tokens.count
        for item in 0..<variant.explanation_count {
          explain(Tables.field(variant.first_explanation + item), after: start)
        }
      }
      guard let next = nextVariant(variant) else { break }
      index = next
    }
    if options.annotations.contains(.namespaces) { explainNamespaces(call) }
  }

  /// The type of a result; where the call gave something else than that, it is put in its place.
  private func resultType(_ index: UInt32) -> UInt32 {
    let type = Tables.type(index)
    guard type.kind == .computed else { return index }
    if record.error == 0 { record.result = evaluate(type.computed.expression) }
    return type.computed.type
  }

  private func annotateResult() {
    guard record.error == 0, !options.annotations.isEmpty else { return }
    let type = Tables.type(record.resultType.rawValue)
    if type.kind == .number {
      annotate(style: type.style, value: UInt64(bitPattern: record.result))
    }
  }

  private func explain(_ field: tl_field, after start: Int) {
    current = UInt64(bitPattern: record.result)
    guard field.condition == 0 || evaluate(field.condition) != 0 else { return }
    if record.error != 0 { return }
    let source = Source.value(UInt64(bitPattern: record.result))
    let type = resolve(field.type, source)
    if Tables.type(type).kind == .none { return }
    // An empty text stands where nothing else does.
    if isEmptyLiteral(type), record.tape.tokens.count > start { return }
    let mark = record.tape.tokens.count
    if field.name != 0 {
      let isForData = field.flags.contains(.verbose)
      emit(Token(.name, flags: isForData ? .forData : [], operand: field.name))
    }
    let named = record.tape.tokens.count
    isExplaining = true
    decode(type, source)
    isExplaining = false
    if record.tape.tokens.count == named { return record.tape.removeTokens(from: mark) }
    if field.flags.contains(.named) { record.tape.markAlways(at: mark) }
    // No descriptor is ready, or none can be told: nothing to tell.
    if let last = record.tape.tokens.last, last.kind == .bits ? isEmpty(last) : isSetOfDescriptors(type) {
      record.tape.removeTokens(from: mark)
    }
    let tokens = record.tape.tokens
    if tokens.count == named + 2, tokens[named].kind == .arrayOpen { record.tape.removeTokens(from: mark) }
  }

  private func isEmptyLiteral(_ index: UInt32) -> Bool {
    let type = Tables.type(index)
    return type.kind == .literal && TableString(type.literal.text).bytes.isEmpty
  }

  private func isSetOfDescriptors(_ index: UInt32) -> Bool {
    let type = Tables.type(index)
    if type.kind == .computed { return isSetOfDescriptors(type.computed.type) }
    guard type.kind == .reference else { return false }
    let pointee = Tables.type(type.reference.entry)
    return pointee.kind == .bitSet && pointee.bits == .descriptors
  }

  private func isEmpty(_ set: Token) -> Bool {
    let first = Int(truncatingIfNeeded: set.value)
    let bits = Int(set.extra)
    return set.bits == .descriptors
      && (0..<bits).allSatisfy { record.tape.bytes[first + $0 / 8] >> UInt8($0 % 8) & 1 == 0 }
  }
}
