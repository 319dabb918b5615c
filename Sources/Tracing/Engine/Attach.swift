import Decoding
import Linux
import Ptrace
import SyscallTables

/// Attaching to processes that run already.
extension PtraceEngine {
  /// What the kernel is asked to report of a tracee.
  func options(attached: Bool) -> PtraceOptions {
    var options: PtraceOptions = [.distinctCalls, .execs, .exits]
    if configuration.followsForks { options.formUnion(.forks) }
    if command.usesFilter && !attached { options.insert(.filterHits) }
    if killsOnExit { options.insert(.killedWithTracer) }
    return options
  }

  /// Attaches to all that the configuration names. Throws when that succeeds for none and no command is to be started.
  func attachToAll() throws(TraceError) {
    var failures: [TraceError] = []
    for id in configuration.attached where tracees[id] == nil {
      do throws(TraceError) {
        try attach(id)
      } catch {
        failures.append(error)
      }
    }
    if configuration.attachesChildren { attachToChildren(&failures) }
    if tracees.count == 0, configuration.command == nil, let last = failures.popLast() {
      for failure in failures { recorder.warn(failure.description) }
      throw last
    }
    for failure in failures { recorder.warn(failure.description) }
  }

  /// Attaches to all that tracees have started, whoever of them did.
  private func attachToChildren(_ failures: inout [TraceError]) {
    var tried: Set<Int32> = [CurrentProcess.id]
    // Others may be started while we look: look again until there are no new ones.
    var found = true
    while found {
      found = false
      let children = kernel.children()
      for parent in Set(tracees.inOrder.map(\.identity.pid)) {
        for child in children[parent] ?? [] where tracees[child] == nil && tried.insert(child).inserted {
          do throws(TraceError) {
            try attach(child)
            found = true
          } catch {
            failures.append(error)
          }
        }
      }
    }
  }

  private func attach(_ id: Int32) throws(TraceError) {
    let pid = kernel.process(of: id)?.threadGroup ?? id
    guard pid != CurrentProcess.id else {
      throw TraceError("I'm sorry, I can't let you do that, Dave.", advice: "\(id) is the tracer itself")
    }
    do throws(Errno) {
      try seize(id, pid)
    } catch {
      throw TraceError("attach: ptrace(PTRACE_SEIZE, \(id)): \(reason(id, error))")
    }
    lookForUserFaults(pid)
    var count = 1
    if configuration.followsForks {
      // Threads may be started while we look: look again until there are no new ones.
      var found = true
      while found {
        found = false
        for tid in kernel.threads(of: id) where tracees[tid] == nil {
          guard (try? seize(tid, pid)) != nil else { continue }
          count += 1
          found = true
        }
      }
    }
    recorder.consumer.handle(.notice("Process \(id) attached" + (count > 1 ? " with \(count) threads" : "")))
  }

  private func seize(_ tid: Int32, _ pid: Int32) throws(Errno) {
    try kernel.seize(tid, options(attached: true))
    // It stops at its calls only once it has stopped: one that cannot be stopped would never be let go of either.
    try kernel.interrupt(tid)
    let tracee = Tracee(
      identity: TraceeIdentity(tid: tid, pid: pid), ThreadState(.seized, tracees.newRecord()), isAttached: true)
    placement.exempt(tid)
    add(tracee)
    if tid != pid { tracees.noteThreads(of: pid) }
    recorder.refreshIdentity(tracee)
    recorder.consumer.handle(.attached(tracee.identity, byUs: true))
  }

  /// Why the kernel does not let us attach, as far as can be told.
  private func reason(_ id: Int32, _ error: Errno) -> String {
    guard error == .notPermitted, let process = kernel.process(of: id) else { return error.description }
    // A line of its own, as scripts know it.
    if process.tracer != 0 {
      return "\(error)\n\(configuration.programName): Process \(id) is already being traced by pid \(process.tracer)"
    }
    return error.description + ": " + cause(process)
  }

  private func cause(_ process: ProcessStatus) -> String {
    if process.isDead { return "it has ended and is a zombie" }
    if process.isKernelThread { return "it is a thread of the kernel" }
    if CurrentProcess.user != 0, process.user != CurrentProcess.user { return "it belongs to another user" }
    return "a security module forbids it (see kernel.yama.ptrace_scope), or it may not be inspected"
  }
}
