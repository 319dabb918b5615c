import ArgumentParser

/// The table of calls.
public struct StatisticsOptions: ParsableArguments {
  public init() {}

  @Flag(name: [.customShort("c"), .customLong("summary-only")], help: "Count calls, errors and time, and show a table.")
  public var summaryOnly = false

  @Flag(name: [.customShort("C"), .customLong("summary")], help: "Show the table behind the trace.")
  public var summary = false

  @Flag(
    name: [.customShort("w"), .customLong("summary-wall-clock")],
    help: "Count the time that passes, not that of the processor.")
  public var wallClock = false

  @Option(
    name: [.customShort("S"), .customLong("summary-sort-by")],
    help: ArgumentHelp("Sort by a column, or by nothing (usually time).", valueName: "COLUMN"),
    transform: SummaryOrder.init)
  public var order: SummaryOrder?

  @Option(
    name: [.customShort("U"), .customLong("summary-columns")],
    help: ArgumentHelp(
      """
      Show these columns: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name \
      (usually all but min-time and max-time).
      """, valueName: "COLUMN[,COLUMN]…"),
    transform: SummaryColumns.init)
  public var columns: SummaryColumns?

  @Option(
    name: [.customShort("O"), .customLong("summary-syscall-overhead")],
    help: ArgumentHelp("Take so much off the time of each call, as the tracer's own.", valueName: "TIME"),
    transform: {
      guard let nanoseconds = duration($0) else {
        throw UsageError("a number and s, ms, us or ns is needed (microseconds without)")
      }
      return nanoseconds
    })
  public var overhead: UInt64?

  public var counts: Bool { summaryOnly || summary }
}

/// A column of the table.
public enum SummaryColumn: Sendable, CaseIterable {
  case timePercent, totalTime, minimum, maximum, average, calls, errors, name

  /// Its names, the usual one first.
  var names: [String] {
    switch self {
    case .timePercent: ["time-percent", "time", "time_percent"]
    case .totalTime: ["total-time", "total_time", "time-total", "time_total"]
    case .minimum: ["min-time", "min_time", "time-min", "time_min", "shortest"]
    case .maximum: ["max-time", "max_time", "time-max", "time_max", "longest"]
    case .average: ["avg-time", "avg_time", "time-avg", "time_avg"]
    case .calls: ["calls", "count"]
    case .errors: ["errors", "error"]
    case .name: ["name", "syscall", "syscall-name", "syscall_name"]
    }
  }

  static let accepted = allCases.map { $0.names[0] }.joined(separator: ", ")

  init?(_ text: some StringProtocol) {
    guard let column = Self.allCases.first(where: { $0.names.contains { $0 == text } }) else { return nil }
    self = column
  }
}

/// What the table is sorted by; nil column: nothing.
public struct SummaryOrder: Sendable {
  public var column: SummaryColumn?

  init(_ text: String) throws {
    if text == "nothing" || text == "none" { return }
    guard let column = SummaryColumn(text) else {
      throw UsageError("accepted are \(SummaryColumn.accepted), nothing")
    }
    self.column = column
  }
}

/// The table's columns from the left.
public struct SummaryColumns: Sendable {
  public var columns: [SummaryColumn] = []

  init(_ text: String) throws {
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let column = SummaryColumn(item) else {
        throw UsageError("'\(item)' is no column; accepted are \(SummaryColumn.accepted)")
      }
      guard !columns.contains(column) else { throw UsageError("the column \(column.names[0]) is given twice") }
      columns.append(column)
    }
  }
}
