import Linux

@testable import Tracing

/// Threads and their affinities, a clock, and what others do.
final class FakeAffinity: CPUAffinity {
  var masks: [Int32: CPUSet] = [0: FakeAffinity.both]
  var insured: [Int32: CPUSet] = [:]
  var others = 0
  var runnable: Set<Int32> = []
  var now: UInt64 = 1_000_000_000
  var currentCPU: Int { masks[0]?.contains(0) == true ? 0 : 1 }
  var mostInsured = Int.max

  static let both: CPUSet = {
    var set = CPUSet(only: 0)
    set.insert(1)
    return set
  }()

  func cpus(of tid: Int32) throws(Errno) -> CPUSet {
    guard let mask = masks[tid] else { throw .noSuchProcess }
    return mask
  }
  func confine(_ tid: Int32, to cpus: CPUSet) throws(Errno) {
    guard masks[tid] != nil else { throw .noSuchProcess }
    masks[tid] = cpus.contains(0) && cpus.contains(1) ? Self.both : cpus
  }
  func insure(_ tid: Int32, confinedTo cpu: Int, giving cpus: CPUSet) throws(Errno) {
    guard insured.count < mostInsured else { throw .noSpace }
    insured[tid] = cpus
  }
  func endInsurance(of tid: Int32) { insured[tid] = nil }
  func endInsurance() { insured = [:] }
  var runnableCount: Int { others + runnable.count }
  func isRunnable(_ tid: Int32) -> Bool { runnable.contains(tid) }

  var narrow: Set<Int32> { Set(masks.filter { $0.value.count == 1 }.keys) }
}
