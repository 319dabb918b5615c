import Decoding
import Ptrace
import SyscallTables

/// Filters that tracees install themselves. Of several filters the strictest answer counts, so theirs can refuse a call,
/// or hand it to a listener, without our filter's stop. Who has one is stopped at every call, as without our filter.
enum OwnFilters {
  /// prctl(2) and seccomp(2)
  static let calls = SyscallFilter(named: ["prctl", "seccomp"])

  /// What such a call is about to do.
  enum Intent {
    /// A filter is to be installed, for the thread alone or for all of its process.
    case install(forAll: Bool)
    /// It asks whether it has one.
    case ask
  }

  /// What a call with these arguments is for; nil when it is not about filters.
  static func intent(of number: UInt64, abi: ABI, _ arguments: InlineArray<6, UInt64>) -> Intent? {
    let operation = UInt32(truncatingIfNeeded: arguments[0])
    if seccomp.contains(number, abi: abi) {
      guard operation == KernelConstant.setModeFilter else { return nil }
      return .install(forAll: arguments[1] & KernelConstant.filterForAllThreads != 0)
    }
    switch UInt64(operation) {
    case KernelConstant.setSeccomp where arguments[1] == KernelConstant.modeFilter: return .install(forAll: false)
    case KernelConstant.getSeccomp: return .ask
    default: return nil
    }
  }

  private static let seccomp = SyscallFilter(named: ["seccomp"])
}

extension Tracer {
  /// The tracee returns from a call that was about filters.
  func ownFilterCallReturned(_ tracee: Tracee, _ intent: OwnFilters.Intent) throws(Errno) {
    tracee.filterIntent = nil
    guard !tracee.hasOwnFilter else { return }
    try stop.read(tracee.thread, expectingExit: true)
    guard !stop.failed else { return }
    switch intent {
    case .ask: try tracee.thread.replaceResult(by: 0)
    case .install(let forAll):
      hasMetOwnFilters = true
      tracee.hasOwnFilter = true
      guard forAll else { return }
      for other in tracees.all where other.identity.pid == tracee.identity.pid && !other.hasOwnFilter {
        other.hasOwnFilter = true
        // It may be running until its next stop for our filter, which its own could keep from coming.
        if case .outside = other.state { try? other.thread.interrupt() }
      }
    }
  }
}
