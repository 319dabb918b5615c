/// Tracees that an injection delays: they are held in a stop until a time, while others go on.
struct Delays {
  private var items: [Item] = []

  struct Item {
    let tid: Int32
    /// CLOCK_MONOTONIC, nanoseconds.
    let until: UInt64
  }

  var isEmpty: Bool { items.isEmpty }
  /// When the first of them may go on.
  var first: UInt64? { items.min { $0.until < $1.until }?.until }

  mutating func add(_ tid: Int32, until: UInt64) { items.append(Item(tid: tid, until: until)) }

  /// Those that may go on now.
  mutating func takeDue(_ now: UInt64) -> [Item] {
    let due = items.filter { $0.until <= now }
    items.removeAll { $0.until <= now }
    return due
  }
}
