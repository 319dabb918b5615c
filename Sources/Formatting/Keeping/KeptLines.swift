/// The lines of a thread's last calls, and those of other events between them: the oldest make way for new ones.
struct KeptLines {
  struct Line {
    /// One line or more, each with its end.
    var bytes: [UInt8]
    var isCall: Bool
    /// How many lines of all threads came before.
    var order: UInt64
  }

  private var lines: [Line] = []
  /// The oldest one; what is before it has made way.
  private var first = 0
  private var callCount = 0

  mutating func append(_ bytes: [UInt8], isCall: Bool, order: UInt64, limit: Int) {
    lines.append(Line(bytes: bytes, isCall: isCall, order: order))
    if isCall { callCount += 1 }
    // A thread that gets signals and makes no calls keeps no more either.
    while callCount > limit || lines.count - first > 2 * limit { removeFirst() }
    if first >= 64, first * 2 > lines.count {
      lines.removeFirst(first)
      first = 0
    }
  }

  private mutating func removeFirst() {
    if lines[first].isCall { callCount -= 1 }
    lines[first].bytes = []
    first += 1
  }

  /// All of them, the oldest first, which are kept no longer.
  mutating func takeAll() -> ArraySlice<Line> {
    defer { self = KeptLines() }
    return lines[first...]
  }
}
