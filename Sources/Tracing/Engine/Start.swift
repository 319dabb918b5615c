import Decoding
import Glibc
import Linux
import Ptrace
import SyscallTables

/// The command: finding its program, starting it, and what comes before its first line.
extension PtraceEngine {
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
    guard command.name.count < Int(PATH_MAX) else { throw TraceError("exec: \(Errno(rawValue: ENAMETOOLONG))") }
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
    command.usesFilter = !program.filter.isEmpty
    let name = String(decoding: program.path, as: UTF8.self)
    do throws(Errno) {
      try seize(program)
    } catch {
      placement.releaseAll()
      throw TraceError("cannot start '\(name)' as a tracee: \(explanation(error))")
    }
  }

  /// Starts the process that is to become the program, as a tracee. Where that fails, the process ends at its gate.
  private func seize(_ program: Program) throws(Errno) {
    placement.willStart()
    let started = try kernel.start(program, configuration.placement, named: configuration.programName)
    try kernel.seize(started.pid, options(attached: false))
    try kernel.interrupt(started.pid)
    let tracee = Tracee(
      identity: TraceeIdentity(tid: started.pid, pid: started.pid), ThreadState(.starting, tracees.newRecord()))
    command.pid = started.pid
    add(tracee)
    if configuration.placement != .parent { recorder.consumer.handle(.notice("Process \(started.pid) attached")) }
    placement.started(started.pid)
    started.release()
  }

  /// A call of our own process before its program is executed. Nothing is shown but the exec itself.
  func startingStop(_ tracee: Tracee, _ stop: borrowing PtraceStop) throws(Errno) -> Next {
    let info = place.info
    try info.read(stop, expectingExit: nil)
    if info.kind == .exit || info.kind == .none {
      if command.startup == .installingFilter && !info.failed { tracee.thread.filter.isInstalled = true }
      command.startup = .preparing
      return .resume(0)
    }
    switch info.number {
    case StartingCalls.execve where command.startup == .preparing:
      command.startup = .executing
      recorder.refreshIdentity(tracee)
      recorder.consumer.handle(.started(tracee.identity))
      // Its entry is recorded when it goes on.
      if source != nil { return .resume(0) }
      let next = try enter(tracee, stop)
      if case .inSyscall(.skipped) = tracee.thread.syscall { tracee.thread.syscall = .starting }
      return next
    case StartingCalls.prctl where info.arguments[0] == KernelConstant.setSeccomp && command.usesFilter:
      command.startup = .installingFilter
      return .resume(0)
    default: return .resume(0)
    }
  }

  /// The command's exec failed: what follows is our own process's end.
  func failedToExecute(_ tracee: Tracee) {
    tracee.thread.syscall = .starting
    command.startup = .preparing
  }
}
