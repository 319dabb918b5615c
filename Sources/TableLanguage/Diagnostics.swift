/// A place in a text of the tables: line and column count from 1, columns in bytes.
public struct Position: Sendable, Equatable, Comparable {
  /// Index of the file in ``Diagnostics/files``.
  public var file: Int
  public var line: Int
  public var column: Int

  public static func < (a: Position, b: Position) -> Bool {
    (a.file, a.line, a.column) < (b.file, b.line, b.column)
  }
}

/// What is wrong with the tables, and where.
public struct Diagnostic: Sendable, Equatable {
  public var path: String
  public var line: Int
  public var column: Int
  public var message: String

  /// `tables/calls/fcntl.calls:31:12: no constant O_CLOEXE: did you mean O_CLOEXEC?`
  public var description: String { "\(path):\(line):\(column): \(message)" }
}

extension Diagnostic {
  /// From `path:line:column: message`.
  init?(_ text: String) {
    let parts = text.split(separator: ":", maxSplits: 3).map(String.init)
    guard parts.count == 4, let line = Int(parts[1]), let column = Int(parts[2]) else { return nil }
    self.init(path: parts[0], line: line, column: column, message: String(parts[3].dropFirst()))
  }
}

/// Gathers what is wrong, so that one run shows every mistake.
final class Diagnostics {
  private(set) var files: [String] = []
  private var found: [(Position, String)] = []

  func addFile(_ path: String) -> Int {
    files.append(path)
    return files.count - 1
  }

  func report(_ position: Position, _ message: String) {
    if !found.contains(where: { $0.0 == position && $0.1 == message }) { found.append((position, message)) }
  }

  /// In the order of files and lines.
  var all: [Diagnostic] {
    found.sorted { $0.0 < $1.0 }.map {
      Diagnostic(path: files[$0.0.file], line: $0.0.line, column: $0.0.column, message: $0.1)
    }
  }
}

/// The words of `candidates` that a writer who wrote `word` may have meant, as `: did you mean X?`, or nothing.
func suggestion(for word: String, among candidates: some Sequence<String>) -> String {
  let wanted = Array(word.utf8)
  let limit = max(1, min(3, wanted.count / 4))
  var best: (distance: Int, word: String)?
  for candidate in candidates {
    let bytes = Array(candidate.utf8)
    if abs(bytes.count - wanted.count) > limit { continue }
    let distance = editDistance(wanted, bytes, atMost: best.map { $0.distance - 1 } ?? limit)
    guard let distance else { continue }
    if distance < best?.distance ?? .max { best = (distance, candidate) }
    if distance == 0 { break }
  }
  return best.map { ": did you mean \($0.word)?" } ?? ""
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from `a` to `b`; nil if more than `limit`.
private func editDistance(_ a: [UInt8], _ b: [UInt8], atMost limit: Int) -> Int? {
  if limit < 0 { return nil }
  var before = [Int](repeating: 0, count: b.count + 1)
  var last = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var row = [Int](repeating: i + 1, count: b.count + 1)
    var least = i + 1
    for (j, y) in b.enumerated() {
      var cost = min(last[j] + (x == y ? 0 : 1), last[j + 1] + 1, row[j] + 1)
      if i > 0, j > 0, x == b[j - 1], a[i - 1] == y { cost = min(cost, before[j - 1] + 1) }
      row[j + 1] = cost
      least = min(least, cost)
    }
    if least > limit { return nil }
    before = last
    last = row
  }
  return last[b.count] <= limit ? last[b.count] : nil
}
