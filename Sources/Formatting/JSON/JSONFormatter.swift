import Decoding
import SyscallTables
import Values

/// Writes a trace as JSON Lines: an object an event, valid JSON and UTF-8 whatever the tracee does.
///
/// The form is described in docs/JSON.md and docs/trace.schema.json.
public final class JSONFormatter: TraceConsumer {
  private let options: JSONOptions
  private let outputs: TraceOutputs
  private let notices: OutputSink?
  @exclusivity(unchecked) private var tracees: [TraceeOutput?] = [nil]
  @exclusivity(unchecked) private var free: [Int] = []
  /// `"name":"read","number":0,"abi":"x86_64","classes":[…]` of calls that were seen, by row in the numbers' table.
  @exclusivity(unchecked) private var callTexts: [Range<Int32>?] = []
  @exclusivity(unchecked) private var callText = ByteBuffer()
  /// Threads whose exec took the place of their leader: the leader's id and theirs.
  @exclusivity(unchecked) private var formerThreads: [Int32: Int32] = [:]

  private final class TraceeOutput {
    let tracee: TraceeIdentity
    let sink: OutputSink

    init(_ tracee: TraceeIdentity, _ sink: OutputSink) {
      self.tracee = tracee
      self.sink = sink
    }
  }

  /// - Parameter notices: standard error, for lines like `trapline: Process 5 attached`.
  public init(options: JSONOptions, outputs: TraceOutputs, notices: OutputSink? = nil) {
    self.options = options
    self.outputs = outputs
    self.notices = notices
    super.init()
    if case .shared(let sink) = outputs {
      writeTrace(to: &sink.buffer)
      sink.settle()
    }
  }

  // MARK: Events

  public override func handle(_ event: TraceEvent) {
    switch event {
    case .callEntered(let call, let tracee): if options.showsEntries { entered(call, tracee) }
    case .callReturned(let call, let tracee): returned(call, tracee)
    case .signal(let signal, let tracee): signalled(signal, tracee)
    case .stopped(let tracee, let signal, let wallClock): stopped(tracee, by: signal, wallClock)
    case .exited(let tracee, let status, let wallClock): exited(tracee, status, wallClock)
    case .superseded(let tracee, let other, _): formerThreads[tracee.tid] = other
    case .attached(let tracee, let byUs):
      self.event("attach", tracee, 0) { out in
        out.append(byUs ? ",\"asked\":true" : ",\"asked\":false")
        if tracee.parent == 0 { return }
        out.append(",\"parent\":")
        out.appendDecimal(Int64(tracee.parent))
      }
    case .detached(let tracee, _):
      self.event("detach", tracee, 0) { _ in }
      remove(tracee)
    case .warning(let text), .notice(let text): say(text)
    case .idle, .flush: flush()
    case .started, .modeChanged: break
    }
  }

  private func entered(_ call: CallRecord, _ tracee: TraceeIdentity) {
    let sink = output(of: tracee).sink
    begin("entry", tracee, call.wallClock, to: &sink.buffer)
    sink.buffer.append(UInt8(ascii: ","))
    writeName(call, to: &sink.buffer)
    let tape = JSONTapeWriter(JSONValueWriter(abi: call.abi, wordSize: call.wordSize))
    sink.buffer.append(",\"args\":")
    tape.writeObject(call.tape, 0..<call.tape.tokens.count, unnamed: "arg", to: &sink.buffer)
    sink.buffer.append("}\n")
    sink.settle()
  }

  private func returned(_ call: CallRecord, _ tracee: TraceeIdentity) {
    guard options.statuses.accepts(call) else { return }
    let sink = output(of: tracee).sink
    writeCall(call, tracee, to: &sink.buffer)
    if call.error == 0, !call.neverReturns, call.entry?.flags.contains(.executes) == true {
      writeExec(call, tracee, to: &sink.buffer)
    }
    sink.settle()
  }

  private func signalled(_ signal: SignalRecord, _ tracee: TraceeIdentity) {
    event("signal", tracee, signal.wallClock) { out in
      let values = JSONValueWriter(abi: signal.abi, wordSize: signal.abi.wordSize)
      out.append(",\"signal\":")
      values.writeSignal(UInt64(UInt32(bitPattern: signal.signal)), to: &out)
      out.append(",\"info\":")
      JSONTapeWriter(values).writeValue(signal.tape, to: &out)
    }
  }

