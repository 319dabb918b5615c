import Histogram

/// A line for each call: how often, how long at the median, for nine of ten, for 99 of a hundred, at most; and a
/// histogram whose columns are four to a power of ten, from a microsecond to ten seconds.
struct LatencyTable {
  let rows: [LatencyConsumer.Calls]

  private static let columnsPerDecade = 4
  /// Decades from 1 µs on.
  private static let decades: [StaticString] = ["1us", "10us", "100us", "1ms", "10ms", "100ms", "1s"]
  private static var columns: Int { decades.count * columnsPerDecade }

  func write(to out: inout ByteBuffer) {
    out.append("     calls       p50       p90       p99       max  syscall           ")
    for decade in Self.decades {
      out.append(decade)
      out.append(repeating: UInt8(ascii: " "), times: Self.columnsPerDecade * 2 - decade.utf8CodeUnitCount)
    }
    out.append(UInt8(ascii: "\n"))
    for row in rows { write(row, to: &out) }
  }

  private func write(_ row: LatencyConsumer.Calls, to out: inout ByteBuffer) {
    out.appendDecimal(Int64(clamping: row.times.totalCount), width: 10)
    for percentile in [50.0, 90.0, 99.0] {
      // A bucket's upper end may be greater than anything in it.
      Self.write(min(row.times.valueAtPercentile(percentile), row.longest), to: &out)
    }
    Self.write(row.longest, to: &out)
    out.append("  ")
    let start = out.count
    out.append(row.name)
    out.append(repeating: UInt8(ascii: " "), times: max(18 - (out.count - start), 1))
    writeHistogram(row, to: &out)
    out.append(UInt8(ascii: "\n"))
  }

  /// Bars of eight heights, two columns wide; a trailing run of empty ones is left out.
  private func writeHistogram(_ row: LatencyConsumer.Calls, to out: inout ByteBuffer) {
    var counts = [UInt64](repeating: 0, count: Self.columns)
    for value in row.times.recordedValues() where value.count > 0 {
      counts[Self.column(of: value.value)] &+= UInt64(value.count)
    }
    guard let most = counts.max(), most > 0, let end = counts.lastIndex(where: { $0 > 0 }) else { return }
    for count in counts[...end] {
      if count == 0 {
        out.append("  ")
        continue
      }
      // U+2581 … U+2588: one eighth block to a full one.
      let height = UInt8(max(1, min(8, (Double(count) / Double(most) * 8).rounded())))
      for _ in 0..<2 {
        out.append(0xe2)
        out.append(0x96)
        out.append(0x80 + height)
      }
    }
  }

  /// The column of a time: what is shorter or longer than all columns counts in the first or last.
  static func column(of nanoseconds: UInt64) -> Int {
    var bound: UInt64 = 1_000
    // The fourth root of ten in thousandths, and its powers: columns are as wide on a scale of powers.
    let steps: [UInt64] = [1_000, 1_778, 3_162, 5_623]
    for decade in 0..<decades.count {
      if nanoseconds < bound * 10 {
        let within = steps.lastIndex { nanoseconds >= bound / 1_000 * $0 } ?? 0
        return decade * columnsPerDecade + within
      }
      bound *= 10
    }
    return columns - 1
  }

  /// A time with three digits and its unit, in ten columns.
  private static func write(_ nanoseconds: UInt64, to out: inout ByteBuffer) {
    let (unit, scale): (StaticString, UInt64) =
      switch nanoseconds {
      case ..<1_000: ("ns", 1)
      case ..<1_000_000: ("us", 1_000)
      case ..<1_000_000_000: ("ms", 1_000_000)
      default: ("s ", 1_000_000_000)
      }
    let whole = nanoseconds / scale
    let decimals = scale == 1 ? 0 : whole < 10 ? 2 : whole < 100 ? 1 : 0
    out.appendDecimal(Int64(clamping: whole), width: 8 - (decimals == 0 ? 0 : decimals + 1))
    if decimals > 0 {
      let tenth: UInt64 = decimals == 1 ? 10 : 100
      out.append(UInt8(ascii: "."))
      out.appendDecimal(nanoseconds % scale / (scale / tenth), digits: decimals)
    }
    out.append(unit)
  }
}
