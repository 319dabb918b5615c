import Foundation

/// A text trace of `-f -o`, taken apart: what each thread did, in its order.
///
/// Threads run side by side, so the order of lines between them is anybody's; the order within each is not. A thread is
/// named by its descent, `1` for the first and `1.2` for the second that it started, because ids differ from run to run.
struct TraceLog {
  struct Line: Equatable {
    var text: String
    /// The spaces before the `=` are as they were printed. They are not when the line came in two halves, which is chance,
    /// or when something in it was covered, which may be of another length.
    var hasOwnAlignment = true
  }

  struct Thread {
    var name: String
    var lines: [Line]
  }

  /// In order of descent.
  let threads: [Thread]
  /// Lines that are no event of a thread.
  let strays: [String]

  init(_ text: String) {
    var order: [Int] = []
    var byID: [Int: [Line]] = [:]
    var pending: [Int: String] = [:]
    var strays: [String] = []
    for row in text.split(separator: "\n", omittingEmptySubsequences: true) {
      let digits = row.prefix { $0.isASCII && $0.isNumber }
      guard let id = Int(digits), row.dropFirst(digits.count).first == " " else {
        strays.append(String(row))
        continue
      }
      if byID[id] == nil {
        order.append(id)
        byID[id] = []
      }
      let event = String(row.dropFirst(digits.count).drop { $0 == " " })
      if event.hasSuffix(" <unfinished ...>") {
        pending[id] = String(event.dropLast(" <unfinished ...>".count))
      } else if event.hasPrefix("<... "), let end = event.range(of: " resumed>"),
        let begun = pending.removeValue(forKey: id)
      {
        byID[id, default: []].append(Line(text: begun + event[end.upperBound...], hasOwnAlignment: false))
      } else {
        if let begun = pending.removeValue(forKey: id) {
          byID[id, default: []].append(Line(text: begun + " <unfinished ...>"))
        }
        byID[id, default: []].append(Line(text: event))
      }
    }
    for (id, begun) in pending { byID[id, default: []].append(Line(text: begun + " <unfinished ...>")) }
    self.strays = strays
    self.threads = Self.named(order, byID)
  }

  private static func named(_ order: [Int], _ byID: [Int: [Line]]) -> [Thread] {
    var threads: [Thread] = []
    var left = byID
    func visit(_ id: Int, _ name: String) {
      guard let lines = left.removeValue(forKey: id) else { return }
      threads.append(Thread(name: name, lines: lines))
      var children = 0
      for line in lines {
        guard let child = startedThread(line.text) else { continue }
        children += 1
        visit(child, "\(name).\(children)")
      }
    }
    for (index, id) in order.enumerated() where left[id] != nil {
      visit(id, index == 0 ? "1" : "unknown parent, first seen as \(index + 1)")
    }
    return threads
  }

  /// The id that a call which starts a thread or process returned.
  private static func startedThread(_ line: String) -> Int? {
    guard ["clone(", "clone3(", "fork(", "vfork("].contains(where: line.hasPrefix),
      let equals = line.range(of: " = ", options: .backwards), let id = Int(line[equals.upperBound...]), id > 0
    else { return nil }
    return id
  }
}
