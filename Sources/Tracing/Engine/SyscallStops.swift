import Decoding
import Linux
import Ptrace
import SyscallTables

/// Entries to, and exits from, system calls.
extension PtraceEngine {
  func callStop(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    switch tracee.thread.syscall {
    case .inSyscall(.shown): return try leave(tracee, stop)
    case .inSyscall:
      tracee.thread.syscall = .running
      return .resume(0)
    case .starting: return try startingStop(tracee, stop)
    default: return try enter(tracee, stop)
    }
  }

  /// The kernel's filter hit on a call: this stop is its entry, unless the tracee ran from call to call anyway.
  func filterStop(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    switch tracee.thread.syscall {
    case .inSyscall, .starting: return .resume(0)
    default: return try enter(tracee, stop)
    }
  }

  func enter(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    let info = place.info
    try info.read(stop, expectingExit: nil)
    guard info.kind != .exit, info.kind != .none, let abi = info.abi else {
      // The return from a call that was entered before the tracee was traced.
      tracee.thread.syscall = .running
      return .resume(0)
    }
    if abi != tracee.thread.abi { recorder.changedMode(tracee, to: abi) }
    tracee.identity.number = info.number
    watchCall(tracee, stop, abi)
    guard configuration.calls.contains(info.number, abi: abi) else {
      recorder.callsNotShown &+= 1
      // A filter's hit needs no stop at the exit.
      tracee.thread.syscall = info.kind == .filtered ? .running : .inSyscall(.skipped)
      if configuration.readsCommandNames { recorder.watchCommandName(tracee, info, abi) }
      return .resume(0)
    }
    recorder.begin(
      tracee,
      SyscallEntry(
        abi: abi, number: info.number, arguments: info.arguments, instructionPointer: info.instructionPointer,
        stackPointer: info.stackPointer, wallClock: recorder.wallClock, systemTime: stop.systemTime))
    place.memory.look(at: stop, isWritten: false)
    recorder.decode(tracee, memory: place.memory)
    let actions =
      configuration.injections.isEmpty || !tracee.thread.hasStarted ? EntryActions() : tamperAtEntry(tracee, stop)
    recorder.entered(tracee)
    if configuration.readsCommandNames { recorder.watchCommandName(tracee, info, abi) }
    tracee.thread.syscall = .inSyscall(.shown)
    if actions.delay > 0 { return hold(tracee, for: actions.delay, delivering: actions.signal) }
    return .resume(actions.signal)
  }

  private func leave(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    let info = place.info
    do throws(Errno) {
      try info.read(stop, expectingExit: true)
    } catch {
      tracee.thread.syscall = .running
      recorder.lostResult(tracee)
      throw error
    }
    recorder.end(
      tracee,
      SyscallReturn(
        result: info.result, failed: info.failed, ended: recorder.durationClock, wallClock: recorder.wallClock,
        systemTime: stop.systemTime))
    place.memory.look(at: stop, isWritten: !info.failed)
    let delay = tracee.thread.tampering == nil ? 0 : tamperAtExit(tracee, stop)
    tracee.thread.syscall = .running
    recorder.returned(tracee, memory: place.memory)
    if !command.hasStarted && tracee.tid == command.pid { failedToExecute(tracee) }
    if delay > 0 { return hold(tracee, for: delay, delivering: 0) }
    return .resume(0)
  }

  /// Some calls show a tracee what we hide from it, or change what we keep of it, whether or not they are shown.
  private func watchCall(_ tracee: Tracee, _ stop: borrowing PtraceStop, _ abi: ABI) {
    if watchesPaths && OpenedPaths.calls.contains(place.info.number, abi: abi) { watchPath(tracee, stop, abi) }
    if placement.isOn { tellPlacement(tracee, stop, abi) }
    watchUserFaults(abi)
  }
}

extension SyscallInfo {
  /// The ABI of the call at its entry; nil for a gate that the tables do not know of this machine.
  var abi: ABI? {
    switch gate {
    case .compat: .compat
    case .native: .wide(number)
    case .other: nil
    }
  }
}
