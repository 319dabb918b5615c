import Decoding
import Linux
import Ptrace

/// Signals to tracees, and stops that signals cause.
extension Tracer {
  /// A signal is about to be delivered: show it, and deliver it.
  func signalStop(_ tracee: Tracee, _ signal: Int32) throws(Errno) {
    if hasStarted(tracee) && configuration.signals.contains(signal) {
      try show(signal, to: tracee)
    }
    try resume(tracee, delivering: signal)
  }

  private func show(_ signal: Int32, to tracee: Tracee) throws(Errno) {
    let record = signalRecord
    record.signal = signal
    record.abi = tracee.abi
    record.wallClock = wallClock
    if configuration.stamps.contains(.signalPlace) {
      try stop.read(tracee.thread, expectingExit: false)
      record.instructionPointer = stop.instructionPointer
    }
    if let base = signalBytes.baseAddress {
      try tracee.thread.signalInformation(into: base)
      decoder.decode(
        signalInformation: UnsafeRawBufferPointer(signalBytes), into: record, surroundings: surroundings,
        tid: tracee.thread.tid)
    }
    refreshIdentity(tracee)
    stacks?.read(tid: tracee.thread.tid, pid: tracee.identity.pid, into: &record.stack)
    consumer.handle(.signal(record, to: tracee.identity))
  }

  /// The thread group stopped. The thread stays stopped, as it would untraced, and SIGCONT is reported.
  func groupStop(_ tracee: Tracee, _ signal: Int32) throws(Errno) {
    if case .starting = tracee.state { return try resume(tracee) }
    meetFirstStop(tracee)
    if configuration.signals.contains(signal) {
      refreshIdentity(tracee)
      consumer.handle(.stopped(tracee.identity, by: signal, wallClock: wallClock))
    }
    tracee.state = .groupStopped
    try tracee.thread.listen()
  }

  /// The first stop of a thread that we seized or that was born to a tracee, or the end of a group stop.
  func interruptStop(_ tracee: Tracee) throws(Errno) {
    switch tracee.state {
    case .starting: break
    case .seized, .newborn: meetFirstStop(tracee)
    case .groupStopped: tracee.state = .outside
    default: break
    }
    try resume(tracee)
  }

  func meetFirstStop(_ tracee: Tracee) {
    switch tracee.state {
    case .newborn:
      tracee.state = .outside
      refreshIdentity(tracee)
      consumer.handle(.attached(tracee.identity, byUs: false))
      consumer.handle(.notice("Process \(tracee.thread.tid) attached"))
    case .seized: tracee.state = .outside
    default: break
    }
  }
}
