/// A calling convention of the kernel that an x86_64 tracer meets.
public enum ABI: UInt8, Sendable, CaseIterable {
  case x86_64, i386, x32

  /// Bytes of a program's pointer and of its `long`.
  @inlinable public var wordSize: Int { self == .x86_64 ? 8 : 4 }
}
