import Decoding
import Linux
import Ptrace
import SyscallTables

/// Entries to, and exits from, system calls.
extension Tracer {
  func callStop(_ tracee: Tracee, _ report: WaitReport) throws(Errno) {
    switch tracee.state {
    case .inside(.shown):
      try leave(tracee, report)
    case .inside:
      tracee.state = .outside
      try resume(tracee)
    case .starting:
      try startingStop(tracee, report)
    default:
      try enter(tracee, report)
    }
  }

  /// The kernel's filter hit on a call: this stop is its entry, unless the tracee ran from call to call anyway.
  func filterStop(_ tracee: Tracee, _ report: WaitReport) throws(Errno) {
    switch tracee.state {
    case .inside, .starting: try resume(tracee)
    default: try enter(tracee, report)
    }
  }

  func enter(_ tracee: Tracee, _ report: WaitReport) throws(Errno) {
    try stop.read(tracee.thread, expectingExit: false)
    guard stop.kind != .exit, stop.kind != .none, let abi = stopABI else {
      // The return from a call that was entered before the tracee was traced.
      tracee.state = .outside
      return try resume(tracee)
    }
    if abi != tracee.abi { changeMode(tracee, to: abi) }
    tracee.identity.number = stop.number
    if mindsPaths && OpenedPaths.calls.contains(stop.number, abi: abi) { mindPath(tracee, abi) }
    if placement.isOn { tellPlacement(tracee, abi) }
    guard configuration.calls.contains(stop.number, abi: abi) else {
      callsNotShown &+= 1
      // A filter's hit needs no stop at the exit.
      tracee.state = stop.kind == .filtered ? .outside : .inside(.skipped)
      if configuration.readsCommandNames { mindCommandName(tracee, abi) }
      return try resume(tracee)
    }
    let call = tracee.call
    call.abi = abi
    call.number = stop.number
    call.entry = SyscallNumber(abi: abi, number: stop.number)
    call.arguments = stop.arguments
    call.instructionPointer = stop.instructionPointer
    call.stackPointer = stop.stackPointer
    call.tampering = []
    call.isResultUnavailable = false
    call.wallClock = wallClock
    call.result = 0
    call.error = 0
    tracee.systemTimeAtEntry = report.systemTime

    memory.thread = tracee.thread
    memory.isWritten = false
    let orders = configuration.injections.isEmpty || !hasStarted(tracee) ? Orders() : tamperAtEntry(tracee)
    decoder.enter(call, memory: memory, surroundings: surroundings, tid: tracee.thread.tid)
    refreshIdentity(tracee)
    stacks?.read(tid: tracee.thread.tid, pid: tracee.identity.pid, into: &call.stack)
    consumer.handle(.callEntered(call, by: tracee.identity))
    if configuration.readsCommandNames { mindCommandName(tracee, abi) }
    call.began = durationClock
    tracee.state = .inside(.shown)
    if orders.delay > 0 { return hold(tracee, for: orders.delay, .shown, delivering: orders.signal) }
    try resume(tracee, delivering: orders.signal)
  }

  private func leave(_ tracee: Tracee, _ report: WaitReport) throws(Errno) {
    let call = tracee.call
    do throws(Errno) {
      try stop.read(tracee.thread, expectingExit: true)
    } catch {
      // It was killed at this stop.
      tracee.state = .outside
      call.isResultUnavailable = true
      consumer.handle(.callReturned(call, by: tracee.identity))
      throw error
    }
    call.ended = durationClock
    call.systemTime = report.systemTime &- tracee.systemTimeAtEntry
    let result = stop.result
    call.result = result
    call.error = stop.failed ? Int32(truncatingIfNeeded: 0 &- result) : 0
    memory.thread = tracee.thread
    memory.isWritten = !stop.failed
    let delay = tracee.tampering == nil ? 0 : tamperAtExit(tracee)
    decoder.exit(call, memory: memory, surroundings: surroundings, tid: tracee.thread.tid)
    tracee.state = .outside
    refreshIdentity(tracee)
    consumer.handle(.callReturned(call, by: tracee.identity))
    handedOn &+= 1
    if let limit = configuration.callLimit, consumer.shownCalls ?? handedOn >= limit { isOver = true }
    if !hasStarted && tracee.thread.tid == commandPid { failedToExecute(tracee) }
    if delay > 0 { return hold(tracee, for: delay, .returned, delivering: 0) }
    try resume(tracee)
  }

  /// The call that the tracee is in will never return to it.
  func abandonCall(_ tracee: Tracee, detaching: Bool) {
    guard tracee.isInShownCall else { return }
    tracee.call.neverReturns = true
    tracee.call.wasDetached = detaching
    tracee.call.ended = durationClock
    refreshIdentity(tracee)
    consumer.handle(.callReturned(tracee.call, by: tracee.identity))
  }

  private func changeMode(_ tracee: Tracee, to abi: ABI) {
    tracee.abi = abi
    // Calls of x32 are 64-bit code's: it may go on with its own at any of them.
    tracee.stopsAtNextCall = abi == .x32
    consumer.handle(.modeChanged(tracee.identity, to: abi, wallClock: wallClock))
  }

  /// The ABI of the call that the tracee stopped at; nil for a machine that is none of x86's.
  var stopABI: ABI? {
    switch stop.architecture {
    case .i386: .i386
    // A number of -1 is what a seccomp filter leaves of a call that it denied: its bits mean nothing.
    case .x86_64: stop.number & 0x4000_0000 != 0 && Int64(bitPattern: stop.number) != -1 ? .x32 : .x86_64
    case .other: nil
    }
  }
}
