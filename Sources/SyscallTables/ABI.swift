import CTableFormat

/// A calling convention of the kernel that an x86_64 tracer meets.
public enum ABI: UInt8, Sendable, CaseIterable {
  case x86_64, i386, x32

  /// What marks the numbers of x32's calls.
  @inlinable public static var x32Bit: UInt64 { UInt64(TL_X32_BIT) }

  /// The ABI of a call by the 64-bit gate, from its number as the kernel reports it. A number of -1 is what a seccomp
  /// filter leaves of a call that it denied: its bits mean nothing.
  @inlinable public static func wide(_ number: UInt64) -> ABI {
    number & x32Bit != 0 && number != .max ? .x32 : .x86_64
  }

  /// Bytes of a program's pointer and of its `long`.
  @inlinable public var wordSize: Int { self == .x86_64 ? 8 : 4 }

  /// That of the machine's other mode.
  @inlinable public var foreign: ABI { self == .i386 ? .x86_64 : .i386 }
}