  private func stopped(_ tracee: TraceeIdentity, by signal: Int32, _ wallClock: UInt64) {
    event("stop", tracee, wallClock) { out in
      out.append(",\"signal\":")
      JSONValueWriter().writeSignal(UInt64(UInt32(bitPattern: signal)), to: &out)
    }
  }

  private func exited(_ tracee: TraceeIdentity, _ status: ExitStatus, _ wallClock: UInt64) {
    event("exit", tracee, wallClock) { out in
      switch status {
      case .exited(let code):
        out.append(",\"status\":")
        out.appendDecimal(Int64(code))
      case .killed(let signal, let coreDumped):
        out.append(",\"signal\":")
        JSONValueWriter().writeSignal(UInt64(UInt32(bitPattern: signal)), to: &out)
        out.append(coreDumped ? ",\"core\":true" : ",\"core\":false")
      }
    }
    remove(tracee)
  }

  private func say(_ text: String) {
    guard let notices else { return }
    flush()
    notices.say(text, as: options.programName)
  }

  private func flush() {
    if case .shared(let sink) = outputs { return sink.flush() }
    for output in tracees { output?.sink.flush() }
  }

  // MARK: Outputs

  private func output(of tracee: TraceeIdentity) -> TraceeOutput {
    if tracee.slot > 0, tracee.slot < tracees.count, let output = tracees[tracee.slot], output.tracee === tracee {
      return output
    }
    let output: TraceeOutput
    switch outputs {
    case .shared(let sink): output = TraceeOutput(tracee, sink)
    case .perTracee(let sink):
      output = TraceeOutput(tracee, sink(tracee))
      writeTrace(to: &output.sink.buffer)
    }
    if let slot = free.popLast() {
      tracees[slot] = output
      tracee.slot = slot
    } else {
      tracee.slot = tracees.count
      tracees.append(output)
    }
    return output
  }

  private func remove(_ tracee: TraceeIdentity) {
    let output = output(of: tracee)
    tracees[tracee.slot] = nil
    free.append(tracee.slot)
    tracee.slot = 0
    formerThreads[tracee.tid] = nil
    if case .perTracee = outputs { output.sink.close() }
  }

  // MARK: Writing

  private func event(
    _ name: StaticString, _ tracee: TraceeIdentity, _ wallClock: UInt64, _ body: (inout ByteBuffer) -> Void
  ) {
    let sink = output(of: tracee).sink
    begin(name, tracee, wallClock, to: &sink.buffer)
    body(&sink.buffer)
    sink.buffer.append("}\n")
    sink.settle()
  }

  private func begin(
    _ name: StaticString, _ tracee: TraceeIdentity, _ wallClock: UInt64, to out: inout ByteBuffer
  ) {
    out.append("{\"event\":\"")
    out.append(name)
    out.append("\",\"time\":")
    out.appendJSON(seconds: wallClock == 0 ? LineLeader.now() : wallClock)
    out.append(",\"pid\":")
    out.appendDecimal(Int64(tracee.pid))
    out.append(",\"tid\":")
    out.appendDecimal(Int64(tracee.tid))
    if !tracee.command.isEmpty {
      out.append(",\"comm\":")
      tracee.command.withUnsafeBytes { out.appendJSON($0) }
    }
    if !tracee.context.isEmpty {
      out.append(",\"context\":")
      tracee.context.withUnsafeBytes { out.appendJSON($0) }
    }
  }

  /// The first line: what is traced, where, how.
  private func writeTrace(to out: inout ByteBuffer) {
    out.append("{\"event\":\"trace\",\"schema\":")
    out.appendDecimal(Int64(JSONOptions.schemaVersion))
    out.append(",\"version\":")
    out.appendJSON(options.version)
    out.append(",\"time\":")
    out.appendJSON(seconds: options.started == 0 ? LineLeader.now() : options.started)
    out.append(",\"host\":")
    out.appendJSON(options.host)
    out.append(",\"kernel\":")
    out.appendJSON(options.kernel)
    out.append(",\"command\":")
    writeList(options.command, to: &out)
    out.append(",\"options\":")
    writeList(options.arguments, to: &out)
    out.append("}\n")
  }

