import CSyscallTables
import CTableFormat

/// An errno: its name (`ENOENT`) and its text (`No such file or directory`), also for those that the kernel keeps to
/// itself and only a tracer sees (`ERESTARTSYS`). See errno(3).
public struct ErrorNumber: Sendable, Equatable {
  public let rawValue: Int32
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The name; nil when the number is no error's.
  public var name: TableString? {
    guard rawValue > 0, let set = Self.names else { return nil }
    return set.name(of: UInt64(rawValue), wordSize: 8)
  }

  /// What the error says; nil when the tables have no text (`Unknown error 524`).
  public var text: TableString? {
    guard rawValue > 0, rawValue < tl_error_count else { return nil }
    let offset = tl_error_text_at(UInt32(rawValue))
    return offset == 0 ? nil : TableString(offset)
  }

  /// The error of that name; nil when there is none.
  public static func named(_ name: some StringProtocol) -> ErrorNumber? {
    names?.value(of: name, wordSize: 8).map { ErrorNumber(rawValue: Int32(truncatingIfNeeded: $0)) }
  }

  private static let names = ConstantSet(named: "errno")
}

/// A signal's number and name. See signal(7).
public struct SignalNumber: Sendable, Equatable {
  public let rawValue: Int32
  @inlinable public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The first real-time signal as the kernel counts them; from there to ``last`` they are `SIGRTMIN`, `SIGRT_1` ….
  public static let firstRealTime: Int32 = 32
  public static let last: Int32 = 64

  /// The name (`SIGINT`); nil for real-time signals and for what is no signal.
  public var name: TableString? {
    guard rawValue > 0, rawValue < Self.firstRealTime, let set = Self.names else { return nil }
    return set.name(of: UInt64(rawValue), wordSize: 8)
  }

  /// The signal of that name, with `SIG` or without, real-time ones included; nil when there is none.
  public static func named(_ name: some StringProtocol) -> SignalNumber? {
    let short = name.hasPrefix("SIG") ? name.dropFirst(3) : name[...]
    if short == "RTMIN" { return SignalNumber(rawValue: firstRealTime) }
    if short.hasPrefix("RT_"), let offset = Int32(short.dropFirst(3)), (1...last - firstRealTime).contains(offset) {
      return SignalNumber(rawValue: firstRealTime + offset)
    }
    return names?.value(of: "SIG\(short)", wordSize: 8).map { SignalNumber(rawValue: Int32(truncatingIfNeeded: $0)) }
  }

  private static let names = ConstantSet(named: "signals")
}
