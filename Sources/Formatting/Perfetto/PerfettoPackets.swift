import Glibc
import SyscallTables

/// Writes a trace in Perfetto's own form, packet by packet: clocks, tracks and events.
struct PerfettoPackets {
  /// When something was, by the clock that knows: CLOCK_MONOTONIC where both are there, so that no call overlaps the next.
  struct Moment {
    var monotonic: UInt64 = 0
    /// CLOCK_REALTIME
    var real: UInt64 = 0

    static func + (moment: Moment, nanoseconds: UInt64) -> Moment {
      Moment(
        monotonic: moment.monotonic == 0 ? 0 : moment.monotonic &+ nanoseconds,
        real: moment.real == 0 ? 0 : moment.real &+ nanoseconds)
    }
  }

  /// All packets are of one writer.
  private static let sequence: UInt64 = 1
  /// The numbers of tracks of threads are below.
  private static let firstOtherTrack: UInt64 = 1 << 62
  static let counterTrack = firstOtherTrack

  private let sink: OutputSink
  /// The names of calls that were said.
  private var said: Set<UInt32> = []

  /// Writes what begins a trace: what the clocks show, so that times can be told as those of day, and the names of classes.
  init(_ sink: OutputSink) {
    self.sink = sink
    packet(.stateCleared) { out in
      out.append(PerfettoField.Packet.defaults) { out in
        out.append(PerfettoField.Defaults.timestampClock, PerfettoClock.monotonic.rawValue)
      }
      out.append(PerfettoField.Packet.clockSnapshot) { out in
        for (clock, id) in [
          (PerfettoClock.real, CLOCK_REALTIME), (.monotonic, CLOCK_MONOTONIC), (.boot, CLOCK_BOOTTIME),
        ] {
          out.append(PerfettoField.ClockSnapshot.clock) { out in
            out.append(PerfettoField.ClockReading.clock, clock.rawValue)
            out.append(PerfettoField.ClockReading.time, LineLeader.now(id))
          }
        }
        out.append(PerfettoField.ClockSnapshot.primaryClock, PerfettoClock.real.rawValue)
      }
      out.append(PerfettoField.Packet.internedData) { out in
        for (bit, name) in SyscallClasses.names.enumerated() {
          Self.intern(.category, UInt64(bit) + 1, name.bytes, to: &out)
        }
        for annotation in PerfettoAnnotation.allCases {
          var name = "\(annotation)"
          name.withUTF8 {
            Self.intern(.annotationName, annotation.rawValue, UnsafeRawBufferPointer($0), to: &out)
          }
        }
      }
    }
    describeTrack(Self.counterTrack) { out in
      out.append(PerfettoField.Track.name) { $0.append("calls in flight") }
      out.append(PerfettoField.Track.counter) { _ in }
    }
  }

  /// Says what a track is.
  func describeTrack(_ track: UInt64, _ body: (inout ByteBuffer) -> Void) {
    packet { out in
      out.append(PerfettoField.Packet.trackDescriptor) { out in
        out.append(PerfettoField.Track.uuid, track)
        body(&out)
      }
    }
  }

  /// Writes an event on a track.
  ///
  /// - Parameter call: the call whose name it has; nil for what says its name itself, or has none.
  mutating func event(
    _ type: PerfettoEventType, on track: UInt64, at moment: Moment, call: TableString? = nil,
    _ body: (inout ByteBuffer) -> Void = { _ in }
  ) {
    let isNew = call.map { said.insert($0.offset).inserted } ?? false
    packet { out in
      if moment.monotonic != 0 {
        out.append(PerfettoField.Packet.timestamp, moment.monotonic)
      } else {
        out.append(PerfettoField.Packet.timestamp, moment.real != 0 ? moment.real : LineLeader.now())
        out.append(PerfettoField.Packet.timestampClock, PerfettoClock.real.rawValue)
      }
      if isNew, let call {
        out.append(PerfettoField.Packet.internedData) {
          Self.intern(.eventName, UInt64(call.offset), call.bytes, to: &$0)
        }
      }
      out.append(PerfettoField.Packet.trackEvent) { out in
        out.append(PerfettoField.Event.type, type.rawValue)
        out.append(PerfettoField.Event.track, track)
        if let call { out.append(PerfettoField.Event.nameNumber, UInt64(call.offset)) }
        body(&out)
      }
    }
  }

  private func packet(_ flag: PerfettoSequence = .needsState, _ body: (inout ByteBuffer) -> Void) {
    sink.buffer.append(PerfettoField.Trace.packet) { out in
      out.append(PerfettoField.Packet.sequence, Self.sequence)
      out.append(PerfettoField.Packet.sequenceFlags, flag.rawValue)
      body(&out)
    }
  }

  private static func intern(
    _ kind: PerfettoField.InternedData, _ number: UInt64, _ name: UnsafeRawBufferPointer, to out: inout ByteBuffer
  ) {
    out.append(kind) { out in
      out.append(PerfettoField.Interned.number, number)
      out.append(PerfettoField.Interned.name, name)
    }
  }
}

extension ByteBuffer {
  /// Appends what is said with an event.
  mutating func append(_ annotation: PerfettoAnnotation, _ body: (inout ByteBuffer) -> Void) {
    append(PerfettoField.Event.annotation) { out in
      out.append(PerfettoField.Annotation.nameNumber, annotation.rawValue)
      body(&out)
    }
  }

  /// Appends a name, which has to be UTF-8: other bytes are shown as `?`.
  mutating func append(name bytes: [UInt8], as field: some ProtobufField) {
    let isText = String(validating: bytes, as: UTF8.self) != nil
    append(field) { out in
      for byte in bytes { out.append(isText || byte < 0x80 ? byte : UInt8(ascii: "?")) }
    }
  }
}
