import Decoding
import SyscallTables

/// Filters that tracees install themselves. Of several filters the strictest answer counts, so theirs can refuse a call, or
/// hand it to a listener, without our filter's stop. Who may have one is stopped at every call, as without our filter.
enum OwnFilters {
  /// The calls by which a filter is installed: seccomp(2), and prctl(2) with PR_SET_SECCOMP.
  static let calls = SyscallFilter(named: ["seccomp", "prctl"])
}

extension Tracer {
  /// The tracee, as the stop says, calls one of ``OwnFilters/calls``. Whether it will succeed does not matter: the
  /// stops that it costs in vain only take time. A filter may be meant for the other threads of the process too.
  func noteOwnFilter(_ tracee: Tracee) {
    guard !tracee.hasOwnFilter, isInstallation(tracee) else { return }
    hasMetOwnFilters = true
    let pid = tracee.identity.pid
    for member in tracees.all where member.identity.pid == pid { member.hasOwnFilter = true }
  }

  /// Both calls take the operation in their first argument; of prctl(2) only one is meant.
  private func isInstallation(_ tracee: Tracee) -> Bool {
    let operation = UInt32(truncatingIfNeeded: stop.arguments[0])
    guard let abi = stopABI, SyscallNumber.named("prctl", abi: abi)?.number == stop.number else {
      return operation == Self.setModeFilter
    }
    return operation == UInt32(truncatingIfNeeded: StartingCalls.setFilter)
  }

  /// SECCOMP_SET_MODE_FILTER
  private static let setModeFilter: UInt32 = 1
}
