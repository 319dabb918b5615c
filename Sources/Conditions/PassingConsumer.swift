import Decoding

/// Passes every event on to another consumer; subclasses leave some out.
open class PassingConsumer: TraceConsumer {
  public let next: TraceConsumer

  public init(to next: TraceConsumer) {
    self.next = next
  }

  open override func handle(_ event: TraceEvent) { next.handle(event) }
  open override func selects(_ call: CallRecord, by tracee: TraceeIdentity) -> Bool { next.selects(call, by: tracee) }
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

  public override func handle(_ event: TraceEvent) {
    if case .callReturned(let call, _) = event, isShown(call) { count &+= 1 }
    next.handle(event)
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

  public override func selects(_ call: CallRecord, by tracee: TraceeIdentity) -> Bool {
    condition.mayHold(for: call, by: tracee) && next.selects(call, by: tracee)
  }

  public override func handle(_ event: TraceEvent) {
    switch event {
    case .callReturned(let call, let tracee):
      guard condition.holds(for: call, by: tracee) else { return }
    case .signal(let signal, let tracee):
      guard condition.holds(for: signal, to: tracee) else { return }
    default: break
    }
    next.handle(event)
  }
}
