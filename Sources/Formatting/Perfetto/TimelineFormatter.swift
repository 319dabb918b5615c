import Decoding
import SyscallTables

/// Writes a trace as a timeline for ui.perfetto.dev: packets in Perfetto's own form.
///
/// A thread is a track, a call a slice with its arguments, a signal an instant; arrows lead from a fork to the child's
/// first call and from an exec to the new program's; a counter shows how many calls are in flight. A trace that was cut
/// off can be looked at too.
public final class TimelineFormatter: TraceConsumer {
  private let sink: OutputSink
  private let notices: OutputSink?
  private let programName: String
  @exclusivity(unchecked) private var packets: PerfettoPackets
  @exclusivity(unchecked) private var tracks: [Int32: Track] = [:]
  private var lastTrack: UInt64 = 0
  /// The calls that have begun and not returned, the most of them since that was shown last, and when that was.
  @exclusivity(unchecked) private var inFlight = 0
  @exclusivity(unchecked) private var mostInFlight = 0
  @exclusivity(unchecked) private var shownInFlight = -1
  @exclusivity(unchecked) private var lastCount: UInt64 = 0
  private var arrows: UInt64 = 0

  /// What is known of a thread.
  private final class Track {
    /// Another one for each thread, also of a number that another had.
    let number: UInt64
    var command: [UInt8] = []
    var isNamed = false
    /// The arrow that ends at its next call; 0 when there is none.
    var arrow: UInt64 = 0
    var isInside = false

    init(number: UInt64) { self.number = number }
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
    packets = PerfettoPackets(sink)
    super.init()
  }

  /// Writes what is left. Nothing follows.
  public func finish() {
    count(at: .init(real: lastCount &+ Self.countInterval))
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
    count(at: .init(real: call.wallClock))
  }

  private func returned(_ call: CallRecord, _ tracee: TraceeIdentity) {
    let track = track(of: tracee)
    leave(track)
    let start = PerfettoPackets.Moment(monotonic: call.began, real: call.wallClock)
    let arrival = track.arrow
    track.arrow = 0
    let departure = departure(from: call, track)
    packets.event(.begin, on: track.number, at: start, call: call.name) { out in
      if call.name == nil { out.append(PerfettoField.Event.name) { $0.append("unknown") } }
      writeClasses(call.entry, to: &out)
      if departure != 0 { out.append(PerfettoField.Event.flow, fixed: departure) }
      if arrival != 0 { out.append(PerfettoField.Event.lastOfFlow, fixed: arrival) }
      writeArguments(call, to: &out)
    }
    if !call.neverReturns {
      packets.event(.end, on: track.number, at: start + (call.ended > call.began ? call.ended - call.began : 0))
    }
    sink.settle()
  }

  private func signalled(_ signal: SignalRecord, _ tracee: TraceeIdentity) {
    instant(tracee, at: signal.wallClock) { out in
      ValueWriter().writeSignalName(UInt64(UInt32(bitPattern: signal.signal)), to: &out)
    } annotations: { out in
      out.append(.info) { out in
        out.append(PerfettoField.Annotation.json) { out in
          let values = JSONValueWriter(abi: signal.abi, wordSize: signal.abi.wordSize)
          JSONTapeWriter(values).writeValue(signal.tape, to: &out)
        }
      }
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
    let track = track(numbered: tracee.tid)
    if !track.isNamed || track.command != tracee.command {
      track.isNamed = true
      track.command = tracee.command
      describe(track, tracee)
    }
    return track
  }

  private func track(numbered tid: Int32) -> Track {
    if let known = tracks[tid] { return known }
    lastTrack += 1
    let track = Track(number: lastTrack)
    tracks[tid] = track
    return track
  }

  private func describe(_ track: Track, _ tracee: TraceeIdentity) {
    packets.describeTrack(track.number) { out in
      if tracee.tid == tracee.pid {
        out.append(PerfettoField.Track.process) { out in
          out.append(PerfettoField.Process.pid, UInt64(UInt32(bitPattern: tracee.pid)))
          out.append(name: tracee.command, as: PerfettoField.Process.name)
        }
      }
      out.append(PerfettoField.Track.thread) { out in
        out.append(PerfettoField.Thread.pid, UInt64(UInt32(bitPattern: tracee.pid)))
        out.append(PerfettoField.Thread.tid, UInt64(UInt32(bitPattern: tracee.tid)))
        out.append(name: tracee.command, as: PerfettoField.Thread.name)
      }
    }
  }

  private func leave(_ track: Track) {
    if track.isInside { inFlight -= 1 }
    track.isInside = false
  }

  private func forget(_ tracee: TraceeIdentity) {
    if let track = tracks.removeValue(forKey: tracee.tid) { leave(track) }
  }

  // MARK: Arrows and counters

  /// The arrow that leaves a call: to the child's next call, or to the new program's; 0 for none.
  private func departure(from call: CallRecord, _ track: Track) -> UInt64 {
    guard !call.neverReturns, call.error == 0, let flags = call.entry?.flags else { return 0 }
    let end: Track
    if flags.contains(.executes) {
      end = track
    } else if flags.contains(.makesProcess), call.result > 0, let child = Int32(exactly: call.result) {
      end = self.track(numbered: child)
    } else {
      return 0
    }
    arrows += 1
    end.arrow = arrows
    return arrows
  }

  /// Shows the most calls that were in flight at once since it was shown last.
  private func count(at moment: PerfettoPackets.Moment) {
    guard moment.real &- lastCount >= Self.countInterval else { return }
    lastCount = moment.real
    let most = mostInFlight
    mostInFlight = inFlight
    if most == shownInFlight { return }
    shownInFlight = most
    packets.event(.counter, on: PerfettoPackets.counterTrack, at: moment) { out in
      out.append(PerfettoField.Event.counterValue, UInt64(most))
    }
  }

  // MARK: Writing

  private func instant(
    _ tracee: TraceeIdentity, at time: UInt64, _ name: (inout ByteBuffer) -> Void,
    annotations: (inout ByteBuffer) -> Void = { _ in }
  ) {
    let track = track(of: tracee)
    packets.event(.instant, on: track.number, at: .init(real: time)) { out in
      out.append(PerfettoField.Event.name, name)
      annotations(&out)
    }
    sink.settle()
  }

  private func writeClasses(_ entry: SyscallNumber?, to out: inout ByteBuffer) {
    var classes = entry?.classes.rawValue ?? 0
    while classes != 0 {
      out.append(PerfettoField.Event.category, UInt64(classes.trailingZeroBitCount) + 1)
      classes &= classes - 1
    }
  }

  private func writeArguments(_ call: CallRecord, to out: inout ByteBuffer) {
    out.append(.arguments) { out in
      out.append(PerfettoField.Annotation.json) { out in
        let tape = JSONTapeWriter(JSONValueWriter(abi: call.abi, wordSize: call.wordSize))
        tape.writeObject(call.tape, 0..<call.explanation, unnamed: "arg", to: &out)
      }
    }
    if call.neverReturns || call.isResultUnavailable { return }
    out.append(.result) { out in
      out.append(PerfettoField.Annotation.int, UInt64(bitPattern: call.error == 0 ? call.result : -1))
    }
    if let error = call.error == 0 ? nil : ErrorNumber(rawValue: call.error).name {
      out.append(.error) { $0.append(PerfettoField.Annotation.text, error.bytes) }
    }
  }
}
