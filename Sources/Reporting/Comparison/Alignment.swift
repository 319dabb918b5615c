/// Which elements of two sequences belong together, in order: what is unique in both anchors, and so on between anchors.
enum Alignment {
  /// Pairs of indices in ascending order; what has no partner stands alone.
  static func pairs(_ left: [UInt64], _ right: [UInt64]) -> [(left: Int?, right: Int?)] {
    var partners = [Int?](repeating: nil, count: left.count)
    var open = [(left.indices, right.indices)]
    while let (whole, other) = open.popLast() {
      var (a, b) = (whole, other)
      while let x = a.first, let y = b.first, left[x] == right[y] {
        partners[x] = y
        (a, b) = (a.dropFirst(), b.dropFirst())
      }
      while let x = a.last, let y = b.last, left[x] == right[y] {
        partners[x] = y
        (a, b) = (a.dropLast(), b.dropLast())
      }
      guard !a.isEmpty, !b.isEmpty else { continue }
      let anchors = self.anchors(left, right, a, b)
      guard !anchors.isEmpty else {
        pairInOrder(left, right, a, b, &partners)
        continue
      }
      var (nextA, nextB) = (a.lowerBound, b.lowerBound)
      for anchor in anchors {
        partners[anchor.0] = anchor.1
        open.append((nextA..<anchor.0, nextB..<anchor.1))
        (nextA, nextB) = (anchor.0 + 1, anchor.1 + 1)
      }
      open.append((nextA..<a.upperBound, nextB..<b.upperBound))
    }
    return merged(partners, right.count)
  }

  /// What occurs once in each of the ranges, in the longest order that both have.
  private static func anchors(_ left: [UInt64], _ right: [UInt64], _ a: Range<Int>, _ b: Range<Int>) -> [(Int, Int)] {
    func places(_ keys: [UInt64], _ range: Range<Int>) -> [UInt64: Int] {
      var places: [UInt64: Int] = [:]
      for index in range { places[keys[index]] = places[keys[index]] == nil ? index : -1 }
      return places.filter { $0.value >= 0 }
    }
    let ofRight = places(right, b)
    let common = places(left, a).compactMap { key, index in ofRight[key].map { (index, $0) } }.sorted { $0.0 < $1.0 }
    // Patience: the piles' tops are the ends of ascending sequences, by length.
    var tops: [Int] = []
    var previous = [Int](repeating: -1, count: common.count)
    for (index, pair) in common.enumerated() {
      var (low, high) = (0, tops.count)
      while low < high {
        let middle = (low + high) / 2
        if common[tops[middle]].1 < pair.1 { low = middle + 1 } else { high = middle }
      }
      previous[index] = low > 0 ? tops[low - 1] : -1
      if low == tops.count { tops.append(index) } else { tops[low] = index }
    }
    var chain: [(Int, Int)] = []
    var index = tops.last ?? -1
    while index >= 0 {
      chain.append(common[index])
      index = previous[index]
    }
    return chain.reversed()
  }

  /// Where nothing is unique: each takes the next that equals it.
  private static func pairInOrder(
    _ left: [UInt64], _ right: [UInt64], _ a: Range<Int>, _ b: Range<Int>, _ partners: inout [Int?]
  ) {
    var places: [UInt64: [Int]] = [:]
    for index in b.reversed() { places[right[index], default: []].append(index) }
    var next = b.lowerBound
    for index in a {
      while let place = places[left[index]]?.last, place < next { places[left[index]]?.removeLast() }
      guard let place = places[left[index]]?.last else { continue }
      // One that is far off would leave all between without partners.
      guard place - next <= 64 else { continue }
      partners[index] = place
      next = place + 1
    }
  }

  private static func merged(_ partners: [Int?], _ count: Int) -> [(left: Int?, right: Int?)] {
    var pairs: [(left: Int?, right: Int?)] = []
    var next = 0
    for (index, partner) in partners.enumerated() {
      guard let partner else {
        pairs.append((index, nil))
        continue
      }
      while next < partner {
        pairs.append((nil, next))
        next += 1
      }
      pairs.append((index, partner))
      next = partner + 1
    }
    while next < count {
      pairs.append((nil, next))
      next += 1
    }
    return pairs
  }
}
