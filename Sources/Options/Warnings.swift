import SyscallTables

extension Invocation {
  /// What is odd about the options but no reason to stop: one line each.
  public var warnings: [String] {
    var lines: [String] = []
    if output.appends, output.destination == nil {
      lines.append("-A/--output-append-mode has no effect without -o/--output")
    }
    if start.outputSeparately, output.destination == nil {
      lines.append("--output-separately has no effect without -o/--output")
    }
    if !statistics.counts, statistics.order != nil {
      lines.append("-S/--summary-sort-by has no effect without -c/--summary-only or -C/--summary")
    }
    if filter.statusOptionCount > 1 {
      lines.append("of -z/--successful-only and -Z/--failed-only only the last counts: -e status= takes sets")
    }
    if start.followsByOldName { lines.append("-F is an old name of -f/--follow-forks, which does the same") }
    if statistics.summaryOnly { lines += withoutLines }
    if filter.seccompBpf { lines += withoutKernelFilter }
    for injection in qualifiers.injections {
      if let line = injection.doubtfulResult { lines.append(line) }
    }
    return lines
  }

  /// Options about lines of calls where there are none.
  private var withoutLines: [String] {
    let idle: [(Bool, String)] = [
      (output.instructionPointer, "-i/--instruction-pointer"), (output.syscallNumbers, "-n/--syscall-number"),
      (output.stackTrace != nil, "-k/--stack-trace"), (times.relative != nil, "-r/--relative-timestamps"),
      (times.absolute != nil, "-t/--absolute-timestamps"), (times.durations != nil, "-T/--syscall-times"),
      (qualifiers.descriptorDetails != [], "-y/--decode-fds"),
    ]
    return idle.filter(\.0).map { "\($0.1) has no effect with -c/--summary-only" }
  }

  /// Why `--seccomp-bpf` does not do what it was given for.
  private var withoutKernelFilter: [String] {
    guard start.followsForks else {
      return ["--seccomp-bpf cannot be used without -f/--follow-forks, disabling"]
    }
    let unfitting = [(start.detachOn != nil, "-b"), (filter.syscallLimit != nil, "--syscall-limit")].filter(\.0)
    if let option = unfitting.first?.1 {
      return ["--seccomp-bpf is not enabled because it is not compatible with \(option)"]
    }
    if !attachedIDs.isEmpty { return ["--seccomp-bpf is not enabled for processes attached with -p"] }
    guard qualifiers.traced == .all else { return [] }
    return ["Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls."]
  }
}

extension Injection {
  /// A line on a result that the kernel's convention makes an error of; nil when there is none.
  fileprivate var doubtfulResult: String? {
    guard case .result(let value) = outcome else { return nil }
    if let error = Self.error(Int64(bitPattern: value)) {
      return "retval=\(value) is what a call that fails by \(error) returns: error= says so"
    }
    guard value <= UInt32.max else {
      return "retval=\(value) is cut to 32 bits for i386: \(UInt32(truncatingIfNeeded: value))"
    }
    if let error = Self.error(Int64(Int32(truncatingIfNeeded: value))) {
      return "retval=\(value) is for i386 what a call that fails by \(error) returns: error= says so"
    }
    return nil
  }

  private static func error(_ result: Int64) -> String? {
    guard result < 0, result >= -Int64(ErrnoName.most) else { return nil }
    return ErrorNumber(rawValue: Int32(truncatingIfNeeded: -result)).name.map(String.init) ?? String(-result)
  }
}
