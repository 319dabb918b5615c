/// A process as the trace shows it.
final class ProcessRecord {
  /// The last failed calls and what was said on standard error: enough to say why a process ended badly.
  struct Trouble {
    struct Failed {
      var time: Int64
      /// Its line, or where that is long its text.
      private var line: [UInt8] = []
      private var text = ""
      /// The hash of the name that was looked for and not found; nil for another failure.
      var sought: UInt64?

      /// Bytes of a line that is kept as it is: its text is seldom needed.
      private static let longestLine = 4_000
      /// Bytes of a call's text.
      private static let longestText = 1_000

      init(_ call: TraceLine, as text: String?, seeking name: UInt64?) {
        (time, sought) = (call.time, name)
        if text == nil, call.whole.count <= Self.longestLine {
          line = Array(call.whole)
        } else {
          self.text = Self.cut(text ?? CallText.line(call))
        }
      }

      var call: Troubles.Call {
        let own = line.withUnsafeBytes { TraceLine($0).map { Self.cut(CallText.line($0)) } }
        return Troubles.Call(time: time, text: own ?? text)
      }

      private static func cut(_ text: String) -> String {
        String(decoding: text.utf8.prefix(longestText), as: UTF8.self)
      }
    }

    static let mostCalls = 8
    static let mostSaid = 2_000
    /// Oldest first.
    private(set) var failed: [Failed] = []
    /// The end of what went to standard error.
    private(set) var said: [UInt8] = []
    /// The signal that came last, and what it told.
    private var signal = (name: "", told: "")

    mutating func add(failed call: TraceLine, as text: String? = nil, seeking name: UInt64? = nil) {
      if failed.count == Self.mostCalls {
        // Of what was not found, the last is told: it is what no other place had.
        failed.remove(at: failed.firstIndex { $0.sought != nil } ?? 0)
      }
      failed.append(Failed(call, as: text, seeking: name))
    }

    var isSeeking: Bool { failed.contains { $0.sought != nil } }

    /// What was looked for at several places is found: that it was not at the others is no failure.
    mutating func found(_ name: UInt64) { failed.removeAll { $0.sought == name } }

    mutating func add(said bytes: some Sequence<UInt8>) {
      said += bytes
      if said.count > 2 * Self.mostSaid { said.removeFirst(said.count - Self.mostSaid) }
    }

    mutating func add(signal name: String, told: String) { signal = (name, told) }

    /// What is known of the signal that ended the process.
    func cause(of end: String) -> String { end == signal.name ? signal.told : "" }
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
  /// The number of the signal that killed it.
  var signal: Int64?
  var ended: Int64?
  /// When its last program began.
  var executed = Int64.min
  var trouble = Trouble()
  /// Descriptors by number: the number of the path or peer that each is open on.
  var descriptors: [Int32: Int] = [:]

  init(command: String = "", first: Int64, last: Int64) {
    self.command = command
    self.first = first
    self.last = last
  }

  var endedBadly: Bool { !end.isEmpty && end != "0" }

  /// The command line, or the little that is known of it.
  var commandLine: String {
    let words = arguments.withUnsafeBytes { TraceSummary.list($0) }
    if !words.isEmpty { return ShellText.line(words) }
    return program.isEmpty ? command : program
  }
}

/// A thread as the trace shows it.
final class ThreadRecord {
  let pid: Int32
  var command = ""
  var activity = Activity(width: 1_000)
  var calls: UInt64 = 0

  init(pid: Int32) { self.pid = pid }
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
