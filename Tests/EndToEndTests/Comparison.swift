import Foundation

/// What two traces of the same program differ in, after masking.
struct Comparison {
  /// What a program's nature makes differ from run to run, beyond what the masks cover.
  enum Tolerance {
    /// Threads that contend for a lock call the kernel or not, as chance has it: such calls are left out.
    case races(calls: [String])
  }

  /// A description of each thread that differs; empty when the traces are alike.
  let differences: [String]

  init(expected: TraceLog, actual: TraceLog, tolerances: [Tolerance]) {
    var differences: [String] = []
    if !actual.strays.isEmpty { differences.append("lines without a thread: \(actual.strays.prefix(3))") }
    let (names, otherNames) = (expected.threads.map(\.name), actual.threads.map(\.name))
    if names != otherNames { differences.append("threads: strace's \(names), ours \(otherNames)") }
    for thread in expected.threads {
      guard let other = actual.threads.first(where: { $0.name == thread.name }) else { continue }
      var (theirs, ours) = (Lines(thread.lines, tolerances), Lines(other.lines, tolerances))
      theirs.cover { Mask.cover($0) }
      ours.cover { Mask.cover($0) }
      let delta = Lines.difference(theirs, ours)
      if !delta.isEmpty { differences.append("thread \(thread.name):\n" + delta.prefix(20).joined(separator: "\n")) }
    }
    self.differences = differences
  }
}

/// The lines of one thread, ready to be compared.
private struct Lines {
  var lines: [TraceLog.Line]
  /// When a child's end is noticed is chance: what is compared of these is how many there are, and of which form.
  var childSignals: [TraceLog.Line]

  init(_ all: [TraceLog.Line], _ tolerances: [Comparison.Tolerance]) {
    var kept = all
    for case .races(let calls) in tolerances {
      kept.removeAll { line in calls.contains { line.text.hasPrefix($0 + "(") } }
    }
    lines = kept.filter { !$0.text.hasPrefix("--- SIGCHLD ") }
    childSignals = kept.filter { $0.text.hasPrefix("--- SIGCHLD ") }
  }

  mutating func cover(_ mask: (String) -> String) {
    func covered(_ lines: [TraceLog.Line]) -> [TraceLog.Line] {
      let texts = mask(lines.map(\.text).joined(separator: "\n")).split(
        separator: "\n", omittingEmptySubsequences: false)
      return zip(lines, texts).map { line, text in
        TraceLog.Line(text: String(text), hasOwnAlignment: line.hasOwnAlignment && line.text == text)
      }
    }
    lines = covered(lines)
    childSignals = covered(childSignals)
  }

  /// `-` strace's lines and `+` ours, where they differ.
  static func difference(_ theirs: Lines, _ ours: Lines) -> [String] {
    let (old, new) = (theirs.all, ours.all)
    guard old == new else {
      return new.difference(from: old).sorted { $0.offset < $1.offset }.map {
        switch $0 {
        case .remove(_, let line, _): "  - \(line)"
        case .insert(_, let line, _): "  + \(line)"
        }
      }
    }
    return zip(theirs.lines, ours.lines).filter { $0.hasOwnAlignment && $1.hasOwnAlignment && $0.text != $1.text }
      .flatMap { ["  - \($0.text)", "  + \($1.text)"] }
  }

  private var all: [String] {
    (lines + childSignals.sorted { $0.text < $1.text }).map { $0.text.unaligned }
  }
}

extension CollectionDifference.Change {
  fileprivate var offset: Int {
    switch self {
    case .remove(let offset, _, _), .insert(let offset, _, _): offset
    }
  }
}

extension String {
  /// With one space before the `=` of the result, however it was aligned.
  fileprivate var unaligned: String { replacing(pattern: #"\) +="#, with: ") =") }
}
