import Histogram

/// How long calls took: their number, sum, and a histogram of two significant digits, which needs no more memory for a long
/// trace than for a short one.
public struct Distribution {
  private var times = Histogram<UInt64>(numberOfSignificantValueDigits: .two)
  /// Nanoseconds, all of them.
  public private(set) var total: UInt64 = 0
  /// Nanoseconds.
  public private(set) var longest: UInt64 = 0

  public init() { times.autoResize = true }

  public mutating func record(_ nanoseconds: UInt64) {
    // Anything longer than a century is no time.
    _ = times.record(min(nanoseconds, 1 << 61))
    let (sum, isTooMuch) = total.addingReportingOverflow(nanoseconds)
    total = isTooMuch ? .max : sum
    longest = max(longest, nanoseconds)
  }

  public var count: UInt64 { times.totalCount }

  /// The nanoseconds that so many percent of the calls took at most.
  public func percentile(_ percent: Double) -> UInt64 {
    // A bucket's upper end may be greater than anything in it.
    min(times.valueAtPercentile(percent), longest)
  }

  public static let columnsPerDecade = 4
  /// Powers of ten that have columns, from a microsecond on.
  public static let decades = 7

  /// Counts in columns of equal width on a logarithmic scale; what is shorter or longer counts in the first or last.
  public var columns: [UInt64] {
    var columns = [UInt64](repeating: 0, count: Self.bounds.count)
    for value in times.recordedValues() where value.count > 0 {
      columns[Self.bounds.lastIndex { value.value >= $0 } ?? 0] &+= UInt64(value.count)
    }
    return columns
  }

  /// Where the columns begin: the powers of the fourth root of ten.
  private static let bounds: [UInt64] = {
    var bounds: [UInt64] = []
    var decade: UInt64 = 1_000
    for _ in 0..<decades {
      bounds += [decade, decade * 1778 / 1000, decade * 3162 / 1000, decade * 5623 / 1000]
      decade *= 10
    }
    return bounds
  }()
}
