import Decoding
import Glibc
import Linux
import Ptrace
import SyscallTables

/// What an engine tells, decoded and handed on to a consumer.
final class Recorder {
  let configuration: TraceConfiguration
  let decoder: Decoder
  let consumer: TraceConsumer
  var surroundings: TraceeSurroundings
  /// Reads the stack at each call; nil when nobody wants it.
  let stacks: StackReader?
  let signalRecord = SignalRecord()
  /// A tracee can change names of others: they are read at each event.
  var commandNamesVary = false
  /// Tracing is to end; the tracees go on.
  var isOver = false
  /// It is over since as many calls were shown as were asked for.
  private(set) var reachedLimit = false
  /// Calls that tracees were stopped at and that are not traced.
  var callsNotShown: UInt64 = 0
  private var handedOn: UInt64 = 0

  init(
    _ configuration: TraceConfiguration, decoder: Decoder, consumer: TraceConsumer,
    surroundings: TraceeSurroundings, stacks: StackReader?
  ) {
    self.configuration = configuration
    self.decoder = decoder
    self.consumer = consumer
    self.surroundings = surroundings
    self.stacks = stacks
  }

  /// CLOCK_REALTIME, if records are to carry it.
  @inline(__always)
  var wallClock: UInt64 { configuration.stamps.contains(.wallClock) ? Clock.real : 0 }

  /// CLOCK_MONOTONIC, if durations are wanted.
  @inline(__always)
  var durationClock: UInt64 { configuration.stamps.contains(.duration) ? Clock.monotonic : 0 }

  // MARK: - Calls

  /// The tracee makes a call: begins its record.
  func begin(_ tracee: Tracee, _ entry: SyscallEntry) {
    let call = tracee.thread.call
    call.abi = entry.abi
    call.number = entry.number
    call.entry = SyscallNumber(abi: entry.abi, number: entry.number)
    call.arguments = entry.arguments
    call.instructionPointer = entry.instructionPointer
    call.stackPointer = entry.stackPointer
    call.tampering = []
    call.isResultUnavailable = false
    call.wallClock = entry.wallClock
    call.wallClockAtExit = 0
    call.result = 0
    call.error = 0
    tracee.thread.systemTimeAtEntry = entry.systemTime
  }

  /// Decodes what is known of the call at its entry; an injection may change it before it is shown.
  func decode(_ tracee: Tracee, memory: TraceeMemory) {
    decoder.enter(tracee.thread.call, memory: memory, surroundings: surroundings, tid: tracee.tid)
    refreshIdentity(tracee)
  }

  /// Shows the call that was decoded. `began`: when it was, where an engine knows; else it is now.
  func entered(_ tracee: Tracee, began: UInt64? = nil) {
    let call = tracee.thread.call
    stacks?.read(tid: tracee.tid, pid: tracee.identity.pid, into: &call.stack)
    if let short = call.shortRead { tell(short) }
    consumer.handle(.callEntered(call, by: tracee.identity))
    call.began = began ?? durationClock
  }

  private func tell(_ short: CallRecord.ShortRead) {
    let address = "0x" + String(short.address, radix: 16)
    warn("short read (\(short.count) < \(short.wanted)) @\(address): \(Errno(rawValue: EFAULT))")
  }

  /// The call returns: notes what it came to, which an injection may change before that is shown.
  func end(_ tracee: Tracee, _ end: SyscallReturn) {
    let call = tracee.thread.call
    call.ended = end.ended
    call.wallClockAtExit = end.wallClock
    call.systemTime = end.systemTime &- tracee.thread.systemTimeAtEntry
    call.result = end.result
    call.error = end.failed ? Int32(truncatingIfNeeded: 0 &- end.result) : 0
  }

