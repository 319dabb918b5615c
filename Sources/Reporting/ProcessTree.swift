/// A process as the trace shows it.
struct ProcessRecord {
  /// The last failed calls and what was said on standard error: enough to say why a process ended badly.
  struct Trouble {
    static let mostCalls = 8
    static let mostSaid = 2_000
    /// Whole lines of the trace, oldest first.
    var failed: [[UInt8]] = []
    /// The end of what went to standard error.
    var said: [UInt8] = []

    mutating func add(failed line: UnsafeRawBufferPointer) {
      if failed.count == Self.mostCalls { failed.removeFirst() }
      failed.append(Array(line.prefix(4_000)))
    }

    mutating func add(said bytes: some Sequence<UInt8>) {
      said += bytes
      if said.count > 2 * Self.mostSaid { said.removeFirst(said.count - Self.mostSaid) }
    }
  }

  var parent: Int32?
  var command = ""
  /// What it executed last, shortened.
  var program = ""
  /// The arguments of that, as JSON, cut.
  var arguments: [UInt8] = []
  var calls: UInt64 = 0
  var failures: UInt64 = 0
  /// Nanoseconds in calls, all threads.
  var time: Int64 = 0
  /// Nanoseconds in calls, all threads, by what was waited for (``Waiting``).
  var waits = [Int64](repeating: 0, count: Waiting.allCases.count)
  var first: Int64
  var last: Int64
  /// How it ended: `0`, `SIGKILL`, or nothing where the trace does not say.
  var end = ""
  var ended: Int64?
  var trouble = Trouble()
  /// Descriptors by number: the number of the path or peer that each is open on.
  var descriptors: [Int32: Int] = [:]

  var endedBadly: Bool { !end.isEmpty && end != "0" }

  /// The command line, or the little that is known of it.
  var commandLine: String {
    let words = arguments.withUnsafeBytes { TraceSummary.list($0) }
    if !words.isEmpty { return ShellText.line(words) }
    return program.isEmpty ? command : program
  }
}

/// A thread as the trace shows it.
struct ThreadRecord {
  var pid: Int32
  var command = ""
  var activity: Activity
  var calls: UInt64 = 0
}

/// A file or a peer as one process uses it.
struct TrafficKey: Hashable {
  var pid: Int32
  /// The number of its text.
  var text: Int
}

/// What went through a file or a peer.
struct Traffic {
  var opened: UInt64 = 0
  var isCreated = false
  var read: Int64 = 0
  var written: Int64 = 0
  var time: Int64 = 0
}
