import CLinux

/// A process that gives threads their CPUs back should the tracer be killed before it has done so itself.
///
/// It shares the tracer's memory and descriptors, sleeps until the tracer has ended, and ends at once then.
public enum CPUGuard {
  /// Begins to mind that threads are confined to `cpu`. The calling process must be the one that ends.
  public static func start(confinedTo cpu: Int) throws(Errno) { try checked(Int(tl_guard_start(Int32(clamping: cpu)))) }

  /// Has a thread get `cpus` back. Throws `noSpace` where there are too many.
  public static func add(_ tid: Int32, giving cpus: CPUSet) throws(Errno) {
    try checked(Int(cpus.withUnsafeBytes { tl_guard_add(tid, $0.baseAddress, $0.count) }))
  }

  public static func remove(_ tid: Int32) { tl_guard_remove(tid) }

  public static func stop() { tl_guard_stop() }
}
