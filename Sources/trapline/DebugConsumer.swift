import Conditions
import Decoding
import SyscallTables

/// Says on standard error what the tracer is told (`-d`): a line an event, before what it does about it.
final class DebugConsumer: PassingConsumer {
  private func say(_ text: String) { complain("debug: \(text)") }

  override func entered(_ call: CallRecord, by tracee: TraceeIdentity) {
    say("\(tracee.tid) enters \(name(of: call)) (\(call.abi) \(call.number)), \(call.entryTokens) tokens")
    super.entered(call, by: tracee)
  }

  override func exited(_ call: CallRecord, by tracee: TraceeIdentity) {
    let result = call.neverReturns ? "will not return" : "returns \(call.result), error \(call.error)"
    say("\(tracee.tid) in \(name(of: call)) \(result), \(call.tape.tokens.count) tokens")
    super.exited(call, by: tracee)
  }

  override func signalled(_ signal: SignalRecord, to tracee: TraceeIdentity) {
    say("\(tracee.tid) gets signal \(signal.signal)")
    super.signalled(signal, to: tracee)
  }

  override func stopped(by signal: Int32, _ tracee: TraceeIdentity, wallClock: UInt64) {
    say("\(tracee.tid) stopped with its group by signal \(signal)")
    super.stopped(by: signal, tracee, wallClock: wallClock)
  }

  override func ended(_ tracee: TraceeIdentity, _ status: ExitStatus, wallClock: UInt64) {
    say("\(tracee.tid) ended: \(status)")
    super.ended(tracee, status, wallClock: wallClock)
  }

  override func superseded(_ tracee: TraceeIdentity, by other: Int32, wallClock: UInt64) {
    say("\(other) executes a program as \(tracee.tid)")
    super.superseded(tracee, by: other, wallClock: wallClock)
  }

  override func started(_ tracee: TraceeIdentity) {
    say("\(tracee.tid) is the command")
    super.started(tracee)
  }

  override func attached(_ tracee: TraceeIdentity, byUs: Bool) {
    say("\(tracee.tid) of process \(tracee.pid) is traced\(byUs ? ", attached to" : "")")
    super.attached(tracee, byUs: byUs)
  }

  override func detached(_ tracee: TraceeIdentity, byUs: Bool) {
    say("\(tracee.tid) is let go of")
    super.detached(tracee, byUs: byUs)
  }

  private func name(of call: CallRecord) -> String { call.entry?.name.description ?? "an unknown call" }
}
