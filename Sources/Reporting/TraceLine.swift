/// One line of a trace, with what a report asks of it; slices point into the line.
struct TraceLine {
  typealias Slice = UnsafeRawBufferPointer

  enum Event { case trace, syscall, signal, stop, exit, exec, attach, detach, other }

  /// All of it.
  let whole: Slice
  private(set) var event = Event.other
  /// Nanoseconds since the epoch.
  private(set) var time: Int64 = 0
  private(set) var pid: Int32 = 0
  private(set) var tid: Int32 = 0
  private(set) var command: Slice?
  private(set) var name = Slice(start: nil, count: 0)
  private(set) var abi = Slice(start: nil, count: 0)
  private var arguments: Slice?
  /// The arguments by name, in their order.
  private(set) var named: [(name: Slice, value: Slice)] = []
  private(set) var result: Slice?
  private(set) var error: Slice?
  private(set) var isFailed = false
  private(set) var isUnfinished = false
  /// Nanoseconds; nil when the call never returned.
  private(set) var duration: Int64?
  private(set) var status: Int64?
  private(set) var signal: Slice?
  /// The `siginfo_t` of a signal.
  private(set) var information: Slice?
  /// Who started the process of an `attach`.
  private(set) var parent: Int32?

  /// Nil when the line is no event.
  init?(_ line: Slice) {
    whole = line
    var cursor = JSONCursor(line)
    var event: Slice?
    guard
      cursor.members({ key, cursor in
        if key.equals("args") { return takeArguments(&cursor) }
        guard let value = cursor.value() else { return false }
        if key.equals("event") { event = value } else { take(key, value) }
        return true
      }), let event
    else { return nil }
    self.event = Self.event(event)
  }

  /// The longest part of a line is read once: its members make up the whole.
  private mutating func takeArguments(_ cursor: inout JSONCursor) -> Bool {
    let start = cursor
    named.reserveCapacity(8)
    let isObject = cursor.members { name, cursor in
      guard let value = cursor.value() else { return false }
      named.append((name, value))
      return true
    }
    if isObject {
      arguments = cursor.bytes(since: start)
      return true
    }
    named = []
    cursor = start
    arguments = cursor.value()
    return arguments != nil
  }

  private mutating func take(_ key: Slice, _ value: Slice) {
    switch key.first {
    case UInt8(ascii: "t"):
      if key.equals("time") { time = value.nanoseconds ?? 0 }
      if key.equals("tid") { tid = Int32(truncatingIfNeeded: value.integer ?? 0) }
    case UInt8(ascii: "p"):
      if key.equals("pid") { pid = Int32(truncatingIfNeeded: value.integer ?? 0) }
      if key.equals("parent") { parent = value.integer.map { Int32(truncatingIfNeeded: $0) } }
    case UInt8(ascii: "c"): if key.equals("comm") { command = value }
    case UInt8(ascii: "n"): if key.equals("name") { name = Self.inside(value) }
    case UInt8(ascii: "a"):
      if key.equals("abi") { abi = Self.inside(value) }
    case UInt8(ascii: "r"): if key.equals("return") { result = value }
    case UInt8(ascii: "e"):
      if key.equals("errno") { isFailed = true }
      if key.equals("error") { error = Self.inside(value) }
    case UInt8(ascii: "d"): if key.equals("duration") { duration = value.nanoseconds }
    case UInt8(ascii: "i"): if key.equals("info") { information = value }
    case UInt8(ascii: "u"): if key.equals("unfinished") { isUnfinished = true }
    case UInt8(ascii: "s"):
      if key.equals("status") { status = value.integer }
      if key.equals("signal") { signal = value }
    default: break
    }
  }

  private static func inside(_ text: Slice) -> Slice {
    text.count >= 2 ? Slice(rebasing: text[1..<text.count - 1]) : text
  }

  private static func event(_ value: Slice) -> Event {
    let name = inside(value)
    if name.equals("syscall") { return .syscall }
    if name.equals("signal") { return .signal }
    if name.equals("exit") { return .exit }
    if name.equals("exec") { return .exec }
    if name.equals("attach") { return .attach }
    if name.equals("detach") { return .detach }
    if name.equals("stop") { return .stop }
    return name.equals("trace") ? .trace : .other
  }

  /// The result as a number: that of a descriptor or process too.
  var returned: Int64? {
    guard let result else { return nil }
    return result.integer ?? result.member("fd")?.integer ?? result.member("pid")?.integer
  }

  /// The calls that start processes and threads.
  static let forking: [StaticString] = ["clone", "clone3", "fork", "vfork"]

  /// Whether the call executes another program.
  var isExec: Bool { name.equals("execve") || name.equals("execveat") }

  /// The process that a call started; nil when it is no fork, failed, or started a thread.
  var startedProcess: Int32? {
    guard Self.forking.contains(where: name.equals), !isFailed,
      let child = returned.map({ Int32(truncatingIfNeeded: $0) }), child > 0
    else { return nil }
    let request = argument("cl_args").map { $0.member("before") ?? $0 }
    let flags = argument("flags") ?? request?.member("flags")
    if let flags, Self.hasFlag(flags, "CLONE_THREAD") { return nil }
    return child
  }

  /// The error of a socket that `getsockopt(SO_ERROR)` told: of a connection that was asked for without waiting.
  var pendingError: String? {
    guard name.equals("getsockopt"), !isFailed, let option = argument("optname"), Self.hasFlag(option, "SO_ERROR")
    else {
      return nil
    }
    return argument("optval").flatMap(Self.constantName)
  }

  /// An argument by name.
  func argument(_ name: StaticString) -> Slice? { named.first { $0.name.equals(name) }?.value }

  /// The first argument whose name is one of a path's.
  var path: Slice? { argument(namedBy: Self.paths) }

  private static let paths: [StaticString] = ["pathname", "filename", "path", "oldpath", "oldname", "name", "fname"]

  /// The first of the arguments that has one of `names`.
  func argument(namedBy names: [StaticString]) -> Slice? {
    named.first { argument in names.contains(where: argument.name.equals) }?.value
  }

  /// The name of a constant: `SIGINT` of `{"value":2,"names":["SIGINT"]}`.
  static func constantName(_ value: Slice) -> String? {
    guard let names = value.member("names"), names.count > 2 else { return nil }
    var cursor = JSONCursor(Slice(rebasing: names.dropFirst()))
    return cursor.string().map { TraceText.unescaped($0) }
  }

  static func hasFlag(_ value: Slice, _ name: StaticString) -> Bool {
    guard let names = value.member("names") else { return false }
    var cursor = JSONCursor(Slice(rebasing: names.dropFirst()))
    while let flag = cursor.value() {
      if Slice(rebasing: flag.dropFirst().dropLast()).equals(name) { return true }
      cursor.passSeparator()
    }
    return false
  }
}
