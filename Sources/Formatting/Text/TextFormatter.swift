import Decoding
import SyscallTables
import Values

/// Writes a trace as text, a line an event, as strace(1) does.
///
/// A line begins at the entry of a call and ends at its exit. When another event comes between, the line is left
/// ` <unfinished ...>` and resumed later; with ``TextOptions/showsWholeLines`` or a ``StatusFilter`` it waits for the
/// exit.
public final class TextFormatter: TraceConsumer {
  public typealias Outputs = TraceOutputs

  let options: TextOptions
  private let outputs: Outputs
  private let shared: LineOutput?
  private let notices: OutputSink?
  private let holdsCalls: Bool
  @exclusivity(unchecked) var lines = TraceeLines()
  @exclusivity(unchecked) private var leader: LineLeader
  @exclusivity(unchecked) private var values: ValueWriter
  private let results = ResultWriter()
  /// The ABI of the last call, which a new process starts in.
  @exclusivity(unchecked) private var abi = ABI.native
  private let colors: Colors?

  /// - Parameter notices: standard error, for lines like `trapline: Process 5 attached`.
  public init(options: TextOptions, outputs: Outputs, notices: OutputSink? = nil) {
    self.options = options
    self.outputs = outputs
    self.notices = notices
    if case .shared(let sink) = outputs { shared = LineOutput(sink) } else { shared = nil }
    holdsCalls = options.holdsCalls
    leader = LineLeader(options)
    values = ValueWriter()
    values.style = options.constants
    values.hexStrings = options.hexStrings
    colors = options.colors.map(Colors.init)
  }

  // MARK: Calls

  public override func handle(_ event: TraceEvent) {
    switch event {
    case .callEntered(let call, let tracee): entered(call, tracee)
    case .callReturned(let call, let tracee): returned(call, tracee)
    case .signal(let signal, let tracee): signalled(signal, tracee)
    case .stopped(let tracee, let signal, let wallClock): stopped(tracee, by: signal, wallClock)
    case .exited(let tracee, let status, let wallClock): exited(tracee, status, wallClock)
    case .superseded(let tracee, let other, let wallClock): superseded(tracee, by: other, wallClock)
    case .started(let tracee), .attached(let tracee, _): _ = line(of: tracee)
    case .detached(let tracee, _): detached(tracee)
    case .modeChanged(let tracee, let abi, let wallClock): modeChanged(tracee, to: abi, wallClock)
    case .warning(let text), .notice(let text): say(text)
    case .idle, .flush: flush()
    }
  }

  private func entered(_ call: CallRecord, _ tracee: TraceeIdentity) {
    let line = line(of: tracee)
    line.abi = call.abi
    line.isEntryWritten = false
    if holdsCalls {
      line.held = call
      return
    }
    let output = line.output
    let sink = output.sink
    begin(line, on: output, sink, call.wallClock, call.instructionPointer)
    writeEntry(call, line, on: sink)
    line.isEntryWritten = true
    output.setOpen(line)
    if output.isLive { sink.settle() }
  }

  private func returned(_ call: CallRecord, _ tracee: TraceeIdentity) {
    let line = line(of: tracee)
    let output = line.output
    let sink = output.sink
    if holdsCalls {
      line.held = nil
      guard options.statuses.accepts(call) else { return }
      begin(line, on: output, sink, call.wallClock, call.instructionPointer)
      writeEntry(call, line, on: sink)
    } else if !output.isOpen(line) {
      // What others' lines cut off is not taken up again only to say that its end is unknown.
      if call.neverReturns && call.wasDetached { return }
      begin(line, on: output, sink, call.wallClockAtExit, call.instructionPointer)
      if line.isEntryWritten {
        writeResumption(call, line, on: sink)
      } else {
        writeEntry(call, line, on: sink)
      }
    }
    if call.neverReturns && call.wasDetached {
      sink.buffer.append(" <detached ...>\n")
    } else {
      finish(call, line, on: sink)
    }
    line.isEntryWritten = false
    output.setClosed()
    sink.settle()
  }

  /// `name(arguments`, as far as they are decoded at entry.
  private func writeEntry(_ call: CallRecord, _ line: TraceeLine, on sink: OutputSink) {
    var start = sink.buffer.count
    writeName(call, &sink.buffer)
    if let colors {
      line.column += sink.buffer.count - start
      colors.paint(.syscall, from: start, in: &sink.buffer)
      start = sink.buffer.count
    }
    sink.buffer.append(UInt8(ascii: "("))
    (values.abi, values.wordSize) = (call.abi, call.wordSize)
    var writer = TapeWriter(values: values, level: .arguments(named: options.showsArgumentNames))
    writer.write(TapeCursor(call.tape, 0..<call.entryTokens), to: &sink.buffer)
    line.column += sink.buffer.count - start
    colors?.paintArguments(from: start, in: &sink.buffer)
  }

