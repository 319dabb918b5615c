/// What wait(2) stores of a process, taken apart.
public struct WaitStatus {
  public enum Kind: Equatable, Sendable {
    case exited(code: UInt64)
    /// `isCall`: by a system call, which PTRACE_O_TRACESYSGOOD marks.
    case stopped(signal: UInt64, isCall: Bool)
    case killed(signal: UInt64, isDumped: Bool)
    case continued
    /// No kernel stores that.
    case unknown
  }

  public let kind: Kind
  /// All 32 bits.
  public let bits: UInt64
  /// What stopped a tracee besides a signal (`PTRACE_EVENT_EXEC`); 0 for nothing.
  public let event: UInt64
  /// Bits that mean nothing here.
  public let rest: UInt64

  public init(_ value: UInt64) {
    bits = value & 0xffff_ffff
    event = bits >> 16
    let low = bits & 0x7f
    let high = bits >> 8 & 0xff
    switch low {
    case 0: (kind, rest) = (.exited(code: high), bits & 0x80)
    case 0x7f where bits & 0x80 == 0: (kind, rest) = (.stopped(signal: high & 0x7f, isCall: high & 0x80 != 0), 0)
    case 0x7f: (kind, rest) = (bits == 0xffff ? .continued : .unknown, 0)
    default: (kind, rest) = (.killed(signal: low, isDumped: bits & 0x80 != 0), bits & 0xff00)
    }
  }
}
