import Conditions
import Decoding
import Glibc
import SyscallTables

/// Says on standard error what the tracer is told (`-d`): a line an event, before what it does about it.
final class DebugConsumer: PassingConsumer {
  /// The process that a trace was asked of; with `-D` another one traces.
  private let asked = getpid()
  private var isFirst = true

  override func handle(_ event: TraceEvent) {
    if isFirst {
      isFirst = false
      if getpid() != asked { complain("new tracer pid is \(getpid())") }
    }
    if case .callEntered(let call, let tracee) = event, call.entry == nil {
      complain("pid \(tracee.tid) invalid syscall 0x\(String(call.number, radix: 16))")
    }
    if let text = Self.describe(event) { complain("debug: \(text)") }
    next.handle(event)
  }

  private static func describe(_ event: TraceEvent) -> String? {
    switch event {
    case .callEntered(let call, let tracee):
      return "\(tracee.tid) enters \(name(of: call)) (\(call.abi) \(call.number)), \(call.entryTokens) tokens"
    case .callReturned(let call, let tracee):
      let result = call.neverReturns ? "will not return" : "returns \(call.result), error \(call.error)"
      return "\(tracee.tid) in \(name(of: call)) \(result), \(call.tape.tokens.count) tokens"
    case .signal(let signal, let tracee): return "\(tracee.tid) gets signal \(signal.signal)"
    case .stopped(let tracee, let signal, _): return "\(tracee.tid) stopped with its group by signal \(signal)"
    case .exited(let tracee, let status, _): return "\(tracee.tid) ended: \(status)"
    case .superseded(let tracee, let other, _): return "\(other) executes a program as \(tracee.tid)"
    case .started(let tracee): return "\(tracee.tid) is the command"
    case .attached(let tracee, let byUs):
      return "\(tracee.tid) of process \(tracee.pid) is traced\(byUs ? ", attached to" : "")"
    case .detached(let tracee, _): return "\(tracee.tid) is let go of"
    case .modeChanged(let tracee, let abi, _): return "\(tracee.tid) makes calls of \(abi)"
    case .warning, .notice, .idle, .flush: return nil
    }
  }

  private static func name(of call: CallRecord) -> String { call.entry?.name.description ?? "an unknown call" }
}
