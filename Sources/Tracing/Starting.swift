import Decoding
import Linux
import Ptrace
import SyscallTables

/// The command: finding its program, starting it, and what comes before its first line.
extension Tracer {
  /// Finds the program by PATH, as a shell does, except that only what looks executable is taken.
  func findProgram(_ command: TraceConfiguration.Command) throws(TraceError) -> Program {
    let slash = UInt8(ascii: "/")
    var path = command.name
    if !command.name.contains(slash) {
      path = []
      for directory in directories(command.searchPath ?? []) {
        var candidate = directory.isEmpty ? SmallFile.workingDirectory ?? [] : Array(directory)
        if candidate.last != slash { candidate.append(slash) }
        candidate += command.name
        if SmallFile.isExecutable(candidate) {
          path = candidate
          break
        }
      }
    }
    let name = String(decoding: command.name, as: UTF8.self)
    guard !path.isEmpty else {
      throw TraceError(
        "Cannot find executable '\(name)'", advice: "no directory of PATH has an executable file of that name")
    }
    if let error = SmallFile.whyMissing(path) { throw TraceError("Cannot stat '\(name)': \(error)") }
    var program = Program(path: path, arguments: command.arguments, environment: command.environment)
    if var user = command.user {
      let (uid, gid) = SmallFile.conferredIds(path)
      user.effectiveUid = uid ?? user.uid
      user.effectiveGid = gid ?? user.gid
      program.user = user
    }
    return program
  }

  /// The directories of a PATH. An empty one is the working directory, except at the end.
  private func directories(_ searchPath: [UInt8]) -> [ArraySlice<UInt8>] {
    var parts = searchPath.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
    if parts.last?.isEmpty == true { parts.removeLast() }
    return parts
  }

  func start(_ program: Program) throws(TraceError) {
    var program = program
    program.filter = kernelFilter()
    usesKernelFilter = !program.filter.isEmpty
    let name = String(decoding: program.path, as: UTF8.self)
    do throws(Errno) {
      try seize(program)
    } catch {
      placement.releaseAll()
      throw TraceError("cannot start '\(name)': \(explanation(error))")
    }
  }

  /// Starts the process that is to become the program, as a tracee.
  private func seize(_ program: Program) throws(Errno) {
    placement.willStart()
    let started = try program.start(configuration.placement, named: configuration.programName)
    let tracee = Tracee(
      identity: TraceeIdentity(tid: started.pid, pid: started.pid), state: .starting, call: newRecord(),
      isAttached: false,
      isFiltered: false)
    try tracee.thread.seize(options(attached: false))
    try tracee.thread.interrupt()
    commandPid = started.pid
    add(tracee)
    if configuration.placement != .parent { consumer.handle(.notice("Process \(started.pid) attached")) }
    placement.started(started.pid)
    started.release()
  }

  /// A call of our own process before its program is executed. Nothing is shown but the exec itself.
  func startingStop(_ tracee: Tracee, _ report: WaitReport) throws(Errno) {
    try stop.read(tracee.thread, expectingExit: false)
    if stop.kind == .exit || stop.kind == .none {
      if startup == .installingFilter && !stop.failed { tracee.isFiltered = true }
      startup = .preparing
      return try resume(tracee)
    }
    switch stop.number {
    case StartingCalls.execve where startup == .preparing:
      startup = .executing
      refreshIdentity(tracee)
      consumer.handle(.started(tracee.identity))
      try enter(tracee, report)
      if case .inside(.skipped) = tracee.state { tracee.state = .starting }
    case StartingCalls.prctl where stop.arguments[0] == KernelConstant.setSeccomp && usesKernelFilter:
      startup = .installingFilter
      try resume(tracee)
    default:
      try resume(tracee)
    }
  }

  /// How far our process has come on the way to its program.
  enum Startup { case preparing, installingFilter, executing }

  /// The command's exec failed: what follows is our own process's end.
  func failedToExecute(_ tracee: Tracee) {
    tracee.state = .starting
    startup = .preparing
  }
}

/// The numbers of what our own code does before the exec; it is 64-bit code, as we are.
enum StartingCalls {
  static let execve = SyscallNumber.named("execve", abi: .x86_64)?.number
  static let prctl = SyscallNumber.named("prctl", abi: .x86_64)?.number
}
