/// Tracees by thread id: open addressing, so that finding one costs the same however many there are.
struct TraceeTable {
  private var slots: [Tracee?]
  private(set) var count = 0

  init() { slots = Array(repeating: nil, count: 64) }

  @inline(__always)
  private func home(_ tid: Int32) -> Int {
    // Ids are handed out in sequence: spread them by a multiplicative hash.
    Int(truncatingIfNeeded: (UInt32(bitPattern: tid) &* 2_654_435_769) >> 7) & (slots.count - 1)
  }

  @inline(__always)
  private func slot(of tid: Int32) -> Int? {
    var index = home(tid)
    while let tracee = slots[index] {
      if tracee.tid == tid { return index }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  @inline(__always)
  subscript(tid: Int32) -> Tracee? {
    var index = home(tid)
    while let tracee = slots[index] {
      if tracee.tid == tid { return tracee }
      index = (index + 1) & (slots.count - 1)
    }
    return nil
  }

  /// Adds a tracee whose id is not in the table.
  mutating func insert(_ tracee: Tracee) {
    if (count + 1) * 2 > slots.count {
      let old = slots
      slots = Array(repeating: nil, count: old.count * 2)
      for case let tracee? in old { place(tracee) }
    }
    place(tracee)
    count += 1
  }

  private mutating func place(_ tracee: Tracee) {
    var index = home(tracee.tid)
    while slots[index] != nil { index = (index + 1) & (slots.count - 1) }
    slots[index] = tracee
  }

  /// Removes a tracee; those that had to give way to it move up, so that no gap ends a search early.
  mutating func remove(_ tid: Int32) {
    guard var gap = slot(of: tid) else { return }
    let mask = slots.count - 1
    count -= 1
    var index = gap
    while true {
      slots[gap] = nil
      repeat {
        index = (index + 1) & mask
        guard let tracee = slots[index] else { return }
        let distance = (index &- home(tracee.tid)) & mask
        if distance >= (index &- gap) & mask { break }
      } while true
      slots[gap] = slots[index]
      gap = index
    }
  }

  /// All tracees, in no order.
  var all: [Tracee] { slots.compactMap { $0 } }
}
