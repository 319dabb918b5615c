/// The processes that ended badly, those first in which something went wrong.
struct Troubles {
  struct Call {
    var time: Int64
    var text: String
  }

  struct Trouble {
    var pid: Int32
    var command: String
    var end: String
    var time: Int64
    /// The child whose bad end this one seems to pass on.
    var passedOn: Int32?
    var said: String
    /// Newest first.
    var calls: [Call]
  }

  let inOrder: [Trouble]

  init(_ summary: TraceSummary) {
    let bad = summary.processes.filter { $0.value.endedBadly }
    var lastBadChild: [Int32: Int32] = [:]
    for (pid, process) in bad {
      guard let parent = process.parent, let time = process.ended else { continue }
      let known = lastBadChild[parent].flatMap { bad[$0]?.ended } ?? .min
      if time > known { lastBadChild[parent] = pid }
    }
    inOrder = bad.map { pid, process in
      let child = lastBadChild[pid].flatMap { bad[$0]?.end == process.end ? $0 : nil }
      return Trouble(
        pid: pid, command: process.commandLine, end: process.end, time: process.ended ?? process.last,
        passedOn: process.end.hasPrefix("SIG") ? nil : child,
        said: String(decoding: process.trouble.said.suffix(ProcessRecord.Trouble.mostSaid), as: UTF8.self),
        calls: process.trouble.failed.reversed().compactMap(Self.call))
    }
    .sorted { left, right in
      if (left.passedOn == nil) != (right.passedOn == nil) { return left.passedOn == nil }
      return (left.time, left.pid) > (right.time, right.pid)
    }
  }

  private static func call(_ bytes: [UInt8]) -> Call? {
    bytes.withUnsafeBytes { line in TraceLine(line).map { Call(time: $0.time, text: CallText.line($0)) } }
  }
}
