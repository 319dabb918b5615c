/// How busy a thread was over time: the share of each of a fixed number of equal spans that it spent in calls.
///
/// The end is not known while a trace is read, so spans double when time runs out of them, and neighbours are joined.
struct Activity {
  static let spans = 256
  /// Nanoseconds in calls, for each span.
  private(set) var inside = [Int64](repeating: 0, count: spans)
  private var width: Int64

  /// - Parameter width: nanoseconds of a span to begin with.
  init(width: Int64) { self.width = max(width, 1) }

  /// A call from `start` on, in nanoseconds since the trace began.
  mutating func add(from start: Int64, duration: Int64) {
    guard start >= 0, duration >= 0, start < 1 << 61, duration < 1 << 61 else { return }
    stretch(to: start + duration)
    var index = Int(start / width)
    var left = duration
    var room = width - start % width
    while left > 0 && index < Self.spans {
      inside[index] +|= min(left, room)
      left -= room
      room = width
      index += 1
    }
  }

  /// Makes the spans so wide that they hold `end`.
  mutating func stretch(to end: Int64) {
    while end / width >= Int64(Self.spans) {
      for index in 0..<Self.spans / 2 { inside[index] = inside[2 * index] +| inside[2 * index + 1] }
      for index in Self.spans / 2..<Self.spans { inside[index] = 0 }
      width *= 2
    }
  }

  /// A digit for each span, 0 to 9: the share spent in calls. `end` is that of the whole trace.
  func digits(until end: Int64) -> String {
    var copy = self
    copy.stretch(to: end)
    return String(
      decoding: copy.inside.prefix(Int(end / copy.width) + 1).map { time in
        time == 0 ? 48 : UInt8(49 + min(time / max(copy.width / 9, 1), 8))
      }, as: UTF8.self)
  }

  /// The part of the trace that a span of ``digits(until:)`` stands for.
  func width(until end: Int64) -> Int64 {
    var copy = self
    copy.stretch(to: end)
    return copy.width
  }
}
