/// Which calls are shown, by how they ended (`-z`, `-Z`, `-e status=`).
public struct StatusFilter: Sendable, Equatable {
  public struct Outcomes: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let successful = Outcomes(rawValue: 1)
    public static let failed = Outcomes(rawValue: 2)
    /// Calls that do not return: `exit`, a death inside a call.
    public static let unfinished = Outcomes(rawValue: 4)
    /// Calls whose result cannot be read.
    public static let unavailable = Outcomes(rawValue: 8)
    /// Calls in which the thread was detached from.
    public static let detached = Outcomes(rawValue: 16)
    public static let all: Outcomes = [.successful, .failed, .unfinished, .unavailable, .detached]
  }

  public var outcomes: Outcomes
  /// Errors that are shown though ``Outcomes/failed`` is not among ``outcomes``.
  public var errors: Set<Int32>

  public static let all = StatusFilter()

  public init(_ outcomes: Outcomes = .all, errors: Set<Int32> = []) {
    self.outcomes = outcomes
    self.errors = errors
  }

  public var isComplete: Bool { outcomes == .all }
}
