/// How a trace of a run that went wrong differs from one that went well; what matters most first.
public struct Comparison {
  /// What kind of difference, in the order in which they matter.
  enum Kind: Int, CaseIterable {
    case fails, failsOtherwise, failsNewly, tells, findsLess, ends, missing, additional, onlyGoodProgram, onlyBadProgram
    case succeeds

    var title: String {
      switch self {
      case .fails: "succeeded, and now fails"
      case .failsOtherwise: "fails for another reason"
      case .failsNewly: "a failed call that the good run does not make"
      case .findsLess: "something is not there, for which the good run does not look"
      case .tells: "told the program something else"
      case .ends: "the process ends otherwise"
      case .missing: "a call that only the good run makes"
      case .additional: "a call that only the bad run makes"
      case .onlyGoodProgram: "a process that only the good run has"
      case .onlyBadProgram: "a process that only the bad run has"
      case .succeeds: "failed, and now succeeds"
      }
    }

    /// Whether such differences follow each other for one reason.
    var comesInRows: Bool {
      switch self {
      case .missing, .additional, .failsNewly, .findsLess: true
      default: false
      }
    }
  }

  struct Side {
    var pid: Int32
    /// Nanoseconds since the start of the trace.
    var time: Int64
    var text: String
  }

  struct Difference {
    var kind: Kind
    var command: String
    var good: Side?
    var bad: Side?
    /// How many differences like it follow in the same place.
    var more = 0
    /// Of no interest but by its number.
    fileprivate var isQuiet = false
    /// Lower comes first.
    fileprivate var weight: Int
    fileprivate var moment: Int64
  }

  let good: Recording
  let bad: Recording
  private(set) var differences: [Difference] = []
  private static let most = 20_000
  /// So many calls more are a difference, whatever they are.
  private static let many = 1_000

  public init(good: Recording, bad: Recording) {
    self.good = good
    self.bad = bad
    let pairs = ProcessPairs(good, bad)
    for (left, right) in pairs.both { compare(left, right) }
    for pid in pairs.onlyGood { addProcess(pid, of: good, .onlyGoodProgram) }
    for pid in pairs.onlyBad { addProcess(pid, of: bad, .onlyBadProgram) }
    differences.sort { ($0.weight, $0.moment) < ($1.weight, $1.moment) }
  }

  public var isSame: Bool { differences.isEmpty }

  /// The environment variables by which the first programs' environments differ.
  var environment: [(name: String, good: String?, bad: String?)] {
    let (left, right) = (CommandList.variables(good.environment), CommandList.variables(bad.environment))
    return CommandList.changed(left, right).map { ($0, left[$0], right[$0]) }
  }

  private mutating func compare(_ left: Int32, _ right: Int32) {
    guard let one = good.processes[left], let other = bad.processes[right] else { return }
    let endsOtherwise = one.end != other.end
    // A process that ends otherwise is where to look first.
    let base = endsOtherwise ? 0 : 100
    // Calls that one run alone makes come in long rows, whose first says enough.
    var row: (kind: Kind, index: Int)?
    // Calls of no interest since then.
    var quiet = 0
    for pair in Alignment.pairs(one.calls.map(\.key), other.calls.map(\.key)) {
      let call = (pair.left.map { one.calls[$0] }, pair.right.map { other.calls[$0] })
      guard let kind = kind(call.0, call.1) else {
        if call.0 != nil && call.1 != nil { row = nil }
        continue
      }
      let isQuiet = call.0 == nil && call.1?.isNoise == true
      quiet = isQuiet ? quiet + 1 : 0
      if isQuiet, row != nil, quiet < Self.many { continue }
      if let last = row, last.kind == kind, differences[last.index].isQuiet == isQuiet, kind.comesInRows {
        differences[last.index].more += 1
        continue
      }
      dropQuiet()
      guard differences.count < Self.most else { break }
      row = (kind, differences.count)
      differences.append(
        Difference(
          kind: kind, command: other.commandLine, good: call.0.map { side(good, left, $0) },
          bad: call.1.map { side(bad, right, $0) }, more: isQuiet ? quiet - 1 : 0, isQuiet: isQuiet,
          weight: base + kind.rawValue,
          moment: (call.1 ?? call.0)?.time.less((call.1 == nil ? good : bad).start ?? 0) ?? 0))
    }
    dropQuiet()
    guard endsOtherwise, differences.count < Self.most else { return }
    func end(_ process: Recording.Process) -> String {
      let said = String(decoding: process.trouble.said.suffix(1_000), as: UTF8.self)
      return (process.end ?? "its end is not in the trace") + (said.isEmpty ? "" : "; it said " + CallText.quoted(said))
    }
    let moment = other.calls.last?.time ?? other.first
    differences.append(
      Difference(
        kind: .ends, command: other.commandLine,
        good: Side(pid: left, time: (one.calls.last?.time ?? one.first).less(good.start ?? 0), text: end(one)),
        bad: Side(pid: right, time: moment.less(bad.start ?? 0), text: end(other)), weight: Kind.ends.rawValue,
        moment: moment.less(bad.start ?? 0)))
  }