  /// Shows the return that was noted.
  func returned(_ tracee: Tracee, memory: TraceeMemory) {
    let call = tracee.thread.call
    let interrupted = call.previous
    decoder.exit(call, memory: memory, surroundings: surroundings, tid: tracee.tid)
    // What goes on after an interruption is the call that was interrupted, however often.
    if let entry = call.entry, restarts.contains(entry.number, abi: call.abi) { call.previous = interrupted }
    refreshIdentity(tracee)
    consumer.handle(.callReturned(call, by: tracee.identity))
    handedOn &+= 1
    if let limit = configuration.callLimit, consumer.shownCalls ?? handedOn >= limit {
      (isOver, reachedLimit) = (true, true)
    }
  }

  private let restarts = SyscallFilter(named: ["restart_syscall"])

  /// It returns, but the thread was killed before its result could be read.
  func lostResult(_ tracee: Tracee) {
    tracee.thread.call.isResultUnavailable = true
    consumer.handle(.callReturned(tracee.thread.call, by: tracee.identity))
  }

  /// The call that the tracee is in will never return to it, or not while we look.
  func abandonCall(_ tracee: Tracee, detaching: Bool) {
    guard tracee.thread.isInShownCall else { return }
    let call = tracee.thread.call
    call.neverReturns = true
    call.wasDetached = detaching
    call.ended = durationClock
    call.wallClockAtExit = wallClock
    refreshIdentity(tracee)
    consumer.handle(.callReturned(call, by: tracee.identity))
  }

  // MARK: - Other events

  /// A signal is about to be delivered. `information` has its `siginfo_t`; nil when the kernel does not tell.
  func signal(
    _ signal: Int32, to tracee: Tracee, information: UnsafeRawBufferPointer?, instructionPointer: UInt64
  ) {
    let record = signalRecord
    record.signal = signal
    record.abi = tracee.thread.abi
    record.wallClock = wallClock
    record.instructionPointer = instructionPointer
    decoder.decode(
      signalInformation: information ?? UnsafeRawBufferPointer(start: nil, count: 0), into: record,
      surroundings: surroundings, tid: tracee.tid)
    refreshIdentity(tracee)
    stacks?.read(tid: tracee.tid, pid: tracee.identity.pid, into: &record.stack)
    consumer.handle(.signal(record, to: tracee.identity))
  }

  /// The tracee's thread group stopped.
  func stopped(_ tracee: Tracee, by signal: Int32) {
    guard configuration.signals.contains(signal) else { return }
    refreshIdentity(tracee)
    consumer.handle(.stopped(tracee.identity, by: signal, wallClock: wallClock))
  }

  /// A new thread that a tracee started is traced from now on.
  func attachedNew(_ tracee: Tracee) {
    refreshIdentity(tracee)
    consumer.handle(.attached(tracee.identity, byUs: false))
    consumer.handle(.notice("Process \(tracee.tid) attached"))
  }

  /// The tracee was let go of.
  func detached(_ tracee: Tracee) {
    consumer.handle(.notice("Process \(tracee.tid) detached"))
    abandonCall(tracee, detaching: true)
    consumer.handle(.detached(tracee.identity, byUs: tracee.isAttached))
  }

  func exited(_ tracee: Tracee, _ end: ThreadEnd) {
    let status: ExitStatus =
      switch end {
      case .exited(let code): .exited(code)
      case .killed(let signal, let coreDumped): .killed(signal: signal, coreDumped: coreDumped)
      }
    consumer.handle(.exited(tracee.identity, status, wallClock: wallClock))
  }

  func changedMode(_ tracee: Tracee, to abi: ABI) {
    tracee.thread.abi = abi
    // Marked calls are native code's: it may go on with its own at any of them.
    tracee.thread.filter.stopsAtNextCall = abi.mark != 0
    consumer.handle(.modeChanged(tracee.identity, to: abi, wallClock: wallClock))
  }

  /// Calls cannot be recorded: the threads stop at them.
  func refuse(_ refusal: CaptureRefusal) {
    warn("cannot record calls in the kernel, tracing with stops: \(refusal.reason)")
  }

  func warn(_ message: String) { consumer.handle(.warning(message)) }
}
