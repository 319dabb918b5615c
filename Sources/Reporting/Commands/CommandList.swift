/// Every program that a trace saw started, with what a shell needs to start it again.
public struct CommandList {
  /// One `execve` that succeeded, or failed with something other than a search.
  struct Command {
    var time: Int64
    var pid: Int32
    var parent: Int32?
    /// How many starts of processes lead from the first one here.
    var depth: Int
    var program: String
    var arguments: [String]
    /// Where it was started; nil when the trace doesn't say.
    var directory: String?
    /// What its environment has otherwise than the first program's: name and value, nil where it was taken away.
    var environment: [(name: String, value: String?)]
    var redirections: [Redirection]
    var error: String?
    /// How it ended: a status, or a signal's name; nil when the trace doesn't say, or another program took its place.
    var end: String?
    /// Arguments or environment were cut off by the trace's limits.
    var isCut: Bool

    /// The bytes that it takes, about.
    fileprivate var size: Int {
      let texts = [program, directory ?? ""] + arguments + redirections.map(\.path)
      let changes = environment.reduce(0) { $0 + $1.name.utf8.count + ($1.value?.utf8.count ?? 0) + 64 }
      return texts.reduce(256 + changes) { $0 + $1.utf8.count + 32 }
    }
  }

  struct Redirection {
    var descriptor: Int32
    var path: String
    var access: Access
  }

  enum Access: String { case read = "<", write = ">", append = ">>", both = "<>" }

  private(set) var commands: [Command] = []
  /// How many more there were than are kept.
  private(set) var omitted = 0
  /// Of the processes that have not ended.
  private var processes: [Int32: ProcessContext] = [:]
  private var environment: [String: String]?
  /// Bytes that may still be kept.
  private var room = 48 << 20

  public init(reading descriptor: Int32) throws(ReadError) {
    var reader = LineReader(descriptor: descriptor)
    while let line = try reader.next() {
      if let event = TraceLine(line) { add(event) }
    }
  }

  private mutating func add(_ line: TraceLine) {
    switch line.event {
    case .attach:
      if let parent = line.parent, line.tid == line.pid, processes[line.pid] == nil {
        startProcess(line.pid, of: parent)
      }
    case .exit:
      guard line.tid == line.pid, let index = processes.removeValue(forKey: line.pid)?.command else { return }
      commands[index].end = line.status.map { String($0) } ?? line.signal.flatMap(TraceLine.constantName)
    case .syscall:
      if line.isExec { return addCommand(line) }
      guard !line.isFailed else { return }
      if let child = line.startedProcess { return startProcess(child, of: line.pid) }
      processes[line.pid, default: ProcessContext()].apply(line)
    default: break
    }
  }

  private mutating func startProcess(_ child: Int32, of parent: Int32) {
    var context = processes[parent] ?? ProcessContext()
    context.parent = parent
    context.depth += 1
    context.command = nil
    // What the child itself did before its parent's call returned is kept.
    if let known = processes[child] { context.merge(known) }
    if let command = context.command {
      commands[command].parent = parent
      commands[command].depth = context.depth
    }
    processes[child] = context
  }

  private mutating func addCommand(_ line: TraceLine) {
    if let error = line.error, error.equals("ENOENT") || error.equals("ENOTDIR") { return }
    guard line.duration != nil else { return }
    let context = processes[line.pid] ?? ProcessContext()
    let variables = line.argument("envp").map { Self.variables(TraceSummary.list($0)) } ?? [:]
    let argv = line.argument("argv")
    let isCut = [argv, line.argument("envp")].contains { $0?.contains(text: "\"more\":true") ?? false }
    let command = Command(
      time: line.time, pid: line.pid, parent: context.parent, depth: context.depth,
      program: line.path.flatMap { TraceText.text(of: $0) } ?? "?",
      arguments: TraceSummary.list(argv), directory: context.directory,
      environment: Self.changed(environment ?? variables, variables).map { ($0, variables[$0]) },
      redirections: context.redirections, error: line.error.map { String(decoding: $0, as: UTF8.self) }, end: nil,
      isCut: isCut)
    if environment == nil { environment = variables }
    room -= command.size
    guard room > 0 else {
      omitted += 1
      processes[line.pid]?.command = nil
      return
    }
    commands.append(command)
    guard !line.isFailed else { return }
    processes[line.pid, default: context].command = commands.count - 1
    processes[line.pid]?.closeOnExec()
  }

  static func variables(_ list: [String]) -> [String: String] {
    var variables: [String: String] = [:]
    for item in list {
      let parts = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      variables[String(parts[0])] = parts.count > 1 ? String(parts[1]) : ""
    }
    return variables
  }

  /// The names of the variables by which environments differ; a shell sets `_` anew for each program.
  static func changed(_ old: [String: String], _ new: [String: String]) -> [String] {
    Set(old.keys).union(new.keys).sorted().filter { old[$0] != new[$0] && $0 != "_" }
  }
}