  private func writeName(_ call: CallRecord, _ buffer: inout ByteBuffer) {
    if let name = call.name {
      buffer.append(name)
    } else {
      buffer.append("syscall_0x")
      buffer.appendHexDigits(call.number)
    }
  }

  /// `<... name resumed>`
  private func writeResumption(_ call: CallRecord, _ line: TraceeLine, on sink: OutputSink) {
    let start = sink.buffer.count
    sink.buffer.append("<... ")
    writeName(call, &sink.buffer)
    sink.buffer.append(" resumed>")
    line.column += sink.buffer.count - start
    colors?.paint(.comment, from: start, in: &sink.buffer)
  }

  /// The arguments that are known at exit, and the result.
  private func finish(_ call: CallRecord, _ line: TraceeLine, on sink: OutputSink) {
    let start = sink.buffer.count
    (values.abi, values.wordSize) = (call.abi, call.wordSize)
    if call.entryTokens < call.explanation {
      var writer = TapeWriter(
        values: values, level: .arguments(named: options.showsArgumentNames), argument: call.entryTokens)
      if call.entryTokens > 0 { writer.resume(behind: TapeCursor(call.tape, 0..<call.entryTokens)) }
      writer.write(TapeCursor(call.tape, call.entryTokens..<call.explanation), to: &sink.buffer)
    }
    if call.neverReturns && call.awaitsExit { sink.buffer.append(" <unfinished ...>") }
    sink.buffer.append(") ")
    let column = line.column + sink.buffer.count - start
    sink.buffer.append(repeating: UInt8(ascii: " "), times: options.resultColumn - column)
    if let colors { colors.paintArguments(from: start, in: &sink.buffer) }
    sink.buffer.append("= ")
    let result = sink.buffer.count
    results.write(call, values, to: &sink.buffer)
    colors?.paintResult(failed: call.error != 0, from: result, in: &sink.buffer)
    writeTimeSpent(call, to: &sink.buffer)
    sink.buffer.append(UInt8(ascii: "\n"))
    if call.dumps < call.tape.tokens.count || !call.stack.isEmpty {
      Attachments.write(call, of: line.tracee.tid, to: &sink.buffer)
    }
  }

  private func writeTimeSpent(_ call: CallRecord, to out: inout ByteBuffer) {
    guard let precision = options.timeSpent, !call.neverReturns else { return }
    let spent = call.ended > call.began ? call.ended - call.began : 0
    out.append(" <")
    out.appendDecimal(spent / 1_000_000_000)
    LineLeader.writeFraction(spent, precision, to: &out)
    out.append(UInt8(ascii: ">"))
  }

  private func modeChanged(_ tracee: TraceeIdentity, to abi: ABI, _ wallClock: UInt64) {
    let line = line(of: tracee)
    line.abi = abi
    self.abi = abi
    guard options.showsModeChanges else { return }
    write(line, wallClock, nil) { out in
      out.append("[ Process PID=")
      out.appendDecimal(Int64(tracee.tid))
      out.append(" runs in ")
      out.append(abi.mode)
      out.append(" mode. ]")
    }
  }

  // MARK: Signals and ends

  private func signalled(_ signal: SignalRecord, _ tracee: TraceeIdentity) {
    let line = line(of: tracee)
    (values.abi, values.wordSize) = (signal.abi, signal.abi.wordSize)
    let values = values
    let pointer = signal.instructionPointer == 0 ? nil : signal.instructionPointer
    write(line, signal.wallClock, pointer, stack: signal.stack) { out in
      out.append("--- ")
      values.writeSignalName(UInt64(UInt32(bitPattern: signal.signal)), to: &out)
      if !signal.tape.tokens.isEmpty {
        out.append(UInt8(ascii: " "))
        var writer = TapeWriter(values: values, level: .plain)
        writer.write(TapeCursor(signal.tape), to: &out)
      }
      out.append(" ---")
    }
  }

  private func stopped(_ tracee: TraceeIdentity, by signal: Int32, _ wallClock: UInt64) {
    let values = values
    write(line(of: tracee), wallClock, nil) { out in
      out.append("--- stopped by ")
      values.writeSignalName(UInt64(UInt32(bitPattern: signal)), to: &out)
      out.append(" ---")
    }
  }

  private func exited(_ tracee: TraceeIdentity, _ status: ExitStatus, _ wallClock: UInt64) {
    let line = line(of: tracee)
    if shows(status) {
      let values = values
      write(line, wallClock, nil) { out in
        out.append("+++ ")
        switch status {
        case .exited(let code):
          out.append("exited with ")
          out.appendDecimal(Int64(code))
        case .killed(let signal, let coreDumped):
          out.append("killed by ")
          values.writeSignalName(UInt64(UInt32(bitPattern: signal)), to: &out)
          if coreDumped { out.append(" (core dumped)") }
        }
        out.append(" +++")
      }
    } else {
      interrupt(line.output)
    }
    remove(line)
  }

