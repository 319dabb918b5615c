import Decoding
import Linux
import Ptrace
import SyscallTables

/// Attaching to processes that run already.
extension Tracer {
  /// What the kernel is asked to report of a tracee.
  func options(attached: Bool) -> TracedThread.Options {
    var options: TracedThread.Options = [.distinctCalls, .execs, .exits]
    if configuration.followsForks { options.formUnion(.forks) }
    if usesKernelFilter && !attached { options.insert(.filterHits) }
    if killsOnExit { options.insert(.killedWithTracer) }
    return options
  }

  /// Attaches to all that the configuration names. Throws when that succeeds for none and no command is to be started.
  func attachToAll() throws(TraceError) {
    var failures: [TraceError] = []
    for id in configuration.attached {
      if tracees[id] != nil { continue }
      do throws(TraceError) {
        try attach(id)
      } catch {
        failures.append(error)
      }
    }
    if tracees.count == 0, configuration.command == nil, let last = failures.popLast() {
      for failure in failures { consumer.handle(.warning(failure.message)) }
      throw last
    }
    for failure in failures { consumer.handle(.warning(failure.message)) }
  }

  private func attach(_ id: Int32) throws(TraceError) {
    let pid = ProcessTable.threadGroup(of: id) ?? id
    do throws(Errno) {
      try seize(id, pid)
    } catch {
      throw reason(id, error)
    }
    var count = 1
    if configuration.followsForks {
      // Threads may be started while we look: look again until there are no new ones.
      var found = true
      while found {
        found = false
        for tid in ProcessTable.threads(of: id) where tracees[tid] == nil {
          guard (try? seize(tid, pid)) != nil else { continue }
          count += 1
          found = true
        }
      }
    }
    consumer.handle(.notice("Process \(id) attached" + (count > 1 ? " with \(count) threads" : "")))
  }

  private func seize(_ tid: Int32, _ pid: Int32) throws(Errno) {
    let thread = TracedThread(tid: tid)
    try thread.seize(options(attached: true))
    let tracee = Tracee(
      identity: TraceeIdentity(tid: tid, pid: pid), state: .seized, call: newRecord(), isAttached: true,
      isFiltered: false)
    // What it waits in is not known. As with strace, what it goes on with then is the call of number 0.
    tracee.call.previous = SyscallNumber(abi: .x86_64, number: 0)
    add(tracee)
    placement.exempt(tid)
    refreshIdentity(tracee)
    consumer.handle(.attached(tracee.identity, byUs: true))
    try? thread.interrupt()
  }

  private func reason(_ id: Int32, _ error: Errno) -> TraceError {
    let message = "attach: ptrace(PTRACE_SEIZE, \(id)): \(error)"
    guard error == .notPermitted else { return TraceError(message) }
    if let tracer = ProcessTable.tracer(of: id), tracer != 0 {
      consumer.handle(.warning(message))
      return TraceError("Process \(id) is already being traced by pid \(tracer)")
    }
    return TraceError(message, advice: "it belongs to another user, or kernel.yama.ptrace_scope forbids it")
  }
}
