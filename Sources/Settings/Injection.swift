/// What is to be done to certain calls instead of, or besides, carrying them out.
public struct Injection: Sendable {
  /// The calls that it is done to; only calls that are traced are tampered with. What stands for another counts by that.
  public var calls = SyscallFilter.none
  /// What the call is made to return; it is not carried out then.
  public var result: Result?
  /// The number of the call that is carried out instead, by `ABI` raw value; -1 for none.
  public var replacement: [Int64]?
  /// Delivered at the call's return.
  public var signal: Int32?
  /// Nanoseconds to wait before the call is carried out, and before it returns.
  public var delayAtEntry: UInt64?
  public var delayAtExit: UInt64?
  /// What is written to the tracee's memory before the call is carried out, and before it returns.
  public var pokesAtEntry: [Poke] = []
  public var pokesAtExit: [Poke] = []
  /// Which of a tracee's invocations of the call are meant.
  public var occasions = Occasions()

  public init() {}

  public enum Result: Sendable, Equatable {
    /// An errno, positive.
    case error(Int32)
    case value(Int64)
  }

  /// Bytes written to where an argument points.
  public struct Poke: Sendable, Equatable {
    /// From 0.
    public var argument: Int
    public var bytes: [UInt8]
    public init(argument: Int, bytes: [UInt8]) {
      self.argument = argument
      self.bytes = bytes
    }
  }

  /// `when=FIRST[..LAST][+STEP]`, counted from 1, for each tracee and each call apart.
  public struct Occasions: Sendable, Equatable {
    public var first: UInt32 = 1
    public var last: UInt32 = .max
    /// 0: the first only.
    public var step: UInt32 = 1

    public init() {}

    public func contains(_ count: UInt32) -> Bool {
      guard count >= first, count <= last else { return false }
      return step == 0 ? count == first : (count - first) % step == 0
    }
  }
}
