/// Spans of OpenTelemetry in its JSON form for files (OTLP): one a process, and one a call that took long.
public struct Spans: Export {
  private struct Process {
    let id: UInt64
    var start: Int64
    var end: Int64
    /// The id of its parent's span.
    var parent: UInt64?
    var name = ""
    var status = ""
  }

  /// Nanoseconds that a call has to take for a span of its own.
  private let threshold: Int64
  /// Those that have not ended.
  private var processes: [Int32: Process] = [:]
  private var started: UInt64 = 0
  /// Those that ended last: the call that started one may return after its end.
  private var ended: [(pid: Int32, process: Process)] = []
  private static let mostEnded = 1_000
  private var hasSpans = false
  private var trace = ""
  private static let mostCalls = 500_000
  private var calls = 0

  public init(callsFrom threshold: Int64) { self.threshold = threshold }

  public mutating func add(_ line: UnsafeRawBufferPointer, to write: (String) -> Void) {
    if trace.isEmpty {
      // One log is one trace: named by its first line.
      let first = CallKey.of(bytes: line)
      trace = Self.hexadecimal(first) + Self.hexadecimal(first &* 0x9e37_79b9_7f4a_7c15 | 1)
      let host = line.member("host").flatMap { TraceText.text(of: $0) } ?? ""
      write(#"{"resourceSpans":[{"resource":{"attributes":["#)
      write(Self.attribute("service.name", "trapline") + "," + Self.attribute("host.name", host))
      write("]},\"scopeSpans\":[{\"scope\":{\"name\":\"trapline\"},\"spans\":[\n")
    }
    guard let event = TraceLine(line), event.pid != 0 else { return }
    let end = event.time +| (event.duration ?? 0)
    meet(event.pid, from: event.time, to: end)
    let known = processes[event.pid]?.end ?? end
    processes[event.pid]?.end = max(known, end)
    if event.event == .attach, let parent = event.parent, let id = processes[parent]?.id {
      processes[event.pid]?.parent = id
    }
    if event.event == .exit, event.tid == event.pid, var process = processes.removeValue(forKey: event.pid) {
      process.status = event.status.map { "\($0)" } ?? event.signal.flatMap(TraceLine.constantName) ?? ""
      ended.append((event.pid, process))
      if ended.count >= 2 * Self.mostEnded { writeEnded(Self.mostEnded, to: write) }
    }
    guard event.event == .syscall else { return }
    addCall(event, end, to: write)
  }

  private mutating func meet(_ pid: Int32, from start: Int64, to end: Int64) {
    guard processes[pid] == nil else { return }
    started += 1
    processes[pid] = Process(id: UInt64(1) << 62 | started, start: start, end: end)
  }

  private mutating func addCall(_ call: TraceLine, _ end: Int64, to write: (String) -> Void) {
    if let child = call.startedProcess {
      let parent = processes[call.pid]?.id
      if processes[child] == nil, let place = ended.lastIndex(where: { $0.pid == child && $0.process.parent == nil }) {
        ended[place].process.parent = parent
      } else {
        meet(child, from: call.time, to: end)
        processes[child]?.parent = parent
      }
    }
    if call.isExec, !call.isFailed {
      processes[call.pid]?.name = call.path.flatMap { TraceText.text(of: $0, limit: 300) } ?? ""
    }
    guard let duration = call.duration, duration >= threshold, calls < Self.mostCalls else { return }
    calls += 1
    let attributes = [
      Self.attribute("syscall", CallText.line(call)), Self.attribute("thread.id", Int64(call.tid)),
      Self.attribute("process.pid", Int64(call.pid)),
    ]
    let error = call.error.map { String(decoding: $0, as: UTF8.self) }
    add(
      span(
        id: UInt64(1) << 63 | UInt64(calls), parent: processes[call.pid]?.id,
        name: String(decoding: call.name, as: UTF8.self),
        from: call.time, to: end, attributes, error: error), to: write)
  }

  private mutating func add(_ span: String, to write: (String) -> Void) {
    write((hasSpans ? ",\n" : "") + span)
    hasSpans = true
  }

  private mutating func writeEnded(_ count: Int, to write: (String) -> Void) {
    for (pid, process) in ended.prefix(count) { add(span(of: process, pid), to: write) }
    ended.removeFirst(min(count, ended.count))
  }

  public mutating func finish(to write: (String) -> Void) {
    guard !trace.isEmpty else { return }
    writeEnded(ended.count, to: write)
    for (pid, process) in processes.sorted(by: { $0.key < $1.key }) { add(span(of: process, pid), to: write) }
    write("\n]}]}]}\n")
  }

  private func span(of process: Process, _ pid: Int32) -> String {
    let attributes = [Self.attribute("process.pid", Int64(pid)), Self.attribute("process.exit", process.status)]
    let isBad = !process.status.isEmpty && process.status != "0"
    return span(
      id: process.id, parent: process.parent, name: process.name.isEmpty ? "process" : process.name,
      from: process.start, to: process.end, attributes, error: isBad ? process.status : nil)
  }

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
