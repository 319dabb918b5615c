/// The last digit that a time shows; the raw value is the number of digits behind the point.
public enum Precision: Int, Sendable {
  case seconds = 0
  case milliseconds = 3
  case microseconds = 6
  case nanoseconds = 9

  /// Nanoseconds in the last digit.
  public var unit: UInt64 {
    switch self {
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1000
    case .nanoseconds: 1
    }
  }
}

/// The time of day in front of each line (`-t`, `--absolute-timestamps=`).
public enum AbsoluteTime: Sendable, Equatable {
  /// `12:34:56`, local time
  case clock(Precision)
  /// Seconds since the epoch.
  case unix(Precision)
}
