import Tracing

/// The calls that name a path, a line each.
func filesNamed(by command: [String]) async throws -> [String] {
  var lines: [String] = []
  for try await event in TraceEvents(command: command) {
    guard case .call(let call) = event, let path = (call["pathname"] ?? call["filename"])?.text else { continue }
    lines.append("\(call.name) \(path): \(call.error ?? "found")")
  }
  return lines
}
