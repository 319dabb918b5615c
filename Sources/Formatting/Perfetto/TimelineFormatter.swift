import Decoding
import SyscallTables

/// Writes a trace as a timeline for ui.perfetto.dev and others: Chrome's trace events as a JSON array, an event a line.
///
/// A thread is a track, a call a slice with its arguments, a signal an instant; arrows lead from a fork to the child's
/// first call and from an exec to the new program's; a counter shows how many calls are in flight. Times are in
/// microseconds since the trace began. The array may lack its end, so a trace that was cut off can be looked at too.
public final class TimelineFormatter: TraceConsumer {
  private let sink: OutputSink
  private let notices: OutputSink?
  private let programName: String
  /// CLOCK_REALTIME at the start of the timeline.
  private let start: UInt64
  private var isEmpty = true
  @exclusivity(unchecked) private var tracks: [Int32: Track] = [:]
  /// The calls that have begun and not returned, the most of them since that was shown last, and when that was.
  @exclusivity(unchecked) private var inFlight = 0
  @exclusivity(unchecked) private var mostInFlight = 0
  @exclusivity(unchecked) private var shownInFlight = -1
  @exclusivity(unchecked) private var lastCount: UInt64 = 0
  private var arrows: UInt64 = 0

  /// What is known of a thread.
  private final class Track {
    var command: [UInt8] = []
    var isNamed = false
    /// The arrow that ends at its next call; 0 when there is none.
    var arrow: UInt64 = 0
    var isInside = false
  }

  /// Nanoseconds between two values of the counter.
  private static let countInterval: UInt64 = 1_000_000

  /// - Parameters:
  ///   - sink: where the timeline goes.
  ///   - notices: standard error, for lines like `trapline: Process 5 attached`.
  ///   - programName: what begins those.
  public init(sink: OutputSink, notices: OutputSink?, programName: String) {
    self.sink = sink
    self.notices = notices
    self.programName = programName
    start = LineLeader.now()
    super.init()
    sink.buffer.append("[")
  }

  /// Ends the array. Nothing follows.
  public func finish() {
    count(at: lastCount &+ Self.countInterval)
    sink.buffer.append("\n]\n")
    sink.flush()
  }

  // MARK: Events

  public override func handle(_ event: TraceEvent) {
    switch event {
    case .callEntered(let call, let tracee): entered(call, tracee)
    case .callReturned(let call, let tracee): returned(call, tracee)
    case .signal(let signal, let tracee): signalled(signal, tracee)
    case .stopped(let tracee, let signal, let wallClock): stopped(tracee, by: signal, wallClock)
    case .exited(let tracee, let status, let wallClock): exited(tracee, status, wallClock)
    case .superseded(let tracee, let other, let wallClock): superseded(tracee, by: other, wallClock)
    case .detached(let tracee, _): detached(tracee)
    case .warning(let text), .notice(let text): say(text)
    case .idle, .flush: sink.flush()
    case .started, .attached, .modeChanged: break
    }
  }

  private func entered(_ call: CallRecord, _ tracee: TraceeIdentity) {
    let track = track(of: tracee)
    if !track.isInside {
      track.isInside = true
      inFlight += 1
      mostInFlight = max(mostInFlight, inFlight)
    }
    count(at: call.wallClock)
  }

  private func returned(_ call: CallRecord, _ tracee: TraceeIdentity) {
    let track = track(of: tracee)
    leave(track)
    if track.arrow != 0 {
      // The arrow's head is bound to the slice that begins here.
      arrow("f", track.arrow, tracee, at: call.wallClock)
      track.arrow = 0
    }
    begin(call.neverReturns ? "B" : "X", call.name, tracee, at: call.wallClock)
    writeClasses(call.entry)
    if !call.neverReturns {
      sink.buffer.append(",\"dur\":")
      writeMicroseconds(call.ended > call.began ? call.ended - call.began : 0)
    }
    writeArguments(call)
    sink.buffer.append("}")
    if !call.neverReturns && call.error == 0 { writeArrow(from: call, of: tracee, track) }
    sink.settle()
  }

