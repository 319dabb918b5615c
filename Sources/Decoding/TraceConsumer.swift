/// Where a trace goes.
///
/// A base class, so that handing an event over is a plain virtual call: a generic would not be specialised across modules, and an
/// existential would cost more.
open class TraceConsumer {
  public init() {}

  /// Something happened. Events come in the order in which they happened, each while the thread that it is about is
  /// stopped or gone; everything passed is valid only during the call, but for the record of a call that was entered, which
  /// goes on saying what is known of it until it returns.
  open func handle(_ event: TraceEvent) {}

  /// Whether a call that a tracee is about to make, decoded so far, is of those that are shown as far as can be told: only
  /// such are tampered with.
  open func selects(_ call: CallRecord, by tracee: TraceeIdentity) -> Bool { true }

  /// How many calls were shown, for a limit on them; nil: all that were handed on.
  open var shownCalls: UInt64? { nil }
}
