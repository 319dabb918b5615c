import Settings
import SyscallTables

extension Invocation {
  /// What is odd about the options but no reason to stop: one line each, as strace words them.
  var oddities: [String] {
    var lines: [String] = []
    let goesToFile = settings.output.destination != .standardError
    if settings.output.appends, !goesToFile {
      lines.append("-A/--output-append-mode has no effect without -o/--output")
    }
    if given.outputSeparately, !goesToFile {
      lines.append("--output-separately has no effect without -o/--output")
    }
    if !given.counts, given.order != nil {
      lines.append("-S/--summary-sort-by has no effect without (-c/--summary-only or -C/--summary)")
    }
    if given.statusOptionCount > 1 {
      lines.append(
        "Only the last of -z/--successful-only/-Z/--failed-only options will take effect. See status qualifier for more "
          + "complex filters.")
    }
    if given.followsByOldName { lines.append("option -F is deprecated, please use -f/--follow-forks instead") }
    if given.summaryOnly { lines += withoutLines }
    if given.seccompBpf { lines += withoutKernelFilter }
    lines += settings.tracing.injections.compactMap(\.doubtfulResult)
    return lines
  }

  /// Options about lines of calls where there are none.
  private var withoutLines: [String] {
    let text = settings.text
    let idle: [(Bool, String)] = [
      (text.showsInstructionPointer, "-i/--instruction-pointer"), (given.stack != nil, "-k/--stack-trace"),
      (text.showsCallNumber, "-n/--syscall-number"), (text.showsArgumentNames, "-N/--arg-names"),
      (text.relativeTime != nil, "-r/--relative-timestamps"), (given.time != nil, "-t/--absolute-timestamps"),
      (text.timeSpent != nil, "-T/--syscall-times"), (given.details != [], "-y/--decode-fds"),
    ]
    return idle.filter(\.0).map { "\($0.1) has no effect with -c/--summary-only" }
  }

  /// Why `--seccomp-bpf` does not do what it was given for.
  private var withoutKernelFilter: [String] {
    let disabled = "--seccomp-bpf is not enabled"
    if !given.followsForks { return ["--seccomp-bpf cannot be used without -f/--follow-forks, disabling"] }
    if settings.tracing.detachesOnExec { return ["\(disabled) because it is not compatible with -b"] }
    if settings.tracing.callLimit != nil { return ["\(disabled) because it is not compatible with --syscall-limit"] }
    if settings.tracing.timeLimit != nil { return ["\(disabled) because it is not compatible with --time-limit"] }
    if settings.tracing.followDepth != nil {
      return ["\(disabled) because it is not compatible with --follow-forks=DEPTH"]
    }
    if !settings.tracing.attached.isEmpty { return ["\(disabled) for processes attached with -p"] }
    if settings.selection.calls.isComplete {
      return [
        "Seccomp filter is requested but there are no syscalls to filter.  See -e trace to filter syscalls."
      ]
    }
    return []
  }
}

extension Injection {
  /// A line on a result that the kernel's convention makes an error of; nil when there is none.
  fileprivate var doubtfulResult: String? {
    guard case .value(let result) = result else { return nil }
    let value = UInt64(bitPattern: result)
    if let error = Self.error(result) {
      return "Inadvertent injection of error \(error) is possible for retval=\(value)"
    }
    guard value <= UInt32.max else {
      let clipped = UInt32(truncatingIfNeeded: value)
      return "Injected return value \(value) will be clipped to \(clipped) in compat personality"
    }
    if let error = Self.error(Int64(Int32(truncatingIfNeeded: value))) {
      return "Inadvertent injection of error \(error) is possible in compat personality for retval=\(value)"
    }
    return nil
  }

  private static func error(_ result: Int64) -> Int64? {
    result < 0 && result >= -Int64(ErrnoName.most) ? -result : nil
  }
}
