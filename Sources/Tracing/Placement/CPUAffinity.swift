import Linux

/// What CPU placement asks of the system; 0 as a thread's id is the tracer.
protocol CPUAffinity: AnyObject {
  /// The CPUs that a thread may use; see sched_getaffinity(2).
  func cpus(of tid: Int32) throws(Errno) -> CPUSet
  /// See sched_setaffinity(2).
  func confine(_ tid: Int32, to cpus: CPUSet) throws(Errno)
  /// The CPU that the tracer is on.
  var currentCPU: Int { get }

  /// Sees to it that a thread that is confined to `cpu` gets `cpus` back even if the tracer is killed.
  func insure(_ tid: Int32, confinedTo cpu: Int, giving cpus: CPUSet) throws(Errno)
  /// The thread has its CPUs again, or is gone.
  func endInsurance(of tid: Int32)
  /// Nobody is confined any more.
  func endInsurance()

  /// CLOCK_MONOTONIC, in nanoseconds.
  var now: UInt64 { get }
  /// Threads of the machine that run or could, besides the tracer; 0 where nobody says.
  var runnableCount: Int { get }
  /// Whether a thread runs or could, or is stopped for its tracer.
  func isRunnable(_ tid: Int32) -> Bool
}

/// The kernel's own.
final class KernelAffinity: CPUAffinity {
  func cpus(of tid: Int32) throws(Errno) -> CPUSet { try CPUSet(of: tid) }
  func confine(_ tid: Int32, to cpus: CPUSet) throws(Errno) { try cpus.apply(to: tid) }
  var currentCPU: Int { CPUSet.current }

  func insure(_ tid: Int32, confinedTo cpu: Int, giving cpus: CPUSet) throws(Errno) {
    try CPUGuard.start(confinedTo: cpu)
    try CPUGuard.add(tid, giving: cpus)
  }
  func endInsurance(of tid: Int32) { CPUGuard.remove(tid) }
  func endInsurance() { CPUGuard.stop() }

  var now: UInt64 { Clock.monotonic }
  var runnableCount: Int { ProcessTable.runnableCount.map { $0 - 1 } ?? 0 }
  func isRunnable(_ tid: Int32) -> Bool { ProcessTable.isRunnable(tid) }
}
