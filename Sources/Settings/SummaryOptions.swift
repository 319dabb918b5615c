/// What the table of `-c` counts, shows and how it is sorted.
public struct SummaryOptions: Sendable {
  /// A column (`-U`).
  public enum Column: Sendable, CaseIterable {
    case timePercent, totalTime, minimumTime, maximumTime, averageTime
    case totalWall, minimumWall, maximumWall, averageWall
    case calls, errors, name

    /// It is of the time that passes, whatever the others are of.
    var isOfWallClock: Bool {
      switch self {
      case .totalWall, .minimumWall, .maximumWall, .averageWall: true
      default: false
      }
    }
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

  /// Some of it is of the time that passes.
  public var needsWallClock: Bool {
    if case .by(let column) = order, column.isOfWallClock { return true }
    return countsWallClock || columns.contains(where: \.isOfWallClock)
  }

  /// Which calls count, by what came of them (`-e status=`).
  public var statuses = StatusFilter.all

  public init() {}
}
