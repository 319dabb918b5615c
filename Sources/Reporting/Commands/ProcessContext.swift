/// What a program inherits: the directory, and what its first three descriptors are open on.
struct ProcessContext {
  struct Target {
    var path: String
    var access: CommandList.Access
    var closesOnExec: Bool
  }

  var parent: Int32?
  var depth = 0
  var directory: String?
  /// The index of the command that the process runs.
  var command: Int?
  private var targets: [Int32: Target] = [:]

  /// Standard input, output and error, where they were redirected to a file.
  var redirections: [CommandList.Redirection] {
    (0...2).compactMap { number in
      targets[number].map { CommandList.Redirection(descriptor: number, path: $0.path, access: $0.access) }
    }
  }

  /// Takes over what another context knows otherwise.
  mutating func merge(_ newer: ProcessContext) {
    directory = newer.directory ?? directory
    command = newer.command ?? command
    targets.merge(newer.targets) { _, new in new }
  }

  mutating func closeOnExec() { targets = targets.filter { !$0.value.closesOnExec } }

  /// What a call that succeeded changed.
  mutating func apply(_ line: TraceLine) {
    let name = line.name
    if name.equals("openat") || name.equals("open") || name.equals("creat") || name.equals("openat2") {
      open(line)
    } else if name.equals("close") {
      if let number = Self.number(line.argument("fd")) { targets[number] = nil }
    } else if name.equals("dup") || name.equals("dup2") || name.equals("dup3") || name.equals("fcntl") {
      duplicate(line)
    } else if name.equals("chdir") {
      guard let path = line.path.flatMap({ TraceText.text(of: $0) }) else { return }
      directory = path.hasPrefix("/") ? path : directory.map { $0 + "/" + path } ?? path
    } else if name.equals("fchdir") {
      directory = line.argument("fd").flatMap { CallText.descriptorText($0) } ?? directory
    } else if name.equals("getcwd") {
      directory = line.argument("buf").flatMap { TraceText.text(of: $0) } ?? directory
    } else if name.equals("pipe") || name.equals("pipe2") {
      pipe(line)
    }
  }

  private static func number(_ value: UnsafeRawBufferPointer?) -> Int32? {
    (value?.member("fd")?.integer).map { Int32(truncatingIfNeeded: $0) }
  }

  private mutating func open(_ line: TraceLine) {
    guard let value = line.path, let number = line.returned.map({ Int32(truncatingIfNeeded: $0) }) else { return }
    let flags = line.argument("flags") ?? line.argument("how")?.member("flags")
    func has(_ flag: StaticString) -> Bool { flags.map { TraceLine.hasFlag($0, flag) } ?? false }
    let access: CommandList.Access =
      has("O_RDWR") ? .both : has("O_APPEND") ? .append : has("O_WRONLY") || line.name.equals("creat") ? .write : .read
    let path = TraceText.text(of: line.result?.member("path") ?? value) ?? "?"
    targets[number] = Target(path: path, access: access, closesOnExec: has("O_CLOEXEC"))
  }

  private mutating func duplicate(_ line: TraceLine) {
    var closes = line.argument("flags").map { TraceLine.hasFlag($0, "O_CLOEXEC") } ?? false
    if line.name.equals("fcntl") {
      guard let command = line.argument(namedBy: ["cmd", "op"]) else { return }
      if TraceLine.hasFlag(command, "F_SETFD"), let number = Self.number(line.argument("fd")) {
        let isSet = line.argument("arg").map { TraceLine.hasFlag($0, "FD_CLOEXEC") } ?? false
        targets[number]?.closesOnExec = isSet
      }
      closes = TraceLine.hasFlag(command, "F_DUPFD_CLOEXEC")
      guard closes || TraceLine.hasFlag(command, "F_DUPFD") else { return }
    }
    guard let old = Self.number(line.argument(namedBy: ["oldfd", "fildes", "fd"])), let new = line.returned else {
      return
    }
    var target = targets[old]
    target?.closesOnExec = closes
    targets[Int32(truncatingIfNeeded: new)] = target
  }

  private mutating func pipe(_ line: TraceLine) {
    guard let ends = line.argument(namedBy: ["pipefd", "fildes"]), ends.count > 2 else { return }
    var cursor = JSONCursor(UnsafeRawBufferPointer(rebasing: ends.dropFirst()))
    let closes = line.argument("flags").map { TraceLine.hasFlag($0, "O_CLOEXEC") } ?? false
    for access in [CommandList.Access.read, .write] {
      guard let end = cursor.value(), let number = Self.number(end) else { return }
      let path = CallText.descriptorText(end) ?? "pipe:"
      targets[number] = Target(path: path, access: access, closesOnExec: closes)
      cursor.passSeparator()
    }
  }
}
