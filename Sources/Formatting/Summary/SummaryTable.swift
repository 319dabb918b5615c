import SyscallTables

/// The rows of a summary, written under headings with a line of totals.
struct SummaryTable {
  private let options: SummaryOptions
  private let rows: [SummaryConsumer.Count]
  private let total: SummaryConsumer.Count
  /// Of each column of the options: as wide as its widest cell, and no narrower than ``leastWidth(_:)``.
  private let widths: [Int]

  init(options: SummaryOptions, rows: [SummaryConsumer.Count]) {
    var total = SummaryConsumer.Count()
    for row in rows { total.add(row) }
    self.options = options
    self.rows = rows
    self.total = total
    widths = options.columns.map { column in
      (rows + [total]).reduce(Self.leastWidth(column)) { max($0, Self.neededWidth(column, $1)) }
    }
  }

  func write(to out: inout ByteBuffer) {
    line(to: &out) { column, width, isLast, out in
      let heading = Self.heading(column)
      let padding = width - heading.utf8CodeUnitCount
      if column != .name { out.append(repeating: UInt8(ascii: " "), times: padding) }
      out.append(heading)
      if column == .name && !isLast { out.append(repeating: UInt8(ascii: " "), times: padding) }
    }
    rule(to: &out)
    for row in rows { write(row, name: row.name.text, to: &out) }
    rule(to: &out)
    write(total, name: nil, to: &out)
  }

  /// Writes each column by `cell`, which gets its width and whether it is the last.
  private func line(
    to out: inout ByteBuffer, _ cell: (SummaryOptions.Column, Int, Bool, inout ByteBuffer) -> Void
  ) {
    for (index, column) in options.columns.enumerated() {
      if index > 0 { out.append(UInt8(ascii: " ")) }
      cell(column, widths[index], index == options.columns.count - 1, &out)
    }
    out.append(UInt8(ascii: "\n"))
  }

  private func rule(to out: inout ByteBuffer) {
    line(to: &out) { _, width, _, out in out.append(repeating: UInt8(ascii: "-"), times: width) }
  }

  /// - Parameter name: nil for the line of totals.
  private func write(
    _ row: SummaryConsumer.Count, name: String?, to out: inout ByteBuffer
  ) {
    line(to: &out) { column, width, isLast, out in
      switch column {
      case .timePercent:
        let share = total.time.total == 0 ? 0 : Double(row.time.total) * 100 / Double(total.time.total)
        Self.fixed(name == nil ? 100 : share, digits: 2, width: width, to: &out)
      case .totalTime: Self.seconds(row.time.total, width: width, to: &out)
      case .minimumTime: Self.seconds(row.time.shortest, width: width, to: &out)
      case .maximumTime: Self.seconds(row.time.longest, width: width, to: &out)
      case .averageTime: out.appendDecimal(Int64(clamping: row.average(row.time) / 1000), width: width)
      case .totalWall: Self.seconds(row.wall.total, width: width, to: &out)
      case .minimumWall: Self.seconds(row.wall.shortest, width: width, to: &out)
      case .maximumWall: Self.seconds(row.wall.longest, width: width, to: &out)
      case .averageWall: out.appendDecimal(Int64(clamping: row.average(row.wall) / 1000), width: width)
      case .calls: out.appendDecimal(Int64(clamping: row.calls), width: width)
      case .errors where row.errors == 0: out.append(repeating: UInt8(ascii: " "), times: width)
      case .errors: out.appendDecimal(Int64(clamping: row.errors), width: width)
      case .name:
        let start = out.count
        out.append(text: name ?? "total")
        if !isLast { out.append(repeating: UInt8(ascii: " "), times: width - (out.count - start)) }
      }
    }
  }

  private static func seconds(_ nanoseconds: UInt64, width: Int, to out: inout ByteBuffer) {
    fixed(Double(nanoseconds) / 1e9, digits: 6, width: width, to: &out)
  }

  /// A number with a fixed count of digits behind the point, right-aligned.
  private static func fixed(_ value: Double, digits: Int, width: Int, to out: inout ByteBuffer) {
    var scale: Double = 1
    for _ in 0..<digits { scale *= 10 }
    let scaled = (value * scale).rounded(.toNearestOrEven)
    let whole = scaled.isFinite && scaled >= 0 && scaled < 1e18 ? UInt64(scaled) : 0
    let unit = UInt64(scale)
    out.appendDecimal(Int64(clamping: whole / unit), width: width - digits - 1)
    out.append(UInt8(ascii: "."))
    out.appendDecimal(whole % unit, digits: digits)
  }

  private static func heading(_ column: SummaryOptions.Column) -> StaticString {
    switch column {
    case .timePercent: "% time"
    case .totalTime: "seconds"
    case .minimumTime: "shortest"
    case .maximumTime: "longest"
    case .averageTime: "usecs/call"
    case .totalWall: "wall-total"
    case .minimumWall: "wall-min"
    case .maximumWall: "wall-max"
    case .averageWall: "wall-avg"
    case .calls: "calls"
    case .errors: "errors"
    case .name: "syscall"
    }
  }

  private static func leastWidth(_ column: SummaryOptions.Column) -> Int {
    switch column {
    case .timePercent: 6
    case .totalTime, .averageTime, .totalWall, .averageWall: 11
    case .minimumTime, .maximumTime, .minimumWall, .maximumWall: 8
    case .calls, .errors: 9
    case .name: 16
    }
  }

  private static func neededWidth(_ column: SummaryOptions.Column, _ row: SummaryConsumer.Count) -> Int {
    /// Whole seconds, a point and six digits.
    func seconds(_ nanoseconds: UInt64) -> Int { digits((nanoseconds &+ 500) / 1_000_000_000) + 7 }
    return switch column {
    case .timePercent: 0
    case .totalTime: seconds(row.time.total)
    case .minimumTime: seconds(row.time.shortest)
    case .maximumTime: seconds(row.time.longest)
    case .averageTime: digits(row.average(row.time) / 1000)
    case .totalWall: seconds(row.wall.total)
    case .minimumWall: seconds(row.wall.shortest)
    case .maximumWall: seconds(row.wall.longest)
    case .averageWall: digits(row.average(row.wall) / 1000)
    case .calls: digits(row.calls)
    case .errors: digits(row.errors)
    case .name: row.name.text.utf8.count + 1
    }
  }

  private static func digits(_ number: UInt64) -> Int {
    var (rest, count) = (number / 10, 1)
    while rest > 0 { (rest, count) = (rest / 10, count + 1) }
    return count
  }
}
