import Distributions

/// A line for each call: how long all took, how often it was made, how long it took at the median, for nine of ten, for 99
/// of a hundred, at most; and a histogram from a microsecond to ten seconds. It is made for terminals of 80 columns.
struct LatencyTable {
  let rows: [LatencyConsumer.Calls]

  /// Columns of the distribution that are shown as one: two are left to a power of ten.
  private static let joined = 2

  func write(to out: inout ByteBuffer) {
    out.append("   total   calls     p50     p90     p99     max  syscall         1us   1ms   1s\n")
    for row in rows { write(row, to: &out) }
  }

  private func write(_ row: LatencyConsumer.Calls, to out: inout ByteBuffer) {
    Self.write(row.times.total, to: &out)
    out.appendDecimal(Int64(clamping: row.times.count), width: 8)
    for percentile in [50.0, 90.0, 99.0] {
      Self.write(row.times.percentile(percentile), to: &out)
    }
    Self.write(row.times.longest, to: &out)
    out.append("  ")
    let start = out.count
    out.append(text: row.name.text)
    out.append(repeating: UInt8(ascii: " "), times: max(16 - (out.count - start), 1))
    writeHistogram(row, to: &out)
    out.append(UInt8(ascii: "\n"))
  }

  /// Bars of eight heights; a trailing run of empty ones is left out.
  private func writeHistogram(_ row: LatencyConsumer.Calls, to out: inout ByteBuffer) {
    let columns = row.times.columns
    let counts = stride(from: 0, to: columns.count, by: Self.joined).map { first in
      columns[first..<min(first + Self.joined, columns.count)].reduce(0, &+)
    }
    guard let most = counts.max(), most > 0, let end = counts.lastIndex(where: { $0 > 0 }) else { return }
    for count in counts[...end] {
      if count == 0 {
        out.append(UInt8(ascii: " "))
        continue
      }
      // U+2581 … U+2588: one eighth block to a full one.
      let height = UInt8(max(1, min(8, (Double(count) / Double(most) * 8).rounded())))
      out.append(0xe2)
      out.append(0x96)
      out.append(0x80 + height)
    }
  }

  /// A time with three digits and its unit, in eight columns.
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
    out.appendDecimal(Int64(clamping: whole), width: 6 - (decimals == 0 ? 0 : decimals + 1))
    if decimals > 0 {
      let tenth: UInt64 = decimals == 1 ? 10 : 100
      out.append(UInt8(ascii: "."))
      out.appendDecimal(nanoseconds % scale / (scale / tenth), digits: decimals)
    }
    out.append(unit)
  }
}
