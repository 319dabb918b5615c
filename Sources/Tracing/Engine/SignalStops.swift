import Decoding
import Glibc
import Linux
import Ptrace
import SyscallTables

/// Signals to tracees, and stops that signals cause.
extension PtraceEngine {
  /// A signal is about to be delivered: show it, and deliver it.
  func signalStop(_ tracee: Tracee, _ stop: borrowing PtraceStop, _ signal: Int32) throws(Errno) -> Next {
    if isOfSource(signal, tracee, stop) { return .resume(0) }
    if tracee.thread.hasStarted && configuration.signals.contains(signal) { try show(signal, to: tracee, stop) }
    return .resume(signal)
  }

  private func show(_ signal: Int32, to tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) {
    var instructionPointer: UInt64 = 0
    if configuration.stamps.contains(.signalPlace) {
      try place.info.read(stop, expectingExit: nil)
      instructionPointer = place.info.instructionPointer
    }
    recorder.signal(signal, to: tracee, information: try information(stop), instructionPointer: instructionPointer)
  }

  /// The `siginfo_t` of a signal that is about to be delivered, until the next is read; nil when the kernel does not
  /// tell.
  private func information(_ stop: borrowing PtraceStop) throws(Errno) -> UnsafeRawBufferPointer? {
    guard let base = place.signalInformation.baseAddress,
      try answer({ () throws(Errno) in try stop.signalInformation(into: base) }) != nil
    else { return nil }
    return UnsafeRawBufferPointer(place.signalInformation)
  }

  /// Whether a signal is none of the program's: the source of calls sent it.
  func isOfSource(_ signal: Int32, _ tracee: Tracee, _ stop: borrowing PtraceStop) -> Bool {
    guard let source, tracee.thread.isRecorded, let information = try? information(stop) else { return false }
    return source.claims(signal, of: tracee, code: information.load(as: siginfo_t.self).si_code)
  }

  /// The thread group stopped. The thread stays stopped, as it would untraced, and SIGCONT is reported.
  func groupStop(_ tracee: Tracee, _ signal: Int32) -> Next {
    if case .starting = tracee.thread.syscall { return .resume(0) }
    if tracee.isBeyondDepth { return .detach }
    meetFirstStop(tracee)
    recorder.stopped(tracee, by: signal)
    tracee.thread.syscall = .groupStopped
    return .listen
  }

  /// The first stop of a thread that we seized or that a tracee started, or the end of a group stop.
  func interruptStop(_ tracee: Tracee, _ stop: borrowing PtraceStop) -> Next {
    if tracee.isBeyondDepth { return .detach }
    switch tracee.thread.syscall {
    case .new:
      if isHeldForParent(tracee) { return .hold(.untilParentReturns) }
      meetFirstStop(tracee)
    case .seized:
      meetFirstStop(tracee)
      noteInterruptedCall(tracee, stop)
    case .groupStopped: tracee.thread.syscall = .running
    default: break
    }
    return .resume(0)
  }

  func meetFirstStop(_ tracee: Tracee) {
    switch tracee.thread.syscall {
    case .new:
      tracee.thread.syscall = .running
      recorder.attachedNew(tracee)
    case .seized: tracee.thread.syscall = .running
    default: break
    }
  }

  /// A thread that was attached to may have been in a call that goes on with restart_syscall(2): which one is in its
  /// registers.
  private func noteInterruptedCall(_ tracee: Tracee, _ stop: borrowing PtraceStop) {
    guard let registers = try? Registers(of: stop), let number = registers.interruptedCall else { return }
    let abi: ABI = registers.isCompat ? .compat : .wide(number)
    tracee.thread.call.previous = SyscallNumber(abi: abi, number: number)
  }
}
