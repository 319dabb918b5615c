/// What the table of `-c` counts, shows and how it is sorted.
public struct SummaryOptions: Sendable {
  /// A column (`-U`).
  public enum Column: Sendable, CaseIterable {
    case timePercent, totalTime, minimumTime, maximumTime, averageTime, calls, errors, name

    /// The column of that name, or of one of its other names; nil when there is none.
    public static func named(_ word: String) -> Column? {
      switch word {
      case "time-percent", "time_percent", "time": .timePercent
      case "total-time", "total_time": .totalTime
      case "min-time", "min_time", "shortest": .minimumTime
      case "max-time", "max_time", "longest": .maximumTime
      case "avg-time", "avg_time": .averageTime
      case "calls", "count": .calls
      case "errors", "error": .errors
      case "name", "syscall", "syscall-name": .name
      default: nil
      }
    }
  }

  /// What the rows are sorted by (`-S`): a column, or nothing at all.
  public enum Order: Sendable, Equatable {
    case by(Column)
    case unsorted

    /// The order of that name; nil when there is none.
    public static func named(_ word: String) -> Order? {
      if word == "none" || word == "nothing" { return .unsorted }
      return Column.named(word).map { .by($0) }
    }
  }

  public var columns: [Column] = [.timePercent, .totalTime, .averageTime, .calls, .errors, .name]
  public var order = Order.by(.totalTime)
  /// Time that passes counts, not that of the processor (`-w`).
  public var countsWallClock = false
  /// Nanoseconds that tracing adds to each call, which do not count (`-O`).
  public var overhead: UInt64 = 0

  public init() {}
}
