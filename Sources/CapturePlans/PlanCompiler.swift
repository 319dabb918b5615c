import CBPF
import CTableFormat
import Settings
import SyscallTables

/// Makes capture plans of the descriptions: what memory of the thread the decoder will read, at entry and at exit.
///
/// A plan walks a description as the decoder does, and records what that would read. Where the decoder decides by what
/// only it knows, the plan records what any of its ways would read. What it cannot reach it says, so that the thread is
/// stopped for it.
public struct PlanCompiler {
  /// Plans of a call.
  public struct Plan {
    /// The first steps of what is recorded when the call is entered, and when it returns; 0: nothing.
    public var entry: UInt32 = 0
    public var exit: UInt32 = 0
    /// The same where it takes no machine.
    public var readsAtEntry = trapline_reading()
    public var readsAtExit = trapline_reading()
    /// Why the thread has to be looked at, at least in some cases; empty when all is recorded.
    public var gaps: Set<Gap> = []
    /// Nothing is recorded: all memory is looked at.
    public var isLive = false
  }

  /// What a plan cannot reach.
  public enum Gap: String, Sendable {
    case openFiles = "what a descriptor is"
    case linkedRecords = "linked records"
    case nesting = "nested too deeply"
    case unknownSize = "elements of no fixed size"
    case convention = "words of 32 bits in registers of 64"
    case words = "arguments that lie in memory"
  }

  var code: PlanCode
  let abi: ABI
  let options: DecodingOptions
  /// Most bytes of a string that are shown.
  let stringLimit: Int64
  var manner: DecodingOptions.Manner = []
  var wordSize = 8
  var gaps: Set<Gap> = []

  var phase = Phase.entry
  var frames: [Frame] = []
  /// The value that a type asks about itself.
  var current: Where?
  /// The locals that count the elements of the arrays around, the innermost last.
  var indices: [Int] = []
  var nextBlock = 0
  var nextLocal = 0
  var depth = 0
  /// The structures being walked.
  var walking: [UInt32] = []
  var tails: [Tail: UInt32] = [:]
  /// Types of which nothing is read, in the manner of the call.
  var quiet = QuietTypes()
  /// When the memory behind a type may be shown, for those that were asked for.
  var timings: [UInt32: Timing] = [:]

  enum Phase { case entry, exit }

  /// A structure being walked: where its bytes begin in a block.
  struct Frame {
    var block: Int
    var offset: Int
    /// The locals that hold its parameters.
    var parameters: [Int?] = []
  }

  /// Where a value is.
  enum Where {
    case argument(register: Int, isPair: Bool)
    case local(Int)
    case member(block: Int, offset: Int, size: Int, bit: Int, bits: Int)
  }

  /// The rest of a call's description from a variant on: its code is shared by all that lead there.
  struct Tail: Hashable {
    var variant: UInt32
    var phase: Phase
    var isStopped: Bool
    var wordSize: Int
    var manner: UInt8
  }

  /// Types by their index, each in some of eight cases.
  struct QuietTypes {
    private var cases = [UInt8](repeating: 0, count: 1 << 14)

    func contains(_ index: UInt32, as bit: UInt8) -> Bool { Int(index) < cases.count && cases[Int(index)] & bit != 0 }

    mutating func insert(_ index: UInt32, as bit: UInt8) { if Int(index) < cases.count { cases[Int(index)] |= bit } }
  }

  /// Plans of one ABI, whose code stands behind so many steps and choices.
  public init(abi: ABI, options: DecodingOptions, firstStep: Int = 0, firstChoice: Int = 0) {
    self.abi = abi
    self.options = options
    stringLimit = Int64(UInt32(clamping: options.stringLimit))
    code = PlanCode(firstStep: firstStep, firstChoice: firstChoice)
    tails.reserveCapacity(1 << 13)
  }

  var is32: Bool { wordSize == 4 }
  var isAbbreviated: Bool { manner.contains(.abbreviated) }

  /// The code of all plans that were made. Nothing is made afterwards.
  public mutating func takeCode() -> (steps: [trapline_step], choices: [trapline_choice]) {
    let choices = code.takeChoices()
    return (code.steps, choices)
  }

