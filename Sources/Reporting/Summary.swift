import Distributions

/// What a trace comes to: everything that the page shows, and the policy, gathered line by line in bounded memory.
public struct TraceSummary {
  /// One call worth showing by itself.
  struct Example {
    var time: Int64
    var duration: Int64
    var pid: Int32
    var tid: Int32
    var name: String
    var arguments: String
    var result: String
  }

  /// What failed: an error of a call, on a path where there is one.
  struct Failure: Hashable {
    var call: Int
    var error: Int
    /// The number of the path or address; -1 where the call has none.
    var path: Int
    var isNoise: Bool
  }

  /// How often something failed, when and in which process first, and in how many.
  struct Failures {
    private static let mostProcesses = 1_000
    var count: UInt64 = 0
    let first: Int64
    let pid: Int32
    private(set) var processes: Set<Int32> = []

    init(first: Int64, pid: Int32) { (self.first, self.pid) = (first, pid) }

    mutating func add(_ pid: Int32) {
      count += 1
      if processes.count < Self.mostProcesses { processes.insert(pid) }
    }
  }

  struct Header {
    var host: String
    var kernel: String
    /// Nanoseconds since the epoch.
    var time: Int64
  }

  struct SignalKey: Hashable {
    var name: String
    var pid: Int32
  }

  /// The first line: what was traced, where, how.
  var header: Header?
  var command: [String] = []
  var options: [String] = []
  var lines: UInt64 = 0
  /// Lines that are no events.
  public internal(set) var badLines: UInt64 = 0
  var start: Int64?
  var end: Int64 = 0
  var calls: [Int: Distribution] = [:]
  var errors: [Int: UInt64] = [:]
  /// Calls that never returned; those that end a thread aren't meant to.
  var unfinished: UInt64 = 0
  var slowest = Slowest()
  var failures: [Failure: Failures] = [:]
  var processes: [Int32: ProcessRecord] = [:]
  var threads: [Int32: ThreadRecord] = [:]
  var files: [TrafficKey: Traffic] = [:]
  var peers: [TrafficKey: Traffic] = [:]
  var waits = CriticalPath()
  /// The process that everything began with.
  var root: Int32?
  var signals: [SignalKey: UInt64] = [:]
  /// Of calls and errors: no kernel has a tenth as many, and each call's times take 8 KB.
  var names = Names(most: 4_000)
  var texts = Names()
  /// The names of the calls made, by ABI.
  var called: [String: Set<Int>] = [:]
  /// The same, by the ABI's number.
  var knownCalls: Set<Int> = []
  var abis = Names(most: 16)
  /// What each call waits for, by the number of its name, where that is told by its name.
  var kinds: [Waiting?] = []

  /// Kinds of things beyond which nothing new is told apart: a page shows a few hundred.
  static let mostKinds = 50_000

  public init() {}

  /// The longest calls.
  struct Slowest {
    static let most = 200
    private(set) var examples: [Example] = []
    /// What a call has to exceed to be among them.
    private(set) var least: Int64 = -1

    mutating func add(_ example: Example) {
      examples.append(example)
      guard examples.count >= 2 * Self.most else { return }
      examples.sort { $0.duration > $1.duration }
      examples.removeLast(examples.count - Self.most)
      least = examples.last?.duration ?? -1
    }

    var sorted: [Example] { Array(examples.sorted { $0.duration > $1.duration }.prefix(Self.most)) }
  }

  /// Reads a trace from an open file.
  public init(reading descriptor: Int32) throws(ReadError) {
    var reader = LineReader(descriptor: descriptor)
    while let line = try reader.next() {
      if line.isEmpty { continue }
      lines += 1
      guard let event = TraceLine(line) else {
        badLines += 1
        continue
      }
      add(event, line)
    }
  }

  /// Whether any line is an event.
  public var hasEvents: Bool { lines > badLines }

  private mutating func add(_ line: TraceLine, _ bytes: UnsafeRawBufferPointer) {
    if start == nil { start = line.time }
    end = max(end, line.time +| (line.duration ?? 0))
    switch line.event {
    case .trace:
      guard header == nil else { return }
      func text(_ name: StaticString) -> String { bytes.member(name).flatMap { TraceText.text(of: $0) } ?? "" }
      header = Header(host: text("host"), kernel: text("kernel"), time: line.time)
      options = Self.list(bytes.member("options"))
      command = Self.list(bytes.member("command"))
    case .syscall: addCall(line)
    case .signal: addSignal(line)
    case .exit: addEnd(line)
    case .attach:
      meet(line)
      if line.tid == line.pid, let parent = line.parent { processes[line.pid]?.parent = parent }
    case .exec, .detach, .stop: meet(line)
    case .other: break
    }
  }

  static func list(_ value: UnsafeRawBufferPointer?) -> [String] {
    guard let value, value.count > 2 else { return [] }
    var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: value.dropFirst()))
    var items: [String] = []
    while items.count < 1000, let item = cursor.value() {
      items.append(TraceText.text(of: item) ?? "?")
      cursor.passSeparator()
    }
    return items
  }

  /// Brings what is known of the event's process and thread up to date.
  mutating func meet(_ line: TraceLine) {
    let time = line.time
    let command = line.command.flatMap { TraceText.text(of: $0, limit: 64) }
    if let process = processes[line.pid] {
      process.last = max(process.last, time +| (line.duration ?? 0))
      if line.tid == line.pid, let command { process.command = command }
    } else if processes.count < Self.mostKinds {
      if root == nil { root = line.pid }
      processes[line.pid] = ProcessRecord(command: command ?? "", first: time, last: time)
    }
    if threads[line.tid] == nil, threads.count < 20_000 {
      threads[line.tid] = ThreadRecord(pid: line.pid)
    }
    if let command { threads[line.tid]?.command = command }
  }

  private mutating func addSignal(_ line: TraceLine) {
    meet(line)
    guard let signal = line.signal else { return }
    let name = TraceLine.constantName(signal) ?? String(decoding: signal.prefix(20), as: UTF8.self)
    processes[line.pid]?.trouble.add(signal: name, told: line.information.map(CallText.signal) ?? "")
    guard signals.count < Self.mostKinds else { return }
    signals[SignalKey(name: name, pid: line.pid), default: 0] += 1
  }

  private mutating func addEnd(_ line: TraceLine) {
    meet(line)
    guard line.tid == line.pid else { return }
    processes[line.pid]?.ended = line.time
    processes[line.pid]?.signal = line.signal?.member("value")?.integer
    processes[line.pid]?.end = line.status.map { String($0) } ?? line.signal.flatMap(TraceLine.constantName) ?? ""
    // Why a process ended well is no question.
    if processes[line.pid]?.endedBadly == false { processes[line.pid]?.trouble = ProcessRecord.Trouble() }
  }
}