  private func writeList(_ list: [[UInt8]], to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    for (index, item) in list.enumerated() {
      if index > 0 { out.append(UInt8(ascii: ",")) }
      item.withUnsafeBytes { out.appendJSON($0) }
    }
    out.append(UInt8(ascii: "]"))
  }

  private func writeExec(_ call: CallRecord, _ tracee: TraceeIdentity, to out: inout ByteBuffer) {
    begin("exec", tracee, call.wallClockAtExit, to: &out)
    if let former = formerThreads.removeValue(forKey: tracee.tid) {
      out.append(",\"former\":")
      out.appendDecimal(Int64(former))
    }
    out.append("}\n")
  }

  private func writeCall(_ call: CallRecord, _ tracee: TraceeIdentity, to out: inout ByteBuffer) {
    begin("syscall", tracee, call.wallClock, to: &out)
    out.append(UInt8(ascii: ","))
    writeName(call, to: &out)
    if call.standsFor != 0 {
      out.append(",\"subcall\":")
      out.appendJSON(TableString(call.standsFor).bytes)
    }
    let tape = JSONTapeWriter(JSONValueWriter(abi: call.abi, wordSize: call.wordSize))
    out.append(",\"args\":")
    tape.writeObject(call.tape, 0..<call.explanation, unnamed: "arg", to: &out)
    JSONResultWriter(tape: tape).write(call, to: &out)
    if call.ended >= call.began, call.began != 0, !call.neverReturns {
      out.append(",\"duration\":")
      out.appendJSON(seconds: call.ended - call.began)
    }
    JSONColumns.write(call, to: &out)
    if !call.tampering.isEmpty { writeTampering(call.tampering, to: &out) }
    if options.showsInstructionPointer {
      out.append(",\"ip\":")
      out.appendJSON(address: call.instructionPointer)
    }
    JSONAttachments.write(call, to: &out)
    out.append("}\n")
  }

  private func writeTampering(_ tampering: CallRecord.Tampering, to out: inout ByteBuffer) {
    out.append(",\"tampered\":[")
    var names = JSONValueWriter.NameList()
    if tampering.contains(.injected) { names.add(to: &out) { $0.append("\"injected\"") } }
    if tampering.contains(.arguments) { names.add(to: &out) { $0.append("\"arguments\"") } }
    if tampering.contains(.delayed) { names.add(to: &out) { $0.append("\"delayed\"") } }
    out.append(UInt8(ascii: "]"))
  }

  /// What is the same for all calls of a number, written once.
  private func writeName(_ call: CallRecord, to out: inout ByteBuffer) {
    guard let entry = call.entry else {
      out.append("\"name\":\"syscall_0x")
      out.appendHexDigits(call.number)
      out.append("\",\"number\":")
      out.appendDecimal(call.number)
      out.append(",\"abi\":\"")
      out.append(call.abi.name)
      return out.append("\",\"classes\":[]")
    }
    let row = Int(entry.index)
    if row >= callTexts.count { callTexts.append(contentsOf: repeatElement(nil, count: row + 64 - callTexts.count)) }
    let range: Range<Int32>
    if let known = callTexts[row] {
      range = known
    } else {
      let start = Int32(clamping: callText.count)
      describe(entry, call.abi)
      range = start..<Int32(clamping: callText.count)
      callTexts[row] = range
    }
    callText.withBytes {
      out.append(UnsafeRawBufferPointer(rebasing: $0[Int(range.lowerBound)..<Int(range.upperBound)]))
    }
  }

  private func describe(_ entry: SyscallNumber, _ abi: ABI) {
    callText.append("\"name\":")
    callText.appendJSON(entry.name.bytes)
    callText.append(",\"number\":")
    callText.appendDecimal(entry.number)
    callText.append(",\"abi\":\"")
    callText.append(abi.name)
    callText.append("\",\"classes\":[")
    var isFirst = true
    for (bit, name) in SyscallClasses.names.enumerated() where entry.classes.rawValue & (1 << UInt32(bit)) != 0 {
      if !isFirst { callText.append(UInt8(ascii: ",")) }
      isFirst = false
      callText.appendJSON(name.bytes)
    }
    callText.append(UInt8(ascii: "]"))
  }
}
