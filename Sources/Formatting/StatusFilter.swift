import Decoding
import Settings

extension StatusFilter {
  /// Whether a call is shown that returned, or will not return.
  public func accepts(_ call: CallRecord) -> Bool {
    if isComplete { return true }
    if call.neverReturns { return outcomes.contains(call.wasDetached ? .detached : .unfinished) }
    if call.isResultUnavailable { return outcomes.contains(.unavailable) }
    return call.error == 0 ? outcomes.contains(.successful) : outcomes.contains(.failed) || errors.contains(call.error)
  }
}
