import Histogram

/// How long calls took: their number, sum, and a histogram of two significant digits.
struct Distribution {
  private(set) var times = Histogram<UInt64>(numberOfSignificantValueDigits: .two)
  private(set) var total: Int64 = 0
  private(set) var longest: Int64 = 0

  init() { times.autoResize = true }

  mutating func record(_ nanoseconds: Int64) {
    let time = max(nanoseconds, 0)
    _ = times.record(UInt64(min(time, 1 << 61)))
    total &+= time
    longest = max(longest, time)
  }

  var count: UInt64 { times.totalCount }

  func percentile(_ percent: Double) -> Int64 { min(Int64(clamping: times.valueAtPercentile(percent)), longest) }

  /// Counts in four columns to a power of ten, from a microsecond to ten seconds.
  var columns: [UInt64] {
    var columns = [UInt64](repeating: 0, count: 28)
    for value in times.recordedValues() where value.count > 0 {
      columns[Self.column(of: value.value)] &+= UInt64(value.count)
    }
    return columns
  }

  private static let bounds: [UInt64] = {
    var bounds: [UInt64] = []
    var decade: UInt64 = 1_000
    for _ in 0..<7 {
      bounds += [decade, decade * 1778 / 1000, decade * 3162 / 1000, decade * 5623 / 1000]
      decade *= 10
    }
    return bounds
  }()

  private static func column(of nanoseconds: UInt64) -> Int { bounds.lastIndex { nanoseconds >= $0 } ?? 0 }
}
