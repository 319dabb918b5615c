import Settings

extension Declaration {
  /// The table of calls.
  static let statisticsOptions: [Declaration] = [
    Declaration("c", "summary-only", help: "Count calls, errors and time, and show a table.") {
      $0.given.summaryOnly = true
    },
    Declaration("C", "summary", help: "Show the table behind the trace.") { $0.given.summary = true },
    Declaration(
      "O", "summary-syscall-overhead", value: .required("TIME"),
      help: "Take so much off the time of each call, as the tracer's own."
    ) { invocation, text in
      guard let nanoseconds = duration(text) else {
        throw UnacceptableValue("a number and s, ms, us or ns is needed (microseconds without)")
      }
      invocation.settings.summary.overhead = nanoseconds
    },
    Declaration(
      "S", "summary-sort-by", value: .required("COLUMN"), help: "Sort by a column, or by nothing (usually time).",
      offer: .words(SummaryOptions.Column.words + ["nothing"])
    ) { $0.given.order = try order($1) },
    Declaration(
      "U", "summary-columns", value: .required("COLUMN[,COLUMN]…"),
      help: """
        Show these columns: time-percent, total-time, min-time, max-time, avg-time, calls, errors, name \
        (usually all but min-time and max-time), and total-wall, min-wall, max-wall, avg-wall, the time that passes.
        """, offer: .list(SummaryOptions.Column.words)
    ) { $0.given.columns = try columns($1) },
    Declaration("w", "summary-wall-clock", help: "Count the time that passes, not that of the processor.") {
      $0.settings.summary.countsWallClock = true
    },
    Declaration(
      nil, "latency",
      help: "Show how long calls took: percentiles and a histogram for each, by process with -f, instead of a trace."
    ) { $0.settings.output.latency = true },
  ]

  private static func order(_ text: String) throws(UsageError) -> SummaryOptions.Order {
    if text == "nothing" || text == "none" { return .unsorted }
    guard let column = SummaryOptions.Column(named: text[...]) else {
      throw UsageError(
        "invalid sortby: '\(text)'", advice: "accepted are \(SummaryOptions.Column.accepted), nothing",
        pointsToHelp: true)
    }
    return .by(column)
  }

  /// The table's columns from the left.
  private static func columns(_ text: String) throws(UsageError) -> [SummaryOptions.Column] {
    var columns: [SummaryOptions.Column] = []
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let column = SummaryOptions.Column(named: item) else {
        throw UsageError(
          "unknown column name: '\(item)'", advice: "accepted are \(SummaryOptions.Column.accepted)",
          pointsToHelp: true)
      }
      guard !columns.contains(column) else {
        throw UsageError(
          "call summary column has been provided more than once: '\(item)' (-U option residual: "
            + "'\(text[item.startIndex...])')", pointsToHelp: true)
      }
      columns.append(column)
    }
    return columns
  }
}

extension SummaryOptions.Column {
  /// Its names, the usual one first.
  private var names: [String] {
    switch self {
    case .timePercent: ["time-percent", "time", "time_percent"]
    case .totalTime: ["total-time", "total_time", "time-total", "time_total"]
    case .minimumTime: ["min-time", "min_time", "time-min", "time_min", "shortest"]
    case .maximumTime: ["max-time", "max_time", "time-max", "time_max", "longest"]
    case .averageTime: ["avg-time", "avg_time", "time-avg", "time_avg"]
    case .totalWall: ["total-wall", "total_wall", "wall-total", "wall_total"]
    case .minimumWall: ["min-wall", "min_wall", "wall-min", "wall_min"]
    case .maximumWall: ["max-wall", "max_wall", "wall-max", "wall_max"]
    case .averageWall: ["avg-wall", "avg_wall", "wall-avg", "wall_avg"]
    case .calls: ["calls", "count"]
    case .errors: ["errors", "error"]
    case .name: ["name", "syscall", "syscall-name", "syscall_name"]
    }
  }

  static let words = allCases.map { $0.names[0] }
  static let accepted = words.joined(separator: ", ")

  init?(named text: Substring) {
    guard let column = Self.allCases.first(where: { $0.names.contains { $0 == text } }) else { return nil }
    self = column
  }
}
