/// A small generator with a state that a failing test can print, the same everywhere (SplitMix64).
public struct SplitMix: RandomNumberGenerator {
  private var state: UInt64

  public init(state: UInt64) { self.state = state }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var value = state
    value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
    value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
    return value ^ (value >> 31)
  }

  /// A number below `count`, which is at least 1.
  public mutating func below(_ count: Int) -> Int { Int(truncatingIfNeeded: next() >> 1) % count }
}
