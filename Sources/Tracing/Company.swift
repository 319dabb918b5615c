import Decoding
import Ptrace

/// Several busy tracees: one CPU for all of them, or each its own CPUs?
///
/// Where stopping is most of what they do, one CPU is faster for all; where they compute, it is not. Where the line
/// runs depends on what waking another CPU takes on this machine, so both are tried, and what brings more stops in the
/// same time is kept for a while.
struct Company {
  enum State {
    /// No two have been met on the one CPU yet, or it was long ago.
    case unknown
    /// A look found another one busy. `since` is when that was.
    case met(since: UInt64)
    /// All have their own CPUs, to see whether they stop more often so; `together` is what as many stops took on the
    /// one, `since` when they had settled.
    case apart(together: UInt64, since: UInt64?)
    /// They do not: who stops comes to the one CPU, up to a number of stops or a time.
    case together(lastStop: UInt64, lastTime: UInt64)
  }

  var state = State.unknown
  /// How many stops what was found out holds for: longer each time.
  var hold: UInt64 = 1 << 14

  /// Stops between two looks, which are also what is measured.
  static let looksEvery: UInt64 = 128

  /// Whether whoever stops comes to the one CPU.
  var gathers: Bool {
    if case .together = state { true } else { false }
  }
}

extension Tracer {
  /// A look at the company, each time that so many stops have been.
  func review() {
    let now = Clock.monotonic
    switch colocation.company.state {
    case .unknown:
      if isCrowded { colocation.company.state = .met(since: now) }
    case .met(let since):
      guard isCrowded else {
        colocation.company.state = .unknown
        return
      }
      giveAllBack()
      colocation.company.state = .apart(together: now &- since, since: nil)
      colocation.pauseUntil = stopCount &+ 2 &* Company.looksEvery
    case .apart(let together, nil):
      colocation.company.state = .apart(together: together, since: now)
    case .apart(let together, let since?):
      decide(together: together, apart: now &- since, now)
    case .together(let lastStop, let lastTime):
      if stopCount >= lastStop || now >= lastTime { colocation.company.state = .unknown }
    }
  }

  private func decide(together: UInt64, apart: UInt64, _ now: UInt64) {
    if together < apart / 5 &* 4 {
      let hold = colocation.company.hold
      colocation.company.state = .together(lastStop: stopCount &+ hold, lastTime: now &+ hold &* Colocation.longestStop)
      colocation.company.hold = min(hold * 2, 1 << 20)
    } else {
      colocation.company.state = .unknown
      colocation.pauseUntil = stopCount &+ colocation.pause
      colocation.pause = min(colocation.pause * 2, 1 << 20)
    }
  }

  /// Whether other placed tracees could run while the last one is stopped.
  private var isCrowded: Bool {
    colocation.placed.count > 1
      && colocation.placed.prefix(8).contains { $0.thread.tid != lastTid && ProcessTable.isRunnable($0.thread.tid) }
  }
}
