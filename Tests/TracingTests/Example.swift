import Tracing

/// The calls that name a path, a line each.
func filesNamed(by command: [String]) async throws -> [String] {
  var lines: [String] = []
  var trace = TraceEvents(command: command)
  // Should this program end before the command does, so does the command.
  trace.configuration.killsOnExit = true
  for try await event in trace {
    guard case .call(let call) = event, let path = (call["pathname"] ?? call["filename"])?.text else { continue }
    lines.append("\(call.name) \(path): \(call.error ?? "found")")
  }
  return lines
}
