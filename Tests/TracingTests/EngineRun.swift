import Decoding
import Linux
import Ptrace
import SyscallTables

@testable import Tracing

/// What an engine told of a run, in its order.
final class Ledger: TraceConsumer {
  var attached: [Int32] = []
  var exited: [Int32] = []
  var detached: [Int32] = []
  var superseded: [Int32] = []
  var signals: [Int32] = []
  var warnings: [String] = []
  var notices: [String] = []
  /// Threads whose calls came back, and whether they did.
  var returned: [Int32] = []
  var abandoned: [Int32] = []
  /// A thread's life as it was told: what comes before its beginning or after its end is a fault.
  private(set) var faults: [String] = []
  private var ended: Set<Int32> = []
  /// Threads in calls that were told.
  var inCall: Set<Int32> = []

  override func handle(_ event: TraceEvent) {
    switch event {
    case .attached(let tracee, _):
      ended.remove(tracee.tid)
      attached.append(tracee.tid)
    case .exited(let tracee, _, _): end(tracee.tid, &exited)
    case .detached(let tracee, _): end(tracee.tid, &detached)
    case .superseded(let tracee, let other, _):
      superseded.append(tracee.tid)
      // The thread that executed a program goes on in its call under the other's id.
      if inCall.remove(other) != nil { inCall.insert(tracee.tid) } else { inCall.remove(tracee.tid) }
    case .signal(let signal, let tracee):
      check(tracee.tid, "signal")
      signals.append(signal.signal)
    case .callEntered(_, let tracee):
      check(tracee.tid, "call")
      if !inCall.insert(tracee.tid).inserted { faults.append("a call of \(tracee.tid) in its call") }
    case .callReturned(let call, let tracee):
      check(tracee.tid, "return")
      if inCall.remove(tracee.tid) == nil { faults.append("a return of \(tracee.tid) from no call") }
      if call.neverReturns { abandoned.append(tracee.tid) } else { returned.append(tracee.tid) }
    case .warning(let text): warnings.append(text)
    case .notice(let text): notices.append(text)
    default: break
    }
  }

  private func end(_ tid: Int32, _ list: inout [Int32]) {
    check(tid, "end")
    if inCall.remove(tid) != nil { faults.append("the end of \(tid) in a call that did not end") }
    ended.insert(tid)
    list.append(tid)
  }

  private func check(_ tid: Int32, _ what: String) {
    if ended.contains(tid) { faults.append("\(what) of \(tid) after its end") }
  }
}

/// An engine on a kernel that is only pretended, and what came of it.
struct EngineRun {
  let kernel: FakeKernel
  let ledger = Ledger()
  let engine: PtraceEngine

  static let parent: Int32 = 100
  static let clone = SyscallNumber.named("clone", abi: .native)?.number ?? 0

  var outcome: TraceOutcome { engine.command.outcome }

  init(
    _ reports: [FakeKernel.Report], followsForks: Bool = true, _ change: (inout TraceConfiguration) -> Void = { _ in }
  ) {
    kernel = FakeKernel(reports)
    engine = PtraceEngine.pretended(on: kernel, ledger, followsForks: followsForks, change)
  }

  /// Adds a command's process; `isInCall`: in clone(2), which is shown.
  func addCommand(isInCall: Bool) {
    let tracee = Tracee(
      identity: TraceeIdentity(tid: Self.parent, pid: Self.parent),
      ThreadState(isInCall ? .inSyscall(.shown) : .running, CallRecord()))
    tracee.identity.number = Self.clone
    if isInCall { ledger.inCall.insert(Self.parent) }
    engine.add(tracee)
    engine.command.pid = Self.parent
    engine.command.hasStarted = true
  }

  /// Follows a command whose reports are these.
  static func following(
    _ reports: [FakeKernel.Report], isInCall: Bool = false, _ change: (FakeKernel) -> Void = { _ in }
  ) -> EngineRun {
    let run = EngineRun(reports)
    change(run.kernel)
    run.addCommand(isInCall: isInCall)
    run.engine.follow()
    return run
  }

  /// All orders of several sequences in which each keeps its own.
  static func interleavings(_ sequences: [[FakeKernel.Report]]) -> [[FakeKernel.Report]] {
    if sequences.allSatisfy(\.isEmpty) { return [[]] }
    return sequences.indices.flatMap { index -> [[FakeKernel.Report]] in
      guard let first = sequences[index].first else { return [] }
      var rest = sequences
      rest[index].removeFirst()
      return interleavings(rest).map { [first] + $0 }
    }
  }
}

extension PtraceEngine {
  static func pretended(
    on kernel: Kernel, _ consumer: TraceConsumer, followsForks: Bool = true,
    placement: CPUPlacement = CPUPlacement(.off), _ change: (inout TraceConfiguration) -> Void = { _ in }
  ) -> PtraceEngine {
    var configuration = TraceConfiguration()
    configuration.followsForks = followsForks
    change(&configuration)
    let recorder = Recorder(
      configuration, decoder: Decoder(options: DecodingOptions()), consumer: consumer,
      surroundings: TraceeSurroundings(), stacks: nil)
    return PtraceEngine(recorder, kernel: kernel, placement: placement)
  }
}
