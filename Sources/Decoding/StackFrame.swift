/// One frame of a thread's stack at a system call.
public struct StackFrame: Sendable {
  /// The program counter.
  public var address: UInt64
  /// The path of the executable or library, empty when the address belongs to none.
  public var module: [UInt8] = []
  /// The address less the start of its module.
  public var moduleOffset: UInt64 = 0
  /// The function, demangled; empty when unknown.
  public var symbol: [UInt8] = []
  public var symbolOffset: UInt64 = 0
  /// The source file, empty when unknown or not asked for.
  public var source: [UInt8] = []
  public var line: Int32 = 0

  public init(address: UInt64) { self.address = address }
}

/// Reads the stacks of stopped threads. Base class: reads none.
open class StackReader {
  public init() {}

  /// The frames of a stopped thread, innermost first, into `frames`.
  open func read(tid: Int32, pid: Int32, into frames: inout [StackFrame]) { frames.removeAll(keepingCapacity: true) }

  /// A process is gone.
  open func forget(pid: Int32) {}
}