  private func shows(_ status: ExitStatus) -> Bool {
    switch status {
    case .exited: options.showsExits
    case .killed(let signal, _): options.shownSignals.contains(signal)
    }
  }

  private func superseded(_ tracee: TraceeIdentity, by other: Int32, _ wallClock: UInt64) {
    let line = line(of: tracee)
    let caller = lines.first(tid: other)
    if let caller, let call = caller.held, options.statuses.outcomes.contains(.detached) {
      begin(caller, on: caller.output, caller.output.sink, call.wallClock, call.instructionPointer)
      writeEntry(call, caller, on: caller.output.sink)
      caller.output.setOpen(caller)
    }
    if let caller, caller.output.isOpen(caller) {
      caller.output.sink.buffer.append(" <pid changed to ")
      caller.output.sink.buffer.appendDecimal(Int64(tracee.tid))
      caller.output.sink.buffer.append(" ...>\n")
      caller.output.setClosed()
    }
    // From here on the leader's identity stands for the thread that called.
    line.isEntryWritten = caller?.isEntryWritten ?? false
    line.held = caller?.held
    if let caller, caller !== line {
      tracee.number = caller.tracee.number
      remove(caller)
    }
    guard options.showsSuperseded else { return interrupt(line.output) }
    write(line, wallClock, nil) { out in
      out.append("+++ superseded by execve in pid ")
      out.appendDecimal(Int64(other))
      out.append(" +++")
    }
  }

  private func detached(_ tracee: TraceeIdentity) {
    let line = line(of: tracee)
    // One that has returned was left out then.
    if let call = line.held, !call.hasReturned, options.statuses.outcomes.contains(.detached) {
      begin(line, on: line.output, line.output.sink, call.wallClock, call.instructionPointer)
      writeEntry(call, line, on: line.output.sink)
      line.output.setOpen(line)
    }
    if line.output.isOpen(line) {
      line.output.sink.buffer.append(" <detached ...>\n")
      line.output.setClosed()
      line.output.sink.settle()
    }
    remove(line)
  }

  private func say(_ text: String) {
    guard let notices else { return }
    flush()
    notices.say(text, as: options.programName)
  }

  private func flush() {
    if let shared { return shared.sink.flush() }
    for line in lines.all { line.output.sink.flush() }
  }

  // MARK: Lines

  @inline(__always)
  private func line(of tracee: TraceeIdentity) -> TraceeLine { lines[tracee] ?? newLine(for: tracee) }

  private func newLine(for tracee: TraceeIdentity) -> TraceeLine {
    let output =
      switch outputs {
      case .shared(let sink): shared ?? LineOutput(sink)
      case .perTracee(let sink): LineOutput(sink(tracee))
      }
    let line = TraceeLine(tracee, output, abi: abi)
    lines.insert(line)
    return line
  }

  private func remove(_ line: TraceeLine) {
    lines.remove(line)
    if line.output.isOpen(line) { line.output.setClosed() }
    if shared == nil { line.output.sink.close() }
  }

  /// Ends the line that stands open on an output, whosever it is, because something else follows.
  @inline(__always)
  private func interrupt(_ output: LineOutput) {
    if output.hasOpenLine { leaveUnfinished(output) }
  }

  private func leaveUnfinished(_ output: LineOutput) {
    let start = output.sink.buffer.count
    output.sink.buffer.append(" <unfinished ...>")
    colors?.paint(.comment, from: start, in: &output.sink.buffer)
    output.sink.buffer.append(UInt8(ascii: "\n"))
    output.setClosed()
  }

  /// Begins a line: ends the one that stands open and writes pid and time.
  private func begin(
    _ line: TraceeLine, on output: LineOutput, _ sink: OutputSink, _ wallClock: UInt64,
    _ instructionPointer: UInt64?
  ) {
    interrupt(output)
    let start = sink.buffer.count
    leader.write(
      line, traceeCount: lines.count, wallClock: wallClock, instructionPointer: instructionPointer, to: &sink.buffer)
    line.column = sink.buffer.count - start
  }

  /// Writes a line that is no call.
  private func write(
    _ line: TraceeLine, _ wallClock: UInt64, _ instructionPointer: UInt64?, stack: [StackFrame] = [],
    _ body: (inout ByteBuffer) -> Void
  ) {
    begin(line, on: line.output, line.output.sink, wallClock, instructionPointer)
    let sink = line.output.sink
    let start = sink.buffer.count
    body(&sink.buffer)
    colors?.paint(.comment, from: start, in: &sink.buffer)
    sink.buffer.append(UInt8(ascii: "\n"))
    Attachments.write(stack, to: &sink.buffer)
    sink.settle()
  }
}