  private func signalled(_ signal: SignalRecord, _ tracee: TraceeIdentity) {
    instant(tracee, at: signal.wallClock) { out in
      ValueWriter().writeSignalName(UInt64(UInt32(bitPattern: signal.signal)), to: &out)
    } arguments: { out in
      out.append(",\"args\":{\"info\":")
      JSONTapeWriter(JSONValueWriter(abi: signal.abi, wordSize: signal.abi.wordSize)).writeValue(signal.tape, to: &out)
      out.append("}")
    }
  }

  private func stopped(_ tracee: TraceeIdentity, by signal: Int32, _ wallClock: UInt64) {
    instant(tracee, at: wallClock) { out in
      out.append("stopped by ")
      ValueWriter().writeSignalName(UInt64(UInt32(bitPattern: signal)), to: &out)
    }
  }

  private func exited(_ tracee: TraceeIdentity, _ status: ExitStatus, _ wallClock: UInt64) {
    instant(tracee, at: wallClock) { out in
      switch status {
      case .exited(let code):
        out.append("exited with ")
        out.appendDecimal(Int64(code))
      case .killed(let signal, _):
        out.append("killed by ")
        ValueWriter().writeSignalName(UInt64(UInt32(bitPattern: signal)), to: &out)
      }
    }
    forget(tracee)
  }

  private func detached(_ tracee: TraceeIdentity) {
    instant(tracee, at: 0) { $0.append("detached") }
    forget(tracee)
  }

  private func superseded(_ tracee: TraceeIdentity, by other: Int32, _ wallClock: UInt64) {
    // The thread that called exec goes on under the leader's number.
    if let former = tracks.removeValue(forKey: other) { leave(former) }
  }

  private func say(_ text: String) {
    notices?.say(text, as: programName)
  }

  // MARK: Tracks

  private func track(of tracee: TraceeIdentity) -> Track {
    let track: Track
    if let known = tracks[tracee.tid] {
      track = known
    } else {
      track = Track()
      tracks[tracee.tid] = track
    }
    if !track.isNamed || track.command != tracee.command {
      track.isNamed = true
      track.command = tracee.command
      name("thread_name", tracee)
      if tracee.tid == tracee.pid { name("process_name", tracee) }
    }
    return track
  }

  private func leave(_ track: Track) {
    if track.isInside { inFlight -= 1 }
    track.isInside = false
  }

  private func forget(_ tracee: TraceeIdentity) {
    if let track = tracks.removeValue(forKey: tracee.tid) { leave(track) }
  }

  private func name(_ what: StaticString, _ tracee: TraceeIdentity) {
    separate()
    sink.buffer.append("{\"ph\":\"M\",\"name\":\"")
    sink.buffer.append(what)
    sink.buffer.append("\"")
    writePlace(tracee)
    sink.buffer.append(",\"args\":{\"name\":")
    writeText(tracee.command)
    sink.buffer.append("}}")
  }

  // MARK: Arrows and counters

  private func writeArrow(from call: CallRecord, of tracee: TraceeIdentity, _ track: Track) {
    guard let flags = call.entry?.flags else { return }
    if flags.contains(.executes) {
      arrows += 1
      arrow("s", arrows, tracee, at: call.wallClock)
      track.arrow = arrows
    } else if call.result > 0, flags.contains(.makesProcess), let child = Int32(exactly: call.result) {
      arrows += 1
      arrow("s", arrows, tracee, at: call.wallClock)
      let newborn = tracks[child] ?? Track()
      tracks[child] = newborn
      newborn.arrow = arrows
    }
  }

  private func arrow(_ phase: StaticString, _ number: UInt64, _ tracee: TraceeIdentity, at time: UInt64) {
    separate()
    sink.buffer.append("{\"ph\":\"")
    sink.buffer.append(phase)
    // All parts of an arrow have one name and category.
    sink.buffer.append("\",\"bp\":\"e\",\"name\":\"successor\",\"cat\":\"process\",\"id\":")
    sink.buffer.appendDecimal(number)
    writePlace(tracee)
    writeTime(time)
    sink.buffer.append("}")
  }

