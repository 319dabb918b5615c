/// A trace as it is compared with another: each process's calls, in order.
public struct Recording {
  struct Call {
    var key: UInt64
    var time: Int64
    /// The hash of what the call told the program (contents of a file, a limit, an owner); 0 where that is not compared.
    var value: UInt64
    /// The number of the error's name; -1 without an error, -2 when the call never returned.
    var error: Int32
    /// Whether it does not matter that the other run does not make it.
    var isNoise: Bool
    /// It only says that a name is not at this place.
    var isSearch: Bool
    /// Where ``texts`` finds it.
    var text: Range<Int64>
  }

  struct Process {
    var first: Int64
    var arguments: [String] = []
    var command = ""
    var end: String?
    var trouble = ProcessRecord.Trouble()
    var calls: [Call] = []

    var commandLine: String { arguments.isEmpty ? command : ShellText.line(arguments) }
    /// What it is paired by.
    func stableLine(roots: [String]) -> String {
      arguments.map { CallKey.stable(path: $0, roots: roots) }.joined(separator: "\u{0}")
    }
  }

  private static let mostCalls = 2_000_000

  let name: String
  var processes: [Int32: Process] = [:]
  var order: [Int32] = []
  var errors = Names(most: 1_000)
  var start: Int64?
  var kernel = ""
  /// Of the first program.
  private(set) var environment: [String] = []
  /// The directories of temporary files.
  private(set) var roots = CallKey.temporary
  var command: [String] = []
  private let texts: CallTexts
  private var count = 0
  /// Whether calls were left out because the trace is too long.
  private(set) var isCut = false

  public init(named name: String, reading descriptor: Int32) throws(ReadError) {
    self.name = name
    texts = CallTexts(of: descriptor)
    var reader = LineReader(descriptor: descriptor)
    while let line = try reader.next() {
      if let event = TraceLine(line) { add(event, line, at: reader.offset) }
    }
  }

  public var hasEvents: Bool { !order.isEmpty }

  func text(_ call: Call) -> String { texts.text(at: call.text) }

  private mutating func add(_ line: TraceLine, _ bytes: UnsafeRawBufferPointer, at offset: Int64) {
    if start == nil { start = line.time }
    switch line.event {
    case .trace:
      command = TraceSummary.list(bytes.member("command"))
      kernel = bytes.member("kernel").flatMap { TraceText.text(of: $0) } ?? ""
    case .syscall:
      meet(line)
      addCall(line, texts.note(line, at: offset, length: bytes.count))
    case .exit:
      meet(line)
      guard line.tid == line.pid else { return }
      processes[line.pid]?.end = line.status.map { "status \($0)" } ?? line.signal.flatMap(TraceLine.constantName)
    case .attach:
      meet(line)
    default: break
    }
  }

  private mutating func meet(_ line: TraceLine) {
    guard processes[line.pid] == nil else { return }
    processes[line.pid] = Process(
      first: line.time, command: line.command.flatMap { TraceText.text(of: $0, limit: 64) } ?? "")
    order.append(line.pid)
  }

  private mutating func setEnvironment(_ variables: [String]) {
    environment = variables
    for name in ["TMPDIR=", "TMP=", "TEMP="] {
      guard let value = variables.first(where: { $0.hasPrefix(name) })?.dropFirst(name.count), value.hasPrefix("/")
      else {
        continue
      }
      // It may be in one of the others.
      roots.insert(value.hasSuffix("/") ? String(value) : value + "/", at: 0)
    }
  }

  private mutating func addCall(_ line: TraceLine, _ text: Range<Int64>) {
    if let child = line.startedProcess {
      if processes[child] == nil {
        processes[child] = Process(first: line.time)
        order.append(child)
      }
      let inherited = processes[line.pid]?.arguments ?? []
      if processes[child]?.arguments.isEmpty == true { processes[child]?.arguments = inherited }
    }
    if line.isExec, !line.isFailed {
      processes[line.pid]?.arguments = TraceSummary.list(line.argument("argv"))
      if environment.isEmpty, line.pid == order.first { setEnvironment(TraceSummary.list(line.argument("envp"))) }
    }
    if let said = line.said { processes[line.pid]?.trouble.add(said: said.utf8) }
    guard count < Self.mostCalls else { return isCut = true }
    count += 1
    let isEnd = line.name.equals("exit_group") || line.name.equals("exit")
    let error = line.error.map { Int32(errors.number(of: $0)) } ?? (line.duration == nil && !isEnd ? -2 : -1)
    processes[line.pid]?.calls.append(
      Call(
        key: CallKey.of(line, roots: roots), time: line.time, value: ComparedValue.hash(of: line), error: error,
        isNoise: Noise.isHousekeeping(line), isSearch: Noise.isSearch(line), text: text))
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
    if call.pendingError != nil { return call.argument("optval").map(CallKey.of(bytes:)) ?? 0 }
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
