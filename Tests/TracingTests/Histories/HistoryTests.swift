import Foundation
import Testing

/// Histories of a few threads, made up from seeds: whatever they do, the engine answers each stop once, tells each
/// thread's end once, gives back what it took, and comes to an end.
///
/// `HISTORIES` says how many of each kind, `HISTORY` which is the first.
@Suite struct HistoryTests {
  private static func number(_ name: String, _ otherwise: UInt64) -> UInt64 {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init) ?? otherwise
  }

  @Test(arguments: History.kinds.indices) func allIsFollowed(_ kind: Int) {
    let first = Self.number("HISTORY", 1)
    let failure = History.firstFailure(History.kinds[kind], first...first + max(Self.number("HISTORIES", 1000), 1) - 1)
    if let failure { Issue.record("\(failure)") }
  }
}
