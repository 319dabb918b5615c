/// A trace as it is compared with another: each process's calls, in order.
public struct Recording {
  struct Call {
    var key: UInt64
    var time: Int64
    /// The hash of what the call told the program (contents of a file, a limit, an owner); 0 where that is not compared.
    var value: UInt64
    /// The number of the error's name; -1 without an error, -2 when the call never returned.
    var error: Int32
    var isNoise: Bool
    /// The place of its line in ``texts``.
    var text: Range<Int>
  }

  struct Process {
    var parent: Int32?
    var first: Int64
    var arguments: [String] = []
    var environment: [String] = []
    var command = ""
    var end: String?
    var said: [UInt8] = []
    var calls: [Call] = []

    var commandLine: String { arguments.isEmpty ? command : ShellText.line(arguments) }
    /// What it is paired by.
    var stableLine: String { arguments.map(CallKey.stable).joined(separator: "\u{0}") }
  }

  private static let mostCalls = 2_000_000
  private static let mostText = 240

  let name: String
  var processes: [Int32: Process] = [:]
  var order: [Int32] = []
  var errors = Names(most: 1_000)
  var start: Int64?
  var kernel = ""
  var host = ""
  var command: [String] = []
  private var texts: [UInt8] = []
  private var count = 0
  /// Whether calls were left out because the trace is too long.
  private(set) var isCut = false

  public init(named name: String, reading descriptor: Int32) throws(ReadError) {
    self.name = name
    var reader = LineReader(descriptor: descriptor)
    var isFirst = true
    while let line = try reader.next() {
      if isFirst { try SchemaVersion.check(line) }
      isFirst = false
      if let event = TraceLine(line) { add(event, line) }
    }
  }

  public var hasEvents: Bool { !order.isEmpty }

  func text(_ call: Call) -> String { String(decoding: texts[call.text], as: UTF8.self) }

  private mutating func add(_ line: TraceLine, _ bytes: UnsafeRawBufferPointer) {
    if start == nil { start = line.time }
    switch line.event {
    case .trace:
      command = TraceSummary.list(bytes.member("command"))
      kernel = bytes.member("kernel").flatMap { TraceText.text(of: $0) } ?? ""
      host = bytes.member("host").flatMap { TraceText.text(of: $0) } ?? ""
    case .syscall:
      meet(line)
      addCall(line)
    case .exit:
      meet(line)
      guard line.tid == line.pid else { return }
      processes[line.pid]?.end = line.status.map { "status \($0)" } ?? line.signal.flatMap(TraceLine.constantName)
    case .attach:
      meet(line)
      if let parent = line.parent { processes[line.pid]?.parent = parent }
    default: break
    }
  }

  private mutating func meet(_ line: TraceLine) {
    guard processes[line.pid] == nil else { return }
    processes[line.pid] = Process(
      first: line.time, command: line.command.flatMap { TraceText.text(of: $0, limit: 64) } ?? "")
    order.append(line.pid)
  }

  private mutating func addCall(_ line: TraceLine) {
    if let child = line.startedProcess {
      if processes[child] == nil {
        processes[child] = Process(first: line.time)
        order.append(child)
      }
      processes[child]?.parent = line.pid
      let inherited = processes[line.pid]?.arguments ?? []
      if processes[child]?.arguments.isEmpty == true { processes[child]?.arguments = inherited }
    }
    if line.name.equals("execve"), !line.isFailed {
      processes[line.pid]?.arguments = TraceSummary.list(line.argument("argv"))
      processes[line.pid]?.environment = TraceSummary.list(line.argument("envp"))
    }
    noteStandardError(line)
    guard count < Self.mostCalls else { return isCut = true }
    count += 1
    let start = texts.count
    texts += CallText.line(line).utf8.prefix(Self.mostText)
    let isEnd = line.name.equals("exit_group") || line.name.equals("exit")
    let error = line.error.map { Int32(errors.number(of: $0)) } ?? (line.duration == nil && !isEnd ? -2 : -1)
    processes[line.pid]?.calls.append(
      Call(
        key: CallKey.of(line), time: line.time, value: ComparedValue.hash(of: line), error: error,
        isNoise: Noise.isNoise(line), text: start..<texts.count))
  }

  private mutating func noteStandardError(_ line: TraceLine) {
    guard line.name.equals("write"), line.argument("fd")?.member("fd")?.integer == 2,
      let text = line.argument("buf").flatMap({ TraceText.text(of: $0, limit: 2_000) })
    else { return }
    processes[line.pid]?.said += text.utf8
    if let count = processes[line.pid]?.said.count, count > 4_000 {
      processes[line.pid]?.said.removeFirst(count - 2_000)
    }
  }
}

/// What calls told a program, where two runs can differ by it.
enum ComparedValue {
  private static let results: [StaticString] = ["getuid", "geteuid", "getgid", "getegid"]
  private static let statistics: [StaticString] = ["stat", "lstat", "newfstatat"]

  /// Zero where nothing is compared.
  static func hash(of call: TraceLine) -> UInt64 {
    guard !call.isFailed else { return 0 }
    let name = call.name
    if name.equals("read") || name.equals("pread64") {
      guard let path = call.argument("fd")?.member("path").flatMap({ TraceText.text(of: $0) }), isCompared(path),
        let contents = call.argument("buf"), !isProgram(contents)
      else { return 0 }
      return CallKey.of(bytes: contents)
    }
    if name.equals("readlink") || name.equals("readlinkat") {
      guard let path = call.path.flatMap({ TraceText.text(of: $0) }), isCompared(path) else { return 0 }
      return call.argument("buf").map(CallKey.of(bytes:)) ?? 0
    }
    if results.contains(where: name.equals) { return call.result.map(CallKey.of(bytes:)) ?? 0 }
    if name.equals("prlimit64") || name.equals("getrlimit") {
      return call.argument(namedBy: ["old_limit", "old_rlim", "rlim"]).map(CallKey.of(bytes:)) ?? 0
    }
    if name.equals("sched_getaffinity") { return call.argument("mask").map(CallKey.of(bytes:)) ?? 0 }
    if statistics.contains(where: name.equals), let buffer = call.argument("statbuf") {
      let members: [StaticString] = ["st_mode", "st_uid", "st_gid"]
      return members.reduce(UInt64(0)) { hash, member in
        hash &* 31 &+ (buffer.member(member).map(CallKey.of(bytes:)) ?? 0)
      }
    }
    return 0
  }

  private static let uncompared = ["/proc/", "/sys/", "/dev/", "/tmp/", "/run/"]

  private static func isCompared(_ path: String) -> Bool {
    path.hasPrefix("/") && !uncompared.contains(where: path.hasPrefix) && !path.hasSuffix(".pyc")
  }

  /// Whether contents are a program or library: those differ between machines, and only what they do matters.
  private static func isProgram(_ contents: UnsafeRawBufferPointer) -> Bool {
    contents.member("base64").map { CallText.value($0).hasPrefix("\"f0VMR") } ?? false
  }
}
