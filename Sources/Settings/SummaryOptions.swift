/// What the table of `-c` counts, shows and how it is sorted.
public struct SummaryOptions: Sendable {
  /// A column (`-U`).
  public enum Column: Sendable, CaseIterable {
    case timePercent, totalTime, minimumTime, maximumTime, averageTime, calls, errors, name
  }

  /// What the rows are sorted by (`-S`): a column, or nothing at all.
  public enum Order: Sendable, Equatable {
    case by(Column)
    case unsorted
  }

  public var columns: [Column] = [.timePercent, .totalTime, .averageTime, .calls, .errors, .name]
  public var order = Order.by(.totalTime)
  /// Time that passes counts, not that of the processor (`-w`).
  public var countsWallClock = false
  /// Nanoseconds that tracing adds to each call, which do not count (`-O`).
  public var overhead: UInt64 = 0

  public init() {}
}
