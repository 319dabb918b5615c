import CBPF
import CTableFormat
import SyscallTables

/// Calls: their arguments, the cases of a command, and what explains the result.
extension PlanCompiler {
  /// The arguments of a variant and of those that follow from it. `isStopped`: what is shown at entry is over, for sure
  /// when that is walked, and perhaps when what is shown at exit is.
  mutating func walk(variant index: UInt32, isStopped: Bool) {
    let variant = Tables.variant(index)
    var isStopped = isStopped
    for argument in variant.first_argument..<variant.first_argument + variant.argument_count {
      walk(argument: Tables.field(argument), &isStopped)
    }
    if phase == .exit, variant.result != 0 {
      for item in 0..<variant.explanation_count { walk(explanation: Tables.field(variant.first_explanation + item)) }
    }
    // The decoder takes the arguments from memory.
    if variant.words != 0 { return needsThread(.words) }
    guard variant.selector != 0 else { return }
    chooseVariant(variant, isStopped)
  }

  private mutating func chooseVariant(_ variant: tl_variant, _ isStopped: Bool) {
    let cases = ownCases(from: variant.first_case, count: UInt32(variant.case_count))
    let mark = code.mark
    guard evaluate(variant.selector) else {
      // The decoder asks somebody else: any of them.
      code.add(TRAPLINE_DROP)
      for target in Set(cases.map(\.target) + [variant.otherwise]).sorted() where target != 0 {
        scoped { $0.walk(variant: target, isStopped: isStopped) }
      }
      return
    }
    let table = code.newTable()
    code.add(TRAPLINE_SWITCH, Int(table))
    let otherwise = code.jump(TRAPLINE_JUMP)
    var reads = false
    for (value, target) in cases {
      let start = tail(target, isStopped)
      if start != 0 { reads = true }
      code.choose(value, in: table, step: start)
    }
    let start = variant.otherwise == 0 ? 0 : tail(variant.otherwise, isStopped)
    code.setTarget(of: otherwise, to: start)
    if !reads, start == 0, !code.hasRead(since: mark) { code.drop(to: mark) } else { code.noteReads() }
  }

  /// The first step of what is read from a variant on, to the end of the plan.
  private mutating func tail(_ index: UInt32, _ isStopped: Bool) -> UInt32 {
    let key = Tail(
      variant: index, phase: phase, isStopped: isStopped, wordSize: wordSize, manner: manner.rawValue)
    if let known = tails[key] { return known }
    tails[key] = 0
    let start = code.next
    let reads = scoped { plan in
      plan.walk(variant: index, isStopped: isStopped)
      plan.code.add(TRAPLINE_END)
    }
    tails[key] = reads ? start : 0
    return reads ? start : 0
  }

  private mutating func walk(argument field: tl_field, _ isStopped: inout Bool) {
    let place = self.place(of: field)
    let timing = self.timing(of: field.type)
    if phase == .exit {
      // What comes before the first that is shown at exit was shown at entry.
      isStopped = isStopped || timing.atExit
      if isStopped { when(field.condition) { $0.walk(argumentType: field.type, place) } }
      return
    }
    let stopped = isStopped
    when(field.condition) { plan in
      if stopped || timing.isAlwaysAtExit { return plan.walkKept(field.type, place) }
      plan.walk(argumentType: field.type, place)
      plan.walkKept(field.type, place)
    }
    // Behind an argument that is shown at exit, all are; where that depends, both are recorded.
    if timing.isAlwaysAtExit && field.condition == 0 { isStopped = true }
  }

  private mutating func walk(argumentType index: UInt32, _ place: Where) {
    let type = Tables.type(index)
    if type.kind == .computed { return walkValue(type) }
    walk(index, place)
  }

  private mutating func walk(explanation field: tl_field) {
    guard field.type != 0 else { return }
    scoped { plan in
      guard let local = plan.newLocal() else { return plan.needsThread(.nesting) }
      plan.code.add(TRAPLINE_RESULT)
      plan.code.add(TRAPLINE_SET, local)
      plan.current = .local(local)
      plan.when(field.condition) { $0.walk(field.type, .local(local)) }
    }
  }

  /// What is read at entry to be compared with at exit.
  private mutating func walkKept(_ index: UInt32, _ place: Where) {
    eachCase(of: index, place) { plan, target in
      let type = Tables.type(target)
      switch type.kind {
      case .inOut: plan.readWord(of: type.inOut.type, at: place)
      case .reference where type.referenceFlags.contains(.changed):
        plan.scoped { inner in
          guard let block = inner.newBlock() else { return inner.needsThread(.nesting) }
          inner.push(address: type, place)
          inner.code.push(Int64(inner.sizeOf(type.reference.entry)))
          inner.read(block)
        }
      case .computed: plan.walkValue(type)
      default: break
      }
    }
  }

  /// Where an argument is.
  func place(of field: tl_field) -> Where {
    let register = field.register(abi)
    return .argument(register: register, isPair: abi.isNarrow && isWide(field.type) && register < 5)
  }

  private func isWide(_ type: UInt32) -> Bool {
    let type = Tables.type(type)
    return (type.kind == .number || type.kind == .set) && type.width == 8
  }

  /// When an argument is shown.
  struct Timing {
    var atEntry = false
    var atExit = false
    var isAlwaysAtExit: Bool { atExit && !atEntry }
  }

  /// When the memory behind a type may be shown, whatever a choice comes to.
  private mutating func timing(of index: UInt32) -> Timing {
    if let known = timings[index] { return known }
    let timing = timing(of: index, 0)
    timings[index] = timing
    return timing
  }

  private func timing(of index: UInt32, _ level: Int) -> Timing {
    let type = Tables.type(index)
    switch type.kind {
    case .reference, .string, .buffer, .custom:
      let exits = type.referenceFlags.contains(.out)
      return Timing(atEntry: !exits || type.referenceFlags.contains(.in), atExit: exits)
    case .inOut: return Timing(atExit: true)
    case .computed: return timing(of: type.computed.type, level + 1)
    case .select where level < 16:
      var result = Timing()
      for target in targets(of: type) {
        let one = timing(of: target, level + 1)
        result.atEntry = result.atEntry || one.atEntry
        result.atExit = result.atExit || one.atExit
      }
      return result
    default: return Timing(atEntry: true)
    }
  }
}
