/// Who does something, as far as it is shown.
public final class TraceeIdentity {
  /// The thread's id in the tracer's pid namespace: what the kernel calls pid.
  public let tid: Int32
  /// Its thread group: what users call the process id. Known from the first stop on.
  @exclusivity(unchecked) public var pid: Int32
  /// The process that started its process, as far as the trace saw that; else 0.
  @exclusivity(unchecked) public var parent: Int32 = 0
  /// The command name (`comm`), UTF-8 not guaranteed; empty when nobody asked for it.
  @exclusivity(unchecked) public var command: [UInt8] = []
  /// Its security context, as far as it is shown; empty when it has none, or nobody asked for it.
  @exclusivity(unchecked) public var context: [UInt8] = []
  /// The number of the call that it entered last, shown or not, as far as it stopped for it.
  @exclusivity(unchecked) public var number: UInt64 = 0
  /// For the consumer's use: an index of its own (an output, a track).
  @exclusivity(unchecked) public var slot = 0

  public init(tid: Int32, pid: Int32) {
    self.tid = tid
    self.pid = pid
  }
}
