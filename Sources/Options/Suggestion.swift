/// The word of `words` that `mistyped` was most likely meant to be: few letters inserted, left out, changed or swapped.
func suggestion(for mistyped: String, among words: some Sequence<String>) -> String? {
  let typed = Array(mistyped.utf8)
  let most = max(1, typed.count / 3)
  var best: (word: String, distance: Int)?
  for word in words {
    let distance = editDistance(typed, Array(word.utf8), most: best.map { $0.distance - 1 } ?? most)
    guard let distance else { continue }
    best = (word, distance)
    if distance == 0 { break }
  }
  return best?.word
}

/// `did you mean 'WORD'?`, or when no word is near what is accepted.
public func didYouMean(_ mistyped: String, among words: some Sequence<String>, or accepted: String) -> String {
  suggestion(for: mistyped, among: words).map { "did you mean '\($0)'?" } ?? accepted
}

/// The number of single-letter changes between two words; nil when it is more than `most`.
private func editDistance(_ a: [UInt8], _ b: [UInt8], most: Int) -> Int? {
  guard most >= 0, abs(a.count - b.count) <= most else { return nil }
  var beforeLast = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  var row = last
  for i in 0..<a.count {
    row[0] = i + 1
    for j in 0..<b.count {
      var cost = min(last[j + 1] + 1, row[j] + 1, last[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
        cost = min(cost, beforeLast[j - 1] + 1)
      }
      row[j + 1] = cost
    }
    swap(&beforeLast, &last)
    swap(&last, &row)
  }
  return last[b.count] <= most ? last[b.count] : nil
}
