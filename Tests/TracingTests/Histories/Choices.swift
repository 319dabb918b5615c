import TestSupport

/// The numbers by which a history is chosen: of a seed, or those of a history that was, changed. Behind their end all are 0,
/// which is the simplest choice everywhere.
struct Choices {
  private var source: SplitMix
  private let given: [UInt8]?
  private(set) var taken: [UInt8] = []

  init(seed: UInt64) {
    source = SplitMix(state: seed)
    given = nil
  }

  init(_ given: [UInt8]) {
    source = SplitMix(state: 0)
    self.given = given
  }

  /// A number below `count`, which is at least 1, and less than 256.
  mutating func below(_ count: Int) -> Int {
    var choice = 0
    if let given {
      if taken.count < given.count { choice = min(Int(given[taken.count]), count - 1) }
    } else {
      choice = Int(truncatingIfNeeded: source.next() >> 33) % count
    }
    taken.append(UInt8(truncatingIfNeeded: choice))
    return choice
  }

  mutating func oneOf<Element>(_ elements: [Element]) -> Element? {
    elements.isEmpty ? nil : elements[below(elements.count)]
  }

  /// Whether what happens once in so many times does now; not where no more is chosen.
  mutating func isOneIn(_ count: Int) -> Bool { below(count) == count - 1 }
}

extension Choices {
  /// The shortest and smallest choices found that still fail.
  static func shrunk(_ choices: [UInt8], fails: ([UInt8]) -> Bool) -> [UInt8] {
    var least = choices
    var progresses = true
    while progresses {
      progresses = false
      var size = max(least.count / 2, 1)
      while size > 0 {
        var start = least.count - size
        while start >= 0 {
          var fewer = least
          fewer.removeSubrange(start..<start + size)
          if fails(fewer) { (least, progresses) = (fewer, true) }
          start -= size
          start = min(start, least.count - size)
        }
        size /= 2
      }
      for index in least.indices.reversed() where least[index] != 0 {
        for smaller in [0, least[index] - 1] where smaller < least[index] {
          var changed = least
          changed[index] = smaller
          if fails(changed) {
            (least, progresses) = (changed, true)
            break
          }
        }
      }
    }
    return least
  }
}
