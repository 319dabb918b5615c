import Decoding
import SyscallTables

/// Counts calls, errors and times, and writes them as the table of `-c`.
public final class SummaryConsumer: TraceConsumer {
  /// What is known of all calls of one number.
  struct Count {
    var name = CallName.named(TableString(0))
    var calls: UInt64 = 0
    var errors: UInt64 = 0
    /// What `-w` chooses.
    var time = Times()
    /// The time that passed.
    var wall = Times()

    mutating func add(_ other: Count) {
      calls += other.calls
      errors += other.errors
      time.add(other.time)
      wall.add(other.wall)
    }

    func average(_ times: Times) -> UInt64 { calls == 0 ? 0 : times.total / calls }
  }

  /// Nanoseconds.
  struct Times {
    var total: UInt64 = 0
    var shortest: UInt64 = .max
    var longest: UInt64 = 0

    init() {}
    init(_ one: UInt64) { (total, shortest, longest) = (one, one, one) }

    mutating func add(_ other: Times) {
      total &+= other.total
      shortest = min(shortest, other.shortest)
      longest = max(longest, other.longest)
    }
  }

  private let options: SummaryOptions
  private let sink: OutputSink
  /// Counts by number, for each ABI; see ``place(of:)``.
  private var counts: [[Count]]
  private var unnamed = UnnamedCalls()

  /// - Parameter sink: where ``writeTable()`` writes.
  public init(options: SummaryOptions, sink: OutputSink) {
    var options = options
    // Numbers say nothing without the name of the call.
    if !options.columns.contains(.name) { options.columns.append(.name) }
    self.options = options
    self.sink = sink
    counts = ABI.allCases.map { _ in [] }
  }

  public override func handle(_ event: TraceEvent) {
    if case .callReturned(let call, _) = event, options.statuses.accepts(call) { count(call) }
  }

  private func count(_ call: CallRecord) {
    guard !call.neverReturns else { return }
    let (number, name) = place(of: call)
    let wall = Times(withoutOverhead(call.ended > call.began ? call.ended - call.began : 0))
    let time = options.countsWallClock ? wall : Times(withoutOverhead(call.systemTime))
    let one = Count(name: name, calls: 1, errors: call.error == 0 ? 0 : 1, time: time, wall: wall)
    add(one, Int(call.abi.rawValue), number)
  }

  /// Counts calls that were counted elsewhere, none of which stands for another. Both times are what they took.
  public func add(_ counted: CallCount) {
    var time = Times()
    (time.total, time.shortest, time.longest) = (counted.total, counted.shortest, counted.longest)
    let one = Count(
      name: .named(counted.entry.name), calls: counted.calls, errors: counted.errors, time: time, wall: time)
    add(one, Int(counted.abi.rawValue), Int(clamping: counted.entry.number))
  }

  private func add(_ one: Count, _ abi: Int, _ number: Int) {
    if counts[abi].count <= number {
      counts[abi].append(contentsOf: repeatElement(Count(), count: number + 64 - counts[abi].count))
    }
    counts[abi][number].name = one.name
    counts[abi][number].add(one)
  }

  private func withoutOverhead(_ time: UInt64) -> UInt64 { time > options.overhead ? time - options.overhead : 0 }

  /// Where a call is counted, and its name there: at its number; behind all numbers, at that of the call that it stands
  /// for; behind these, where it has no name.
  private func place(of call: CallRecord) -> (Int, CallName) {
    guard let entry = call.entry else {
      let (row, name) = unnamed.row(of: call.number)
      return (Self.firstUnnamed + row, name)
    }
    let place = call.subcallPlace.map { Self.firstSubcall + $0 } ?? Int(clamping: entry.number)
    return (place, .named(call.name ?? entry.name))
  }

  private static let firstSubcall = 1024
  private static let firstUnnamed = firstSubcall + Subcall.all.count

  /// Writes the table, one for each ABI that was used, and flushes.
  public func writeTable() {
    for abi in ABI.allCases {
      let rows = counts[Int(abi.rawValue)].filter { $0.calls > 0 }
      if rows.isEmpty { continue }
      if abi != .native {
        sink.buffer.append("System call usage summary for ")
        sink.buffer.append(abi.mode)
        sink.buffer.append(" mode:\n")
      }
      SummaryTable(options: options, rows: sorted(rows)).write(to: &sink.buffer)
    }
    sink.flush()
  }

  /// Writes the counts as JSON, an object a call, in the table's order, and flushes.
  public func writeJSON() {
    for abi in ABI.allCases {
      for row in sorted(counts[Int(abi.rawValue)].filter({ $0.calls > 0 })) { row.write(abi, to: &sink.buffer) }
    }
    sink.flush()
  }

  private func sorted(_ rows: [Count]) -> [Count] {
    guard case .by(let column) = options.order else { return rows }
    func key(_ count: Count) -> UInt64 {
      switch column {
      case .timePercent, .totalTime: count.time.total
      case .minimumTime: count.time.shortest
      case .maximumTime: count.time.longest
      case .averageTime: count.average(count.time)
      case .totalWall: count.wall.total
      case .minimumWall: count.wall.shortest
      case .maximumWall: count.wall.longest
      case .averageWall: count.average(count.wall)
      case .calls: count.calls
      case .errors: count.errors
      case .name: 0
      }
    }
    if column == .name {
      return rows.map { (row: $0, name: Array($0.name.text.utf8)) }
        .sorted { $0.name.lexicographicallyPrecedes($1.name) }.map(\.row)
    }
    // Those that are alike stay in the order of their numbers.
    return rows.enumerated().sorted {
      let (left, right) = (key($0.element), key($1.element))
      return left == right ? $0.offset < $1.offset : left > right
    }.map(\.element)
  }
}
