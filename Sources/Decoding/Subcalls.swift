import CTableFormat
import SyscallTables

/// Calls that stand for others, as socketcall(2) and ipc(2) do.
extension Decoder {
  /// The call that one stands for, by its registers: a string of the tables; 0 when it stands for itself.
  public func subcall(
    of call: CallRecord, memory: TraceeMemory, surroundings: TraceeSurroundings, tid: Int32
  ) -> UInt32 {
    guard let entry = call.entry, Subcall.standIns.contains(entry.index) else { return 0 }
    if call.forwarded != 0 { return call.standsFor }
    begin(call, memory, surroundings, tid, .entry)
    return Tables.variant(subcallVariant(of: entry)).name
  }

  /// The argument of that index of the call that one stands for; nil when it has none that can be told.
  public func argument(
    _ index: Int, ofSubcallIn call: CallRecord, memory: TraceeMemory, surroundings: TraceeSurroundings, tid: Int32
  ) -> UInt64? {
    guard let entry = call.entry, index >= 0 else { return nil }
    begin(call, memory, surroundings, tid, .entry)
    if call.forwarded != 0 {
      let count = min(Int(Tables.variant(call.forwardedVariant).argument_count), 6)
      return index < count ? call.words[index] : nil
    }
    let variant = Tables.variant(subcallVariant(of: entry))
    if variant.words != 0 {
      let count = Int(Tables.variant(variant.otherwise).argument_count)
      return index < count ? wordInMemory(variant, index) : nil
    }
    return index < Int(variant.argument_count) ? word(Tables.field(variant.first_argument + UInt32(index))) : nil
  }

  /// The first argument of a call, or of the call that it stands for, as a word.
  func firstWord(of entry: SyscallNumber) -> UInt64 {
    if record.forwarded != 0 { return record.words[0] }
    guard record.standsFor != 0 else { return record.arguments[0] }
    let variant = Tables.variant(subcallVariant(of: entry))
    return variant.argument_count > 0 ? word(Tables.field(variant.first_argument)) : 0
  }

  /// A word of those that a call has left in memory for another.
  private func wordInMemory(_ variant: tl_variant, _ index: Int) -> UInt64? {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let address = UInt64(bitPattern: evaluate(variant.words)) &+ UInt64(index * wordSize)
    return fetch(truncated(address), wordSize).map { scratch.load($0, width: wordSize) }
  }

  /// An argument as the word that it is in its register or where it was left.
  private func word(_ field: tl_field) -> UInt64 {
    let type = Tables.type(field.type)
    let isComputed = type.kind == .computed
    return truncated(isComputed ? UInt64(bitPattern: evaluate(type.computed.expression)) : argumentSource(field).value)
  }

  /// How the call that the record's call stands for is decoded, where that differs from call to call.
  func chooseMannerOfSubcall() {
    guard let entry = record.entry, Subcall.standIns.contains(entry.index) else { return }
    let name =
      phase == .entry && record.forwarded == 0 ? Tables.variant(subcallVariant(of: entry)).name : record.standsFor
    if let own = options.subcallManners[name] { manner = own }
  }

  /// The case of a call that says which other it stands for; 0 when there is none.
  private func subcallVariant(of entry: SyscallNumber) -> UInt32 {
    guard entry.call != 0 else { return 0 }
    var index = Tables.call(entry.call).variant(record.abi)
    while index != 0, Tables.variant(index).name == 0 { index = nextVariant(Tables.variant(index)) ?? 0 }
    return index
  }

  /// `-e raw=`: the words in the registers; of a call that stands for another, those that the other gets.
  func enterRaw(_ entry: SyscallNumber) {
    let index = subcallVariant(of: entry)
    guard index != 0 else { return enterUnknown(count: entry.argumentCount) }
    let variant = Tables.variant(index)
    record.standsFor = variant.name
    if variant.words != 0 {
      for index in 0...lastRegister(of: variant.otherwise, depth: 0) {
        emitWord(wordInMemory(variant, index) ?? 0)
      }
      return
    }
    let last = lastRegister(of: index, depth: 0)
    if last > 0 { return enterUnknown(from: 1, count: last) }
    for field in variant.first_argument..<variant.first_argument + variant.argument_count {
      emitWord(word(Tables.field(field)))
    }
  }

  /// The greatest register that the arguments of a case and of its own cases are in; 0 when they are elsewhere.
  private func lastRegister(of index: UInt32, depth: Int) -> Int {
    let variant = Tables.variant(index)
    var last = 0
    for argument in 0..<variant.argument_count {
      let field = Tables.field(variant.first_argument + argument)
      if Tables.type(field.type).kind == .computed { continue }
      last = max(last, field.register(record.abi))
    }
    guard variant.selector != 0, depth < 4 else { return min(last, 5) }
    for row in 0..<variant.case_count {
      last = max(last, lastRegister(of: Tables.selection(variant.first_case + row).target, depth: depth + 1))
    }
    if variant.otherwise != 0 { last = max(last, lastRegister(of: variant.otherwise, depth: depth + 1)) }
    return min(last, 5)
  }
}
