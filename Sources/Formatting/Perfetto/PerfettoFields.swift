/// The fields that are written of Perfetto's messages, under its names: https://perfetto.dev/docs/reference/trace-packet-proto
enum PerfettoField {
  enum Trace: UInt64, ProtobufField {
    case packet = 1
  }

  enum Packet: UInt64, ProtobufField {
    case clockSnapshot = 6
    case timestamp = 8
    case sequence = 10
    case trackEvent = 11
    case internedData = 12
    case sequenceFlags = 13
    case timestampClock = 58
    case defaults = 59
    case trackDescriptor = 60
  }

  enum Defaults: UInt64, ProtobufField {
    case timestampClock = 58
  }

  enum ClockSnapshot: UInt64, ProtobufField {
    case clock = 1
    case primaryClock = 2
  }

  enum ClockReading: UInt64, ProtobufField {
    case clock = 1
    case time = 2
  }

  enum Track: UInt64, ProtobufField {
    case uuid = 1
    case name = 2
    case process = 3
    case thread = 4
    case counter = 8
  }

  enum Process: UInt64, ProtobufField {
    case pid = 1
    case name = 6
  }

  enum Thread: UInt64, ProtobufField {
    case pid = 1
    case tid = 2
    case name = 5
  }

  enum Event: UInt64, ProtobufField {
    case category = 3
    case annotation = 4
    case type = 9
    case nameNumber = 10
    case track = 11
    case name = 23
    case counterValue = 30
    case flow = 47
    case lastOfFlow = 48
  }

  enum Annotation: UInt64, ProtobufField {
    case nameNumber = 1
    case int = 4
    case text = 6
    case json = 9
  }

  enum InternedData: UInt64, ProtobufField {
    case category = 1
    case eventName = 2
    case annotationName = 3
  }

  /// A name that is said once, and its number from then on.
  enum Interned: UInt64, ProtobufField {
    case number = 1
    case name = 2
  }
}

/// `TrackEvent.Type`
enum PerfettoEventType: UInt64 {
  case begin = 1
  case end = 2
  case instant = 3
  case counter = 4
}

/// `BuiltinClock`
enum PerfettoClock: UInt64 {
  case real = 1
  case monotonic = 3
  case boot = 6
}

/// `TracePacket.SequenceFlags`
enum PerfettoSequence: UInt64 {
  case stateCleared = 1
  case needsState = 2
}

/// What is said with an event, by the number of its name.
enum PerfettoAnnotation: UInt64, CaseIterable {
  case arguments = 1
  case result, error, info
}
