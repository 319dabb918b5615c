/// Calls as comma-separated values (RFC 4180) with one type a column: times and durations in seconds, what is not there empty.
public struct CSV: Export {
  private var hasHeading = false

  public init() {}

  private static let columns = [
    "time", "duration", "pid", "tid", "comm", "name", "fd", "path", "peer", "result", "bytes", "error", "call",
  ]

  public mutating func add(_ line: UnsafeRawBufferPointer, to write: (String) -> Void) {
    if !hasHeading { write(Self.columns.joined(separator: ",") + "\r\n") }
    hasHeading = true
    guard let call = TraceLine(line), call.event == .syscall else { return }
    let name = String(decoding: call.name, as: UTF8.self)
    let argument = call.argument(namedBy: TraceSummary.descriptors)
    let text = argument.flatMap { CallText.descriptorText($0) }
    let isPath = text?.hasPrefix("/") ?? false
    let address = call.argument(namedBy: TraceSummary.addresses).flatMap { CallText.address($0) }
    let path = call.path.flatMap { TraceText.text(of: $0) } ?? (isPath ? text : nil)
    let isMoving =
      TraceSummary.reading.contains(where: call.name.equals) || TraceSummary.writing.contains(where: call.name.equals)
      || TraceSummary.copying.contains { call.name.equals($0.call) }
    let bytes = isMoving && !call.isFailed ? call.returned : nil
    let fields: [String] = [
      Seconds.text(call.time), call.duration.map(Seconds.text) ?? "", "\(call.pid)", "\(call.tid)",
      Self.field(call.command.flatMap { TraceText.text(of: $0) } ?? ""), Self.field(name),
      argument?.member("fd")?.integer.map { "\($0)" } ?? "", Self.field(path ?? ""),
      Self.field(address ?? (isPath ? nil : text) ?? ""), call.returned.map { "\($0)" } ?? "",
      bytes.map { "\($0)" } ?? "", Self.field(call.error.map { String(decoding: $0, as: UTF8.self) } ?? ""),
      Self.field(CallText.line(call)),
    ]
    write(fields.joined(separator: ",") + "\r\n")
  }

  public mutating func finish(to write: (String) -> Void) {}

  /// Control characters as `\x1b`.
  private static func field(_ given: String) -> String {
    let text = CallText.plain(given)
    guard text.utf8.contains(where: { $0 == 0x22 || $0 == 0x2c }) else { return text }
    return "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
