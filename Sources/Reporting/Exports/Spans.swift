/// Spans of OpenTelemetry in its JSON form for files (OTLP): one a process, and one a call that took long.
public struct Spans: Export {
  private struct Process {
    var start: Int64
    var end: Int64
    var parent: Int32?
    var name = ""
    var status = ""
  }

  /// Nanoseconds that a call has to take for a span of its own.
  private let threshold: Int64
  private var processes: [Int32: Process] = [:]
  private var order: [Int32] = []
  private var trace = ""
  private var host = ""
  private static let mostCalls = 500_000
  private var calls = 0

  public init(callsFrom threshold: Int64) { self.threshold = threshold }

  public mutating func add(_ line: UnsafeRawBufferPointer, to write: (String) -> Void) {
    if trace.isEmpty {
      // One log is one trace: named by its first line.
      let first = CallKey.of(bytes: line)
      trace = Self.hexadecimal(first) + Self.hexadecimal(first &* 0x9e37_79b9_7f4a_7c15 | 1)
      host = line.member("host").flatMap { TraceText.text(of: $0) } ?? ""
      write(#"{"resourceSpans":[{"resource":{"attributes":["#)
      write(Self.attribute("service.name", "trapline") + "," + Self.attribute("host.name", host))
      write("]},\"scopeSpans\":[{\"scope\":{\"name\":\"trapline\"},\"spans\":[\n")
    }
    guard let event = TraceLine(line), event.pid != 0 else { return }
    let end = event.time +| (event.duration ?? 0)
    if processes[event.pid] == nil {
      processes[event.pid] = Process(start: event.time, end: end)
      order.append(event.pid)
    }
    let known = processes[event.pid]?.end ?? end
    processes[event.pid]?.end = max(known, end)
    if event.event == .attach, let parent = event.parent { processes[event.pid]?.parent = parent }
    if event.event == .exit, event.tid == event.pid {
      processes[event.pid]?.status = event.status.map { "\($0)" } ?? event.signal.flatMap(TraceLine.constantName) ?? ""
    }
    guard event.event == .syscall else { return }
    addCall(event, end, to: write)
  }

  private mutating func addCall(_ call: TraceLine, _ end: Int64, to write: (String) -> Void) {
    if let child = call.startedProcess {
      if processes[child] == nil {
        processes[child] = Process(start: call.time, end: end)
        order.append(child)
      }
      processes[child]?.parent = call.pid
    }
    if call.name.equals("execve"), !call.isFailed {
      processes[call.pid]?.name = call.path.flatMap { TraceText.text(of: $0, limit: 300) } ?? ""
    }
    guard let duration = call.duration, duration >= threshold, calls < Self.mostCalls else { return }
    calls += 1
    let attributes = [
      Self.attribute("syscall", CallText.line(call)), Self.attribute("thread.id", Int64(call.tid)),
      Self.attribute("process.pid", Int64(call.pid)),
    ]
    let error = call.error.map { String(decoding: $0, as: UTF8.self) }
    write(
      span(
        id: UInt64(1) << 63 | UInt64(calls), parent: Self.id(call.pid),
        name: String(decoding: call.name, as: UTF8.self),
        from: call.time, to: end, attributes, error: error) + ",\n")
  }

  public mutating func finish(to write: (String) -> Void) {
    guard !trace.isEmpty else { return }
    let texts = order.compactMap { pid -> String? in
      guard let process = processes[pid] else { return nil }
      let attributes = [Self.attribute("process.pid", Int64(pid)), Self.attribute("process.exit", process.status)]
      let isBad = !process.status.isEmpty && process.status != "0"
      return span(
        id: Self.id(pid), parent: process.parent.map(Self.id), name: process.name.isEmpty ? "process" : process.name,
        from: process.start, to: process.end, attributes, error: isBad ? process.status : nil)
    }
    write(texts.joined(separator: ",\n") + "\n]}]}]}\n")
  }

  private static func id(_ pid: Int32) -> UInt64 { UInt64(UInt32(bitPattern: pid)) | 1 << 40 }

  private func span(
    id: UInt64, parent: UInt64?, name: String, from: Int64, to: Int64, _ attributes: [String], error: String?
  ) -> String {
    let status = error.map { "{\"code\":2,\"message\":\(PageText.json($0))}" } ?? "{}"
    var members: [String] = ["\"traceId\":\"\(trace)\"", "\"spanId\":\"\(Self.hexadecimal(id))\""]
    if let parent { members.append("\"parentSpanId\":\"\(Self.hexadecimal(parent))\"") }
    members += [
      "\"name\":\(PageText.json(name))", "\"kind\":1", "\"startTimeUnixNano\":\"\(max(from, 0))\"",
      "\"endTimeUnixNano\":\"\(max(to, 0))\"", "\"attributes\":\(PageText.list(attributes))", "\"status\":\(status)",
    ]
    return "{" + members.joined(separator: ",") + "}"
  }

  private static func attribute(_ key: String, _ value: String) -> String {
    "{\"key\":\"\(key)\",\"value\":{\"stringValue\":\(PageText.json(value))}}"
  }

  private static func attribute(_ key: String, _ value: Int64) -> String {
    "{\"key\":\"\(key)\",\"value\":{\"intValue\":\"\(value)\"}}"
  }

  private static func hexadecimal(_ number: UInt64) -> String {
    let digits = String(number, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