  /// The plan of a call.
  public mutating func plan(_ entry: SyscallNumber) -> Plan {
    var plan = Plan()
    let index = Int(entry.index)
    let before = manner
    manner = index < options.manners.count ? options.manners[index] : options.defaultManner
    if !options.subcallManners.isEmpty { manner.remove(.raw) }
    if manner != before { quiet = QuietTypes() }
    guard entry.call != 0, !manner.contains(.raw) else { return plan }
    let call = Tables.call(entry.call)
    let variant = call.variant(abi)
    guard variant != 0 else { return plan }
    gaps = []
    wordSize = entry.wordSize(abi: abi)
    if abi.layout == .marked { return Plan(gaps: [.convention], isLive: true) }
    phase = .entry
    let isPrepared = call.flags.contains(.atExit)
    plan.entry = begin {
      $0.remember(call)
      $0.walk(variant: variant, isStopped: isPrepared)
    }
    phase = .exit
    plan.exit = begin { $0.walk(variant: variant, isStopped: isPrepared) }
    if plan.entry != 0 { plan.readsAtEntry = code.reading(from: plan.entry, word: wordSize) }
    if plan.exit != 0 { plan.readsAtExit = code.reading(from: plan.exit, word: wordSize) }
    plan.gaps = gaps
    return plan
  }

  /// The first step of what is compiled; 0 when it reads nothing.
  private mutating func begin(_ body: (inout PlanCompiler) -> Void) -> UInt32 {
    frames = []
    indices = []
    walking = []
    current = nil
    nextBlock = 0
    nextLocal = 0
    let mark = code.mark
    let start = code.next
    body(&self)
    guard code.hasRead(since: mark) else {
      code.drop(to: mark)
      return 0
    }
    code.add(TRAPLINE_END)
    return start
  }

  /// What a description wants to know of the state at entry.
  private mutating func remember(_ call: tl_call) {
    for index in 0..<min(call.capture_count, 8) {
      evaluate(Tables.expression(call.first_capture + index))
      code.add(TRAPLINE_SET, TRAPLINE_FIRST_KEPT + Int(index))
      // The plan of the exit wants it, whether or not it lies in memory.
      code.noteReads()
    }
    guard call.kept != 0 else { return }
    guard let block = newBlock() else { return needsThread(.nesting) }
    evaluate(Tables.expression(call.kept))
    evaluate(Tables.expression(call.kept + 1))
    read(block)
  }

  /// The thread has to be looked at: what follows is not recorded.
  mutating func needsThread(_ gap: Gap) {
    gaps.insert(gap)
    code.add(TRAPLINE_LIVE)
  }

  mutating func newBlock() -> Int? {
    guard nextBlock < TRAPLINE_BLOCKS else { return nil }
    nextBlock += 1
    return nextBlock - 1
  }

  mutating func newLocal() -> Int? {
    guard nextLocal < TRAPLINE_FIRST_KEPT else { return nil }
    nextLocal += 1
    return nextLocal - 1
  }

  /// Compiles with blocks and locals of its own; what reads nothing leaves no code. True when it reads.
  @discardableResult
  mutating func scoped(_ body: (inout PlanCompiler) -> Void) -> Bool {
    let (block, local, mark) = (nextBlock, nextLocal, code.mark)
    let outer = current
    depth += 1
    if depth > 24 { needsThread(.nesting) } else { body(&self) }
    depth -= 1
    current = outer
    nextBlock = block
    nextLocal = local
    if code.hasRead(since: mark) { return true }
    code.drop(to: mark)
    return false
  }

  /// What is read only where an expression is true.
  @discardableResult
  mutating func when(_ condition: UInt32, _ body: (inout PlanCompiler) -> Void) -> Bool {
    if condition == 0 { return scoped(body) }
    return scoped { plan in
      // What the condition itself reads the decoder reads, too.
      guard plan.evaluate(condition) else {
        plan.code.add(TRAPLINE_DROP)
        plan.scoped(body)
        return
      }
      let skip = plan.code.jump(TRAPLINE_UNLESS)
      plan.scoped(body)
      plan.code.land(skip)
    }
  }
}
