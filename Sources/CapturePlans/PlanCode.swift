import CBPF

/// The code of capture plans: steps for the machine of `CBPF/programs/capture.bpf.c`, and the cases of its choices.
public struct PlanCode {
  /// A case of a `TRAPLINE_SWITCH`.
  private struct Choice {
    var table: UInt32
    var value: Int64
    /// The step that the run goes on with.
    var step: UInt32
  }

  /// Where the first step and the first choice stand, behind those of other plans.
  let firstStep: Int
  private let firstChoice: Int
  public private(set) var steps: [trapline_step] = []
  private var choices: [Choice] = []
  /// Steps so far that read memory, or ask for the thread to be looked at.
  private(set) var reads = 0
  private(set) var tables: UInt32 = 0

  init(firstStep: Int, firstChoice: Int) {
    self.firstStep = firstStep
    self.firstChoice = firstChoice
    // Of all calls of an ABI.
    steps.reserveCapacity(1 << 16)
    choices.reserveCapacity(1 << 13)
    // The step at index 0 ends a run: a plan that begins there reads nothing.
    if firstStep == 0 { add(TRAPLINE_END) }
  }

  var next: UInt32 { UInt32(clamping: firstStep + steps.count) }

  mutating func add(_ op: trapline_op, _ a: Int = 0, _ b: Int = 0) {
    switch op {
    case TRAPLINE_BLOCK, TRAPLINE_WHOLE, TRAPLINE_TEXT, TRAPLINE_PEEK, TRAPLINE_FILE, TRAPLINE_LIVE: reads += 1
    default: break
    }
    steps.append(
      trapline_step(
        op: UInt16(truncatingIfNeeded: op.rawValue), b: UInt16(truncatingIfNeeded: b), a: UInt32(truncatingIfNeeded: a))
    )
  }

  mutating func push(_ value: Int64) {
    add(TRAPLINE_PUSH, Int(truncatingIfNeeded: value))
    if Int64(Int32(truncatingIfNeeded: value)) != value { add(TRAPLINE_HIGH, Int(truncatingIfNeeded: value >> 32)) }
  }

  /// Adds a step whose target is not known yet; ``land(_:)`` says it.
  mutating func jump(_ op: trapline_op, b: Int = 0) -> Int {
    add(op, 0, b)
    return steps.count - 1
  }

  /// The jump at `index` goes to what is added next.
  mutating func land(_ index: Int) { steps[index].a = next }

  mutating func setTarget(of index: Int, to step: UInt32) { steps[index].a = step }

  /// What was added leads to code that reads.
  mutating func noteReads() { reads += 1 }

  /// The choices, those of a table one after the other and sorted by their values; the steps that choose are told where
  /// those of their table are.
  mutating func takeChoices() -> [trapline_choice] {
    var places = [(first: Int, count: Int)](repeating: (0, 0), count: Int(tables) + 1)
    for choice in choices { places[Int(choice.table)].count += 1 }
    var next = 0
    for table in places.indices {
      places[table].first = next
      next += places[table].count
    }
    var sorted = [trapline_choice](repeating: trapline_choice(), count: choices.count)
    var free = places.map(\.first)
    for choice in choices {
      let table = Int(choice.table)
      // They come in their order, nearly always.
      var place = free[table]
      while place > places[table].first, sorted[place - 1].value > choice.value {
        sorted[place] = sorted[place - 1]
        place -= 1
      }
      sorted[place] = trapline_choice(value: choice.value, step: choice.step, spare: 0)
      free[table] += 1
    }
    for index in steps.indices where steps[index].op == UInt16(TRAPLINE_SWITCH.rawValue) {
      let place = places[Int(steps[index].a)]
      steps[index].a = UInt32(clamping: firstChoice + place.first)
      steps[index].b = UInt16(clamping: place.count)
    }
    choices = []
    return sorted
  }

  mutating func newTable() -> UInt32 {
    tables += 1
    return tables
  }

  mutating func choose(_ value: Int64, in table: UInt32, step: UInt32) {
    choices.append(Choice(table: table, value: value, step: step))
  }

  /// Where the code stands, to go back to.
  struct Mark {
    var steps: Int
    var choices: Int
    var reads: Int
  }

  var mark: Mark { Mark(steps: steps.count, choices: choices.count, reads: reads) }

  func hasRead(since mark: Mark) -> Bool { reads > mark.reads }

  mutating func drop(to mark: Mark) {
    steps.removeLast(steps.count - mark.steps)
    choices.removeLast(choices.count - mark.choices)
    reads = mark.reads
  }
}
