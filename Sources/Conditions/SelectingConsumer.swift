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

  public override func entered(_ call: CallRecord, by tracee: TraceeIdentity) {
    if fits(call, tracee) {
      leftOut.remove(tracee.tid)
      next.entered(call, by: tracee)
    } else {
      leftOut.insert(tracee.tid)
    }
  }

  public override func exited(_ call: CallRecord, by tracee: TraceeIdentity) {
    if leftOut.remove(tracee.tid) == nil { next.exited(call, by: tracee) }
  }

  public override func superseded(_ tracee: TraceeIdentity, by other: Int32, wallClock: UInt64) {
    // The thread that called exec goes on under the leader's id.
    if leftOut.remove(other) != nil { leftOut.insert(tracee.tid) } else { leftOut.remove(tracee.tid) }
    super.superseded(tracee, by: other, wallClock: wallClock)
  }

  public override func ended(_ tracee: TraceeIdentity, _ status: ExitStatus, wallClock: UInt64) {
    leftOut.remove(tracee.tid)
    super.ended(tracee, status, wallClock: wallClock)
  }
}
