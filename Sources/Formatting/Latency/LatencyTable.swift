import Distributions

/// A line for each call: how often, how long at the median, for nine of ten, for 99 of a hundred, at most; and a
/// histogram whose columns are four to a power of ten, from a microsecond to ten seconds.
struct LatencyTable {
  let rows: [LatencyConsumer.Calls]

  /// Where the columns' decades begin.
  private static let decades: [StaticString] = ["1us", "10us", "100us", "1ms", "10ms", "100ms", "1s"]

  func write(to out: inout ByteBuffer) {
    out.append("     calls       p50       p90       p99       max  syscall           ")
    for decade in Self.decades {
      out.append(decade)
      out.append(repeating: UInt8(ascii: " "), times: Distribution.columnsPerDecade * 2 - decade.utf8CodeUnitCount)
    }
    out.append(UInt8(ascii: "\n"))
    for row in rows { write(row, to: &out) }
  }

  private func write(_ row: LatencyConsumer.Calls, to out: inout ByteBuffer) {
    out.appendDecimal(Int64(clamping: row.times.count), width: 10)
    for percentile in [50.0, 90.0, 99.0] {
      Self.write(row.times.percentile(percentile), to: &out)
    }
    Self.write(row.times.longest, to: &out)
    out.append("  ")
    let start = out.count
    out.append(text: row.name.text)
    out.append(repeating: UInt8(ascii: " "), times: max(18 - (out.count - start), 1))
    writeHistogram(row, to: &out)
    out.append(UInt8(ascii: "\n"))
  }

  /// Bars of eight heights, two columns wide; a trailing run of empty ones is left out.
  private func writeHistogram(_ row: LatencyConsumer.Calls, to out: inout ByteBuffer) {
    let counts = row.times.columns
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
