/// The table of calls.
public struct StatisticsOptions: Sendable {
  public var summaryOnly = false
  public var summary = false
  public var wallClock = false
  public var order: SummaryOrder?
  public var columns: SummaryColumns?
  /// In nanoseconds a call.
  public var overhead: UInt64?

  /// The table of times instead of a trace.
  public var latency = false

  public var counts: Bool { summaryOnly || summary }
}

extension StatisticsOptions: OptionTopic {
  static let title = "Statistics"
  static let declarations: [Declaration] = [
    Declaration("c", "summary-only", help: "Count calls, errors and time, and show a table.") { invocation, _ in
      invocation.statistics.summaryOnly = true
    },
    Declaration("C", "summary", help: "Show the table behind the trace.") { invocation, _ in
      invocation.statistics.summary = true
    },
    Declaration(
      "w", "summary-wall-clock", help: "Count the time that passes, not that of the processor."
    ) { invocation, _ in invocation.statistics.wallClock = true },
    Declaration(
      "S", "summary-sort-by", value: .required("COLUMN"), help: "Sort by a column, or by nothing (usually time).",
      offer: .words(SummaryColumn.words + ["nothing"])
    ) { $0.statistics.order = try SummaryOrder($1) },
    Declaration(
      "U", "summary-columns", value: .required("COLUMN[,COLUMN]…"),
      help: """
        Show these columns: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name \
        (usually all but min-time and max-time).
        """, offer: .words(SummaryColumn.words)
    ) { $0.statistics.columns = try SummaryColumns($1) },
    Declaration(
      "O", "summary-syscall-overhead", value: .required("TIME"),
      help: "Take so much off the time of each call, as the tracer's own."
    ) { invocation, text in
      guard let nanoseconds = duration(text) else {
        throw UsageError("a number and s, ms, us or ns is needed (microseconds without)")
      }
      invocation.statistics.overhead = nanoseconds
    },
    Declaration(
      nil, "latency",
      help: "Show how long calls took: percentiles and a histogram for each, by process with -f, instead of a trace."
    ) { invocation, _ in invocation.statistics.latency = true },
  ]
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

  static let words = allCases.map { $0.names[0] }
  static let accepted = words.joined(separator: ", ")

  init?(_ text: some StringProtocol) {
    guard let column = Self.allCases.first(where: { $0.names.contains { $0 == text } }) else { return nil }
    self = column
  }
}

/// What the table is sorted by; nil column: nothing.
public struct SummaryOrder: Sendable {
  public var column: SummaryColumn?

  init(_ text: String) throws(UsageError) {
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

  init(_ text: String) throws(UsageError) {
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let column = SummaryColumn(item) else {
        throw UsageError("'\(item)' is no column; accepted are \(SummaryColumn.accepted)")
      }
      guard !columns.contains(column) else { throw UsageError("the column \(column.names[0]) is given twice") }
      columns.append(column)
    }
  }
}
