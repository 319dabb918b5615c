import Decoding
import SyscallTables

/// Passes every event on to another consumer; subclasses leave some out.
open class PassingConsumer: TraceConsumer {
  public let next: TraceConsumer

  public init(to next: TraceConsumer) {
    self.next = next
  }

  open override func entered(_ call: CallRecord, by tracee: TraceeIdentity) { next.entered(call, by: tracee) }
  open override func exited(_ call: CallRecord, by tracee: TraceeIdentity) { next.exited(call, by: tracee) }
  open override func signalled(_ signal: SignalRecord, to tracee: TraceeIdentity) {
    next.signalled(signal, to: tracee)
  }
  open override func stopped(by signal: Int32, _ tracee: TraceeIdentity, wallClock: UInt64) {
    next.stopped(by: signal, tracee, wallClock: wallClock)
  }
  open override func ended(_ tracee: TraceeIdentity, _ status: ExitStatus, wallClock: UInt64) {
    next.ended(tracee, status, wallClock: wallClock)
  }
  open override func superseded(_ tracee: TraceeIdentity, by other: Int32, wallClock: UInt64) {
    next.superseded(tracee, by: other, wallClock: wallClock)
  }
  open override func started(_ tracee: TraceeIdentity) { next.started(tracee) }
  open override func attached(_ tracee: TraceeIdentity, byUs: Bool) { next.attached(tracee, byUs: byUs) }
  open override func detached(_ tracee: TraceeIdentity, byUs: Bool) { next.detached(tracee, byUs: byUs) }
  open override func modeChanged(_ tracee: TraceeIdentity, to abi: ABI, wallClock: UInt64) {
    next.modeChanged(tracee, to: abi, wallClock: wallClock)
  }
  open override func warning(_ text: String) { next.warning(text) }
  open override func notice(_ text: String) { next.notice(text) }
  open override func idle() { next.idle() }
  open override func flush() { next.flush() }
  open override var shownCalls: UInt64? { next.shownCalls }
}

/// Passes everything on, and counts the calls that are shown where it comes to.
public final class CountingConsumer: PassingConsumer {
  private let isShown: (CallRecord) -> Bool
  private var count: UInt64 = 0

  public init(to next: TraceConsumer, where isShown: @escaping (CallRecord) -> Bool) {
    self.isShown = isShown
    super.init(to: next)
  }

  public override var shownCalls: UInt64? { count }

  public override func exited(_ call: CallRecord, by tracee: TraceeIdentity) {
    if isShown(call) { count &+= 1 }
    next.exited(call, by: tracee)
  }
}

/// Passes on the calls and signals that a ``Condition`` holds for. Calls are judged when they return, so `next` must not
/// show their entries before.
public final class ConditionalConsumer: PassingConsumer {
  private let condition: Condition

  public init(_ condition: Condition, to next: TraceConsumer) {
    self.condition = condition
    super.init(to: next)
  }

  public override func exited(_ call: CallRecord, by tracee: TraceeIdentity) {
    if condition.holds(for: call, by: tracee) { next.exited(call, by: tracee) }
  }

  public override func signalled(_ signal: SignalRecord, to tracee: TraceeIdentity) {
    if condition.holds(for: signal, to: tracee) { next.signalled(signal, to: tracee) }
  }
}
