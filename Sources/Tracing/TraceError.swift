import Ptrace

/// Why a trace could not begin, in one line.
public struct TraceError: Error, CustomStringConvertible {
  public let description: String
  init(_ description: String) { self.description = description }
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
