import Decoding

/// Where the events of a trace go.
public enum TraceOutputs {
  /// All to one.
  case shared(OutputSink)
  /// Those of each thread to its own (`-ff`): called when a tracee's first event comes.
  case perTracee((TraceeIdentity) -> OutputSink)
}
