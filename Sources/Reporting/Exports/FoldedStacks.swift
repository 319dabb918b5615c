/// Stacks as flame graphs want them: frames from the outermost in, joined by semicolons, and the microseconds in calls.
public struct FoldedStacks: Export {
  private var times: [String: Int64] = [:]
  private static let most = 200_000

  /// Whether any call had a stack (`trapline -k`).
  public var hasStacks: Bool { !times.isEmpty }

  public init() {}

  public mutating func add(_ line: UnsafeRawBufferPointer, to write: (String) -> Void) {
    guard let call = TraceLine(line), call.event == .syscall, let duration = call.duration,
      let stack = line.member("stack"), stack.count > 2
    else { return }
    var frames: [String] = []
    var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: stack.dropFirst()))
    while frames.count < 512, let frame = cursor.value() {
      frames.append(Self.name(frame))
      cursor.passSeparator()
    }
    let command = call.command.flatMap { TraceText.text(of: $0, limit: 64) } ?? "\(call.pid)"
    let names = [command] + frames.reversed() + [String(decoding: call.name, as: UTF8.self)]
    let parts = names.map { $0.replacing(";", with: ":").replacing("\n", with: " ") }
    let key = parts.map(CallText.plain).joined(separator: ";")
    if times.count >= Self.most && times[key] == nil { return }
    times[key, default: 0] +|= duration
  }

  public mutating func finish(to write: (String) -> Void) {
    for (stack, time) in times.sorted(by: { $0.key < $1.key }) { write("\(stack) \(max(time / 1_000, 1))\n") }
  }

  private static func name(_ frame: UnsafeRawBufferPointer) -> String {
    if let symbol = frame.member("symbol").flatMap({ TraceText.text(of: $0, limit: 300) }) { return symbol }
    let module = frame.member("module").flatMap { TraceText.text(of: $0, limit: 300) }
    return module.map { "[" + ($0.split(separator: "/").last.map(String.init) ?? $0) + "]" } ?? "[unknown]"
  }
}
