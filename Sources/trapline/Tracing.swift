import Conditions
import Decoding
import Formatting
import Glibc
import Options
import Ptrace
import StackTraces
import Surroundings
import Tracing

/// Traces what the command line names, and ends as the command ended.
func trace(_ invocation: Invocation) throws(UsageError) {
  for warning in invocation.warnings { complain(warning) }
  let qualifiers = invocation.qualifiers
  let condition = try invocation.condition()
  let configuration = try TraceConfiguration(invocation, qualifiers, condition)
  let place = try OutputPlace(invocation)
  let output = TraceOutput(invocation, qualifiers, condition, to: place)
  let tracer = Tracer(
    configuration, decoder: Decoder(options: DecodingOptions(invocation, qualifiers)), consumer: output.consumer,
    surroundings: ProcessSurroundings(.init(qualifiers)), stacks: try invocation.stackReader())
  let outcome: TraceOutcome
  do throws(TraceError) {
    outcome = try tracer.run()
  } catch {
    throw UsageError(error.description)
  }
  output.finish()
  if let hint = invocation.filterHint(stoppedInVain: tracer.callsNotShown) { complain(hint) }
  if let tip = TipTexts.text(invocation.other.tips, for: ProcessArguments.programName) { write(tip, to: STDERR_FILENO) }
  switch outcome {
  case .exited(let status): exit(status)
  case .killed(let signal): TracerSignals.die(by: signal)
  }
}

extension Invocation {
  /// What reads stacks for `-k`; nil without it.
  func stackReader() throws(UsageError) -> StackReader? {
    guard let wanted = output.stackTrace else { return nil }
    do {
      return try LibdwStackReader(limit: output.stackTraceFrameLimit, lines: wanted == .source)
    } catch {
      throw UsageError("-k/--stack-trace needs elfutils' libdw (Debian: libdw1): \(error.reason)")
    }
  }

  /// What `--seccomp-bpf` would have spared a trace that stopped for so many calls that are not traced; nil where that
  /// is not much, or nobody is there to read it.
  func filterHint(stoppedInVain count: UInt64) -> String? {
    guard count >= 10_000, !command.isEmpty, attachedIDs.isEmpty, start.detachOn == nil, filter.syscallLimit == nil,
      !filter.seccompBpf, other.tips.map({ $0.format != .none }) ?? (isatty(STDERR_FILENO) == 1)
    else { return nil }
    let options = start.followsForks ? "--seccomp-bpf" : "-f --seccomp-bpf"
    return "stopped for \(count) calls that are not traced; \(options) leaves them to the kernel, "
      + "and changes the program: see SECCOMP FILTER in trapline(1)"
  }

  /// The condition of `--where`.
  func condition() throws(UsageError) -> Condition? {
    guard let source = filter.condition else { return nil }
    do throws(ConditionError) {
      return try Condition(parsing: source)
    } catch {
      throw UsageError("--where '\(source)': \(error.description)")
    }
  }
}
