import Decoding
import SyscallTables

/// An output, and the line on it that has been begun and not ended.
final class LineOutput {
  let sink: OutputSink
  /// ``OutputSink/isLive``
  let isLive: Bool
  /// The line whose call's entry stands at the end of the output, without a line end.
  @exclusivity(unchecked) private var open: ObjectIdentifier?

  init(_ sink: OutputSink) {
    self.sink = sink
    isLive = sink.isLive
  }

  var hasOpenLine: Bool { open != nil }

  func isOpen(_ line: TraceeLine) -> Bool { open == ObjectIdentifier(line) }

  func setOpen(_ line: TraceeLine) { open = ObjectIdentifier(line) }

  func setClosed() { open = nil }
}

/// What is known of a tracee's lines.
final class TraceeLine {
  let tracee: TraceeIdentity
  let output: LineOutput
  /// The entry of the current call is written, on the open line or on one that others interrupted.
  @exclusivity(unchecked) var isEntryWritten = false
  /// Bytes of the open line so far, without those of colours.
  @exclusivity(unchecked) var column = 0
  @exclusivity(unchecked) var abi: ABI
  /// A call that is shown when it is known how it ends.
  @exclusivity(unchecked) var held: CallRecord?

  init(_ tracee: TraceeIdentity, _ output: LineOutput, abi: ABI) {
    self.tracee = tracee
    self.output = output
    self.abi = abi
  }
}

/// A place for each tracee, found by ``TraceeIdentity/slot``. Slot 0 means that it has none yet.
struct TraceeLines {
  private var slots: [TraceeLine?] = [nil]
  private var free: [Int] = []
  /// The number of tracees that have a place.
  private(set) var count = 0

  subscript(tracee: TraceeIdentity) -> TraceeLine? {
    let slot = tracee.slot
    guard slot > 0, slot < slots.count, let line = slots[slot], line.tracee === tracee else { return nil }
    return line
  }

  mutating func insert(_ line: TraceeLine) {
    count += 1
    if let slot = free.popLast() {
      slots[slot] = line
      line.tracee.slot = slot
    } else {
      line.tracee.slot = slots.count
      slots.append(line)
    }
  }

  mutating func remove(_ line: TraceeLine) {
    let slot = line.tracee.slot
    guard slot > 0, slot < slots.count, slots[slot] === line else { return }
    slots[slot] = nil
    free.append(slot)
    line.tracee.slot = 0
    count -= 1
  }

  /// The line of a thread by its id; only for what is rare.
  func first(tid: Int32) -> TraceeLine? { slots.lazy.compactMap(\.self).first { $0.tracee.tid == tid } }

  var all: some Sequence<TraceeLine> { slots.lazy.compactMap(\.self) }
}
