import Decoding
import SyscallTables

/// Passes every event on to two consumers, one after the other: a trace and its summary (`-C`).
public final class ConsumerPair: TraceConsumer {
  private let first: TraceConsumer
  private let second: TraceConsumer

  public init(_ first: TraceConsumer, _ second: TraceConsumer) {
    self.first = first
    self.second = second
  }

  public override func entered(_ call: CallRecord, by tracee: TraceeIdentity) {
    first.entered(call, by: tracee)
    second.entered(call, by: tracee)
  }

  public override func exited(_ call: CallRecord, by tracee: TraceeIdentity) {
    first.exited(call, by: tracee)
    second.exited(call, by: tracee)
  }

  public override func signalled(_ signal: SignalRecord, to tracee: TraceeIdentity) {
    first.signalled(signal, to: tracee)
    second.signalled(signal, to: tracee)
  }

  public override func stopped(by signal: Int32, _ tracee: TraceeIdentity, wallClock: UInt64) {
    first.stopped(by: signal, tracee, wallClock: wallClock)
    second.stopped(by: signal, tracee, wallClock: wallClock)
  }

  public override func ended(_ tracee: TraceeIdentity, _ status: ExitStatus, wallClock: UInt64) {
    first.ended(tracee, status, wallClock: wallClock)
    second.ended(tracee, status, wallClock: wallClock)
  }

  public override func superseded(_ tracee: TraceeIdentity, by other: Int32, wallClock: UInt64) {
    first.superseded(tracee, by: other, wallClock: wallClock)
    second.superseded(tracee, by: other, wallClock: wallClock)
  }

  public override func started(_ tracee: TraceeIdentity) {
    first.started(tracee)
    second.started(tracee)
  }

  public override func attached(_ tracee: TraceeIdentity, byUs: Bool) {
    first.attached(tracee, byUs: byUs)
    second.attached(tracee, byUs: byUs)
  }

  public override func detached(_ tracee: TraceeIdentity, byUs: Bool) {
    first.detached(tracee, byUs: byUs)
    second.detached(tracee, byUs: byUs)
  }

  public override func modeChanged(_ tracee: TraceeIdentity, to abi: ABI, wallClock: UInt64) {
    first.modeChanged(tracee, to: abi, wallClock: wallClock)
    second.modeChanged(tracee, to: abi, wallClock: wallClock)
  }

  public override func warning(_ text: String) {
    first.warning(text)
    second.warning(text)
  }

  public override func idle() {
    first.idle()
    second.idle()
  }

  public override func notice(_ text: String) {
    first.notice(text)
    second.notice(text)
  }

  public override func flush() {
    first.flush()
    second.flush()
  }
}
