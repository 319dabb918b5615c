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
    /// The child whose bad end this process went by.
    var child: Int32?
    /// Whether it ended as that child did.
    var isPassedOn: Bool
    var said: String
    /// What the signal that killed it told.
    var cause: String
    /// Newest first.
    var calls: [Call]
    /// It has nothing to do with how the whole ended.
    var isAside: Bool

    fileprivate var rank: Int
  }

  let inOrder: [Trouble]

  init(_ summary: TraceSummary) {
    let bad = summary.processes.filter { $0.value.endedBadly }
    let children = Self.blamedChildren(of: bad, in: summary.processes)
    let decisive = Self.way(from: summary.root, through: children, bad)
    inOrder = bad.map { pid, process in
      let child = children[pid]
      let isPassedOn = child.map { Self.isSameEnd(process, bad[$0]) } ?? false
      let place = decisive.firstIndex(of: pid)
      let isKilled = process.end.hasPrefix("SIG")
      return Trouble(
        pid: pid, command: process.commandLine, end: process.end, time: process.ended ?? process.last, child: child,
        isPassedOn: isPassedOn,
        said: String(decoding: process.trouble.said.suffix(ProcessRecord.Trouble.mostSaid), as: UTF8.self),
        cause: process.trouble.cause(of: process.end), calls: process.trouble.failed.reversed().map(\.call),
        isAside: !decisive.isEmpty && place == nil && !isKilled,
        // What the whole went by, the last link of the chain first; then who was killed, then the rest.
        rank: place.map { decisive.count - $0 } ?? Int.max - (isKilled ? 2 : isPassedOn ? 0 : 1))
    }
    .sorted { ($0.rank, $1.time, $1.pid) < ($1.rank, $0.time, $0.pid) }
  }

  /// For each process that ended badly the child whose end it went by: the last one that ended as it did itself, or, since
  /// its last program began, the last of all its children.
  private static func blamedChildren(
    of bad: [Int32: ProcessRecord], in all: [Int32: ProcessRecord]
  ) -> [Int32: Int32] {
    var last: [Int32: Int32] = [:]
    var same: [Int32: Int32] = [:]
    for (pid, process) in all {
      guard let parent = process.parent, let blaming = bad[parent], let time = process.ended, time >= blaming.executed,
        time <= blaming.ended ?? .max
      else { continue }
      func isLater(than other: Int32?) -> Bool { other.flatMap { all[$0]?.ended }.map { time > $0 } ?? true }
      if isLater(than: last[parent]) { last[parent] = pid }
      if isSameEnd(blaming, bad[pid]), isLater(than: same[parent]) { same[parent] = pid }
    }
    return same.merging(last.filter { bad[$0.value] != nil }) { same, _ in same }
      .filter { bad[$0.key]?.end.hasPrefix("SIG") == false }
  }

  /// Whether a parent ended as its child did, as a shell tells it: 128 and the signal's number for one that was killed.
  private static func isSameEnd(_ parent: ProcessRecord, _ child: ProcessRecord?) -> Bool {
    guard let child, child.endedBadly else { return false }
    return parent.end == child.end || child.signal.map { parent.end == "\(128 + $0)" } ?? false
  }

  /// From the first process down to the one whose end decided its own; nothing when the first one ended well.
  private static func way(
    from root: Int32?, through children: [Int32: Int32], _ bad: [Int32: ProcessRecord]
  ) -> [Int32] {
    guard let root, bad[root] != nil else { return [] }
    var way = [root]
    while let last = way.last, let child = children[last], !way.contains(child) { way.append(child) }
    return way
  }
}