  /// Shows the most calls that were in flight at once since it was shown last.
  private func count(at time: UInt64) {
    guard time &- lastCount >= Self.countInterval else { return }
    lastCount = time
    let most = mostInFlight
    mostInFlight = inFlight
    if most == shownInFlight { return }
    shownInFlight = most
    separate()
    sink.buffer.append("{\"ph\":\"C\",\"name\":\"calls in flight\",\"pid\":0")
    writeTime(time)
    sink.buffer.append(",\"args\":{\"calls\":")
    sink.buffer.appendDecimal(Int64(most))
    sink.buffer.append("}}")
  }

  // MARK: Writing

  private func separate() {
    sink.buffer.append(isEmpty ? "\n" : ",\n")
    isEmpty = false
  }

  private func begin(_ phase: StaticString, _ name: TableString?, _ tracee: TraceeIdentity, at time: UInt64) {
    separate()
    sink.buffer.append("{\"ph\":\"")
    sink.buffer.append(phase)
    sink.buffer.append("\",\"name\":\"")
    if let name { sink.buffer.append(name) } else { sink.buffer.append("unknown") }
    sink.buffer.append("\"")
    writePlace(tracee)
    writeTime(time)
  }

  private func instant(
    _ tracee: TraceeIdentity, at time: UInt64, _ name: (inout ByteBuffer) -> Void,
    arguments: (inout ByteBuffer) -> Void = { _ in }
  ) {
    _ = track(of: tracee)
    separate()
    sink.buffer.append("{\"ph\":\"i\",\"s\":\"t\",\"name\":\"")
    name(&sink.buffer)
    sink.buffer.append("\"")
    writePlace(tracee)
    writeTime(time)
    arguments(&sink.buffer)
    sink.buffer.append("}")
    sink.settle()
  }

  private func writePlace(_ tracee: TraceeIdentity) {
    sink.buffer.append(",\"pid\":")
    sink.buffer.appendDecimal(Int64(tracee.pid))
    sink.buffer.append(",\"tid\":")
    sink.buffer.appendDecimal(Int64(tracee.tid))
  }

  private func writeTime(_ time: UInt64) {
    let time = time == 0 ? LineLeader.now() : time
    sink.buffer.append(",\"ts\":")
    writeMicroseconds(time > start ? time - start : 0)
  }

  private func writeMicroseconds(_ nanoseconds: UInt64) {
    sink.buffer.appendDecimal(nanoseconds / 1_000)
    sink.buffer.append(UInt8(ascii: "."))
    sink.buffer.appendDecimal(nanoseconds % 1_000, digits: 3)
  }

  /// Names have to be text here: bytes that are no UTF-8 are shown as `?`.
  private func writeText(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { raw in
      if sink.buffer.appendJSON(text: raw) { return }
      sink.buffer.append("\"")
      for byte in bytes {
        let isPlain = byte >= 0x20 && byte < 0x7f && byte != UInt8(ascii: "\"") && byte != UInt8(ascii: "\\")
        sink.buffer.append(isPlain ? byte : UInt8(ascii: "?"))
      }
      sink.buffer.append("\"")
    }
  }

  private func writeClasses(_ entry: SyscallNumber?) {
    guard let entry, entry.classes.rawValue != 0 else { return }
    sink.buffer.append(",\"cat\":\"")
    var isFirst = true
    for (bit, name) in SyscallClasses.names.enumerated() where entry.classes.rawValue & (1 << UInt32(bit)) != 0 {
      if !isFirst { sink.buffer.append(",") }
      isFirst = false
      sink.buffer.append(name)
    }
    sink.buffer.append("\"")
  }

  private func writeArguments(_ call: CallRecord) {
    let tape = JSONTapeWriter(JSONValueWriter(abi: call.abi, wordSize: call.wordSize))
    sink.buffer.append(",\"args\":{\"arguments\":")
    tape.writeObject(call.tape, 0..<call.explanation, unnamed: "arg", to: &sink.buffer)
    if !call.neverReturns && !call.isResultUnavailable {
      sink.buffer.append(",\"result\":")
      sink.buffer.appendDecimal(call.error == 0 ? call.result : -1)
      if let error = call.error == 0 ? nil : ErrorNumber(rawValue: call.error).name {
        sink.buffer.append(",\"error\":\"")
        sink.buffer.append(error)
        sink.buffer.append("\"")
      }
    }
    sink.buffer.append("}")
  }
}
