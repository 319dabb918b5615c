import CBPF
import Decoding
import Linux
import Ptrace
import Settings
import SyscallTables

/// Calls that programs in the kernel record: tells a ``Recorder`` of them, in the order of their records.
final class RecordedCalls: CallSource {
  private let capture: KernelCapture
  private let recorder: Recorder
  /// It owns this.
  private unowned(unsafe) var engine: PtraceEngine?
  private let memory = RecordedMemory()
  private let live: LiveMemory
  private let surroundings: RecordedSurroundings
  // What records are to carry, asked for once.
  private let tellsDurations: Bool
  private let tellsWallClock: Bool
  /// Of which calls something was not recorded that the decoder asked for, and how often.
  private var gaps: [SyscallNumber: UInt64] = [:]
  private var misses: UInt64 = 0
  /// Waits in a row in which nothing came.
  private var quietWaits = 0

  /// Loads the programs, which do not run yet.
  init(_ recorder: Recorder, kernel: Kernel) throws(CaptureRefusal) {
    if let reason = recorder.reasonAgainstRecording { throw CaptureRefusal(reason: reason) }
    self.recorder = recorder
    tellsDurations = recorder.configuration.stamps.contains(.duration)
    tellsWallClock = recorder.configuration.stamps.contains(.wallClock)
    live = LiveMemory(kernel)
    capture = try KernelCapture(recorder.configuration, decoding: recorder.decoder.options)
    surroundings = RecordedSurroundings(recorder.surroundings, memory)
  }

  func begin(for engine: PtraceEngine) throws(CaptureRefusal) {
    self.engine = engine
    try capture.begin()
    recorder.surroundings = surroundings
  }

  // MARK: - Threads

  func follow(_ tracee: Tracee) {
    guard let error = capture.add(tracee.tid, tracee.thread.abi, isStarting: !tracee.thread.hasStarted)
    else { return }
    recorder.warn("cannot record the calls of thread \(tracee.tid): \(explanation(error)); they are not shown")
  }

  func executed(_ tid: Int32, formerly former: Int32) { capture.move(former, to: tid) }

  func removed(_ tracee: Tracee) {
    guard tracee.thread.isRecorded else { return }
    tracee.thread.isRecorded = false
    if let lost = capture.remove(tracee.tid) { note(lost: lost, of: tracee) }
  }

  func claims(_ signal: Int32, of tracee: Tracee, code: Int32) -> Bool {
    guard tracee.thread.recording.awaitsStop, signal == KernelCapture.stopSignal, code == KernelCapture.stopCode
    else { return false }
    tracee.thread.recording.awaitsStop = false
    return true
  }

  func end() {
    drain()
    for tracee in engine?.tracees.inOrder ?? [] { removed(tracee) }
    capture.end()
    memory.clear()
    tellGaps()
  }

  var counts: [CallCount] { capture.counts }

  // MARK: - Records

  /// Waits end after so many nanoseconds while calls come, and after so many more where some time nothing has.
  private static let wait: UInt64 = 5_000_000
  private static let longWait: UInt64 = 1_000_000_000
  private static let mostQuietWaits = 4

  func awaitChange(nanoseconds limit: UInt64) -> Bool {
    let sleeps = quietWaits >= Self.mostQuietWaits
    let hasNews = capture.wait(nanoseconds: min(limit, sleeps ? Self.longWait : Self.wait), sleeps: sleeps)
    quietWaits = hasNews ? 0 : quietWaits + 1
    return hasNews
  }

  func drain() {
    // One thread's records often follow each other.
    var last: Tracee?
    capture.drain { record in
      if last?.tid != record.tid || last?.thread.isRecorded != true { last = engine?.tracees[record.tid] }
      guard let tracee = last, tracee.thread.isRecorded else { return true }
      take(record, of: tracee)
      return !recorder.isOver
    }
  }

  private func take(_ record: CapturedRecord, of tracee: Tracee) {
    if record.lost != tracee.thread.recording.lost { note(lost: record.lost, of: tracee) }
    tracee.thread.recording.awaitsStop = record.has(TRAPLINE_RECORD_STOPPED)
    if record.isEntry {
      takeEntry(record, of: tracee)
    } else if record.isExit {
      takeExit(record, of: tracee)
    } else if record.isChangeOfMode {
      recorder.changedMode(tracee, to: record.abi)
    }
    if memory.misses != misses { noteGap(in: tracee) }
    memory.clear()
    // It goes on whatever it did: at least it waits somewhere until the ring was read.
    if record.has(TRAPLINE_RECORD_BLOCKED) { engine?.interrupt(tracee) }
  }

  private func takeEntry(_ record: CapturedRecord, of tracee: Tracee) {
    memory.clear()
    memory.add(record, ofEntry: true)
    if record.has(TRAPLINE_RECORD_INCOMPLETE) {
      // What was not there is in the thread's next record. What is not there either it stops for; if there is no record
      // yet, the thread is in the call still.
      if let next = capture.followingMemory(of: record.tid) { memory.add(next, ofEntry: true) }
      memory.live = live(tracee)
    }
    if record.has(TRAPLINE_RECORD_LIVE) {
      memory.live = live(tracee)
      if record.abi == .compat { capture.makePlans(.compat) }
    }
    enter(record, tracee)
  }

