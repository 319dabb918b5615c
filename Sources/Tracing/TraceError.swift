import Linux

/// Why a trace could not begin.
public struct TraceError: Error, CustomStringConvertible {
  /// One line, in strace's words where it has some: scripts read them.
  public let message: String
  /// What a person may want to know besides: the cause, or what to do.
  public let advice: String?

  init(_ message: String, advice: String? = nil) {
    self.message = message
    self.advice = advice
  }

  public var description: String { advice.map { "\(message): \($0)" } ?? message }
}

/// How a trace ended.
public enum TraceOutcome: Sendable, Equatable {
  /// With the status of the command, or 0 when there was none.
  case exited(Int32)
  /// The command was killed by a signal, or the tracer was told to end by one.
  case killed(Int32)
}

/// `ESRCH (No such process)`-like: the name that manuals use, and the meaning.
func explanation(_ error: Errno) -> String {
  guard let name = error.name else { return error.description }
  return "\(error.description) (\(name))"
}
