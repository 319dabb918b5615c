/// Where the time of a trace went, from its first process through the children that it waited for.
struct CriticalPath {
  /// A part of the way: this process worked, or waited for something other than a child.
  struct Step: Equatable {
    var pid: Int32
    var start: Int64
    var end: Int64
  }

  /// A wait that ended with a child's end.
  struct Wait {
    var start: Int64
    var end: Int64
    var child: Int32
  }

  private static let mostSteps = 200
  private static let mostWaits = 50_000

  private var waits: [Int32: [Wait]] = [:]
  private var count = 0

  mutating func add(_ wait: Wait, of pid: Int32) {
    guard count < Self.mostWaits else { return }
    count += 1
    waits[pid, default: []].append(wait)
  }

  /// The way from the start of `root` to its end, in order; walked from the end, each wait replaced by its child.
  func steps(from root: Int32, _ processes: [Int32: ProcessRecord]) -> [Step] {
    guard let process = processes[root] else { return [] }
    var steps: [Step] = []
    var visited: Set<Int32> = [root]
    // Processes whose earlier part is still to be walked.
    var open: [(pid: Int32, floor: Int64)] = [(root, process.first)]
    var end = process.ended ?? process.last
    while let (pid, floor) = open.last, steps.count < Self.mostSteps {
      let last = waits[pid]?.last { $0.end <= end && $0.end > floor && !visited.contains($0.child) }
      guard let last, let child = processes[last.child] else {
        if end > floor { steps.append(Step(pid: pid, start: floor, end: end)) }
        end = min(end, floor)
        open.removeLast()
        continue
      }
      visited.insert(last.child)
      if end > last.end { steps.append(Step(pid: pid, start: last.end, end: end)) }
      end = last.end
      open.append((last.child, max(child.first, floor)))
    }
    return steps.reversed()
  }
}