  /// The call of a record whose memory is there begins.
  private func enter(_ record: CapturedRecord, _ tracee: Tracee) {
    let abi = record.abi
    if tracee.thread.isInShownCall { loseReturn(of: tracee) }
    if abi != tracee.thread.abi { recorder.changedMode(tracee, to: abi) }
    tracee.identity.number = record.number
    let givesUserFaults = WatchedCalls.userFaults.contains(record.number, abi: abi)
    if givesUserFaults { engine?.kernel.usesOnlyPresentMemory = true }
    // Others are recorded only where they are wanted, if the programs can tell them from each other.
    guard
      KernelCapture.tells(record.number) && !givesUserFaults
        || recorder.configuration.calls.contains(record.number, abi: abi)
    else { return }
    name(tracee, record)
    recorder.begin(
      tracee,
      SyscallEntry(
        abi: abi, number: record.number, arguments: record.arguments,
        instructionPointer: record.instructionPointer, stackPointer: record.stackPointer,
        wallClock: wallClock(record)))
    recorder.decode(tracee, memory: memory)
    recorder.entered(tracee, began: durationClock(record))
    tracee.thread.syscall = .inSyscall(.shown)
  }

  private func takeExit(_ record: CapturedRecord, of tracee: Tracee) {
    if record.has(TRAPLINE_RECORD_DENIED) {
      memory.clear()
      memory.add(record, ofEntry: true)
      memory.live = live(tracee)
      enter(record, tracee)
    }
    guard tracee.thread.isInShownCall else { return }
    memory.clear()
    memory.add(record, ofEntry: false)
    if record.has(TRAPLINE_RECORD_LIVE) || record.has(TRAPLINE_RECORD_INCOMPLETE) { memory.live = live(tracee) }
    name(tracee, record)
    recorder.end(
      tracee,
      SyscallReturn(
        result: record.result, failed: Errno.isError(record.result), ended: durationClock(record),
        wallClock: wallClock(record), systemTime: record.systemTime))
    tracee.thread.syscall = .running
    recorder.returned(tracee, memory: memory)
    engine?.callReturned(tracee)
  }

  private func durationClock(_ record: CapturedRecord) -> UInt64 {
    tellsDurations ? record.time : 0
  }

  private func wallClock(_ record: CapturedRecord) -> UInt64 {
    tellsWallClock ? record.time &+ capture.wallClockOffset : 0
  }

  private func live(_ tracee: Tracee) -> TraceeMemory {
    live.tid = tracee.tid
    return live
  }

  /// The command's name, as it was then.
  private func name(_ tracee: Tracee, _ record: CapturedRecord) {
    guard recorder.configuration.readsCommandNames else { return }
    record.withCommand { name in
      tracee.identity.command.removeAll(keepingCapacity: true)
      tracee.identity.command.append(contentsOf: name.prefix { $0 != 0 })
    }
    tracee.isCommandNameRead = true
  }

  // MARK: - What could not be kept

  /// The thread makes another call, so the one that it was in has returned.
  private func loseReturn(of tracee: Tracee) {
    tracee.thread.syscall = .running
    recorder.lostResult(tracee)
    engine?.callReturned(tracee)
  }

  private func noteGap(in tracee: Tracee) {
    if let entry = tracee.thread.call.entry { gaps[entry, default: 0] += memory.misses &- misses }
    misses = memory.misses
  }

  private func tellGaps() {
    guard recorder.configuration.tellsGaps, !gaps.isEmpty else { return }
    let calls = gaps.map { "\($0.key.name) \($0.value)" }.sorted().joined(separator: ", ")
    recorder.warn("the kernel's programs did not record all that was asked for, so often: \(calls)")
  }

  /// `lost`: how many calls of a thread were lost so far.
  private func note(lost: UInt32, of tracee: Tracee) {
    let count = lost &- tracee.thread.recording.lost
    tracee.thread.recording.lost = lost
    guard count > 0 else { return }
    let what = count == 1 ? "a call of thread \(tracee.tid) is" : "\(count) calls of thread \(tracee.tid) are"
    recorder.warn("\(what) missing or cut off here: the ring of records was full")
  }
}

extension Recorder {
  /// Why the kernel cannot record what is asked for; nil when it can.
  fileprivate var reasonAgainstRecording: String? {
    let options = decoder.options
    if !configuration.injections.isEmpty { return "injections change calls of stopped threads (-e inject=)" }
    if stacks != nil { return "stacks are those of stopped threads (-k)" }
    if !options.annotations.isEmpty || configuration.readsSecurityContexts {
      return "what descriptors and processes are is asked of stopped threads (-y, -Y, --secontext, -e namespace=)"
    }
    if !options.dumpedReads.isEmpty || !options.dumpedWrites.isEmpty {
      return "data is dumped from stopped threads (-e read=, -e write=)"
    }
    if configuration.comparesPaths { return "what descriptors are open on is asked of stopped threads (-P)" }
    return nil
  }
}
