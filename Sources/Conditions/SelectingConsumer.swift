import Decoding

/// Passes on the calls that a selection fits, decided at their entry.
public final class SelectingConsumer: PassingConsumer {
  private let fits: (CallRecord, TraceeIdentity) -> Bool
  /// Threads in a call that is left out.
  private var leftOut: Set<Int32> = []

  public init(to next: TraceConsumer, where fits: @escaping (CallRecord, TraceeIdentity) -> Bool) {
    self.fits = fits
    super.init(to: next)
  }

  public override func selects(_ call: CallRecord, by tracee: TraceeIdentity) -> Bool {
    fits(call, tracee) && next.selects(call, by: tracee)
  }

  public override func handle(_ event: TraceEvent) {
    switch event {
    case .callEntered(let call, let tracee):
      guard fits(call, tracee) else {
        leftOut.insert(tracee.tid)
        return
      }
      leftOut.remove(tracee.tid)
    case .callReturned(_, let tracee):
      guard leftOut.remove(tracee.tid) == nil else { return }
    case .superseded(let leader, let other, _):
      // The thread that called exec goes on under the leader's id.
      if leftOut.remove(other) != nil { leftOut.insert(leader.tid) } else { leftOut.remove(leader.tid) }
    case .exited(let tracee, _, _): leftOut.remove(tracee.tid)
    default: break
    }
    next.handle(event)
  }
}