  /// Takes away a row of calls of no interest that turned out short.
  private mutating func dropQuiet() {
    if let last = differences.last, last.isQuiet, last.more < Self.many { differences.removeLast() }
  }

  private func kind(_ left: Recording.Call?, _ right: Recording.Call?) -> Kind? {
    guard let left else {
      guard let right else { return nil }
      if right.error < 0 || right.isNoise { return .additional }
      return right.isSearch ? .findsLess : .failsNewly
    }
    guard let right else { return left.isNoise || left.error >= 0 ? nil : .missing }
    if isSameError(left.error, right.error) { return left.value != right.value ? .tells : nil }
    if left.isNoise && right.isNoise { return nil }
    if right.error == -1 { return left.isNoise ? nil : .succeeds }
    if left.error == -1 { return right.isNoise ? nil : .fails }
    return .failsOtherwise
  }

  private func isSameError(_ left: Int32, _ right: Int32) -> Bool {
    if left < 0 || right < 0 { return left == right }
    return good.errors.text(Int(left)) == bad.errors.text(Int(right))
  }

  private func side(_ recording: Recording, _ pid: Int32, _ call: Recording.Call) -> Side {
    Side(pid: pid, time: call.time.less(recording.start ?? 0), text: recording.text(call))
  }

  private mutating func addProcess(_ pid: Int32, of recording: Recording, _ kind: Kind) {
    guard let process = recording.processes[pid], differences.count < Self.most else { return }
    let side = Side(
      pid: pid, time: process.first.less(recording.start ?? 0),
      text: process.commandLine + (process.end.map { ": " + $0 } ?? ""))
    differences.append(
      Difference(
        kind: kind, command: process.commandLine, good: kind == .onlyGoodProgram ? side : nil,
        bad: kind == .onlyBadProgram ? side : nil, weight: 50 + kind.rawValue, moment: side.time))
  }
}

/// Which processes of two traces are the same: by command line, then by program, in order.
struct ProcessPairs {
  private(set) var both: [(Int32, Int32)] = []
  private(set) var onlyGood: [Int32] = []
  private(set) var onlyBad: [Int32] = []

  init(_ good: Recording, _ bad: Recording) {
    onlyGood = good.order
    onlyBad = bad.order
    // The traced commands belong together, whatever they are.
    if let first = onlyGood.first, let other = onlyBad.first {
      both.append((first, other))
      onlyGood.removeFirst()
      onlyBad.removeFirst()
    }
    pair(good, bad) { recording, pid in recording.processes[pid].map { $0.stableLine(roots: recording.roots) } }
    pair(good, bad) { recording, pid in
      recording.processes[pid].flatMap { $0.arguments.first }.map {
        $0.split(separator: "/").last.map(String.init) ?? $0
      }
    }
    both.sort { ($0.1) < ($1.1) }
  }

  private mutating func pair(_ good: Recording, _ bad: Recording, by key: (Recording, Int32) -> String?) {
    var places: [String: [Int32]] = [:]
    for pid in onlyBad.reversed() { if let key = key(bad, pid) { places[key, default: []].append(pid) } }
    var taken: Set<Int32> = []
    onlyGood.removeAll { pid in
      guard let key = key(good, pid), let partner = places[key]?.popLast() else { return false }
      both.append((pid, partner))
      taken.insert(partner)
      return true
    }
    onlyBad.removeAll { taken.contains($0) }
  }
}
