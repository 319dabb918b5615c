/// Several busy tracees: one CPU for all of them, or each its original affinity?
///
/// Where stopping is most of what they do, one CPU is faster for all; where they compute, it is not. Where the line
/// runs depends on what waking another CPU takes on this machine, so both are tried, and what brings more stops in the
/// same time is kept for a while.
struct ContentionTrial {
  enum State: Equatable {
    /// No two have been seen on the one CPU yet, or it was long ago.
    case unknown
    /// A look found another one busy. `since` is when that was.
    case met(since: UInt64)
    /// All have their original affinity, to see whether they stop more often so; `together` is what as many stops took
    /// on the one CPU, `since` when they had settled.
    case apart(together: UInt64, since: UInt64?)
    /// They do not: who stops comes to the one CPU, up to a number of stops or a time.
    case together(lastStop: UInt64, lastTime: UInt64)
  }

  /// What is to be done now.
  enum Verdict { case goOn, separate, keepApart }

  private(set) var state = State.unknown
  /// How many stops what was found out holds for: longer each time.
  private var hold: UInt64 = 1 << 14

  /// Stops between two looks, which are also what is measured.
  static let looksEvery: UInt64 = 128

  /// Whether whoever stops comes to the one CPU.
  var gathers: Bool {
    if case .together = state { true } else { false }
  }

  /// A look, each time that so many stops have been. `isCrowded`: whether others that are pinned could run.
  mutating func look(_ isCrowded: Bool, stop: UInt64, now: UInt64) -> Verdict {
    switch state {
    case .unknown:
      if isCrowded { state = .met(since: now) }
      return .goOn
    case .met(let since):
      state = isCrowded ? .apart(together: now &- since, since: nil) : .unknown
      return isCrowded ? .separate : .goOn
    case .apart(let together, nil):
      state = .apart(together: together, since: now)
      return .goOn
    case .apart(let together, let since?):
      guard together < (now &- since) / 5 &* 4 else {
        state = .unknown
        return .keepApart
      }
      state = .together(lastStop: stop &+ hold, lastTime: now &+ hold &* CPUPlacement.longestStop)
      hold = min(hold * 2, 1 << 20)
      return .goOn
    case .together(let lastStop, let lastTime):
      if stop >= lastStop || now >= lastTime { state = .unknown }
      return .goOn
    }
  }

  mutating func forget() { state = .unknown }
}
