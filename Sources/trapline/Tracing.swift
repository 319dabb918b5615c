import Conditions
import Decoding
import Formatting
import Glibc
import Linux
import Options
import Settings
import StackTraces
import Surroundings
import Tracing

/// Traces what the command line names, and ends as the command ended.
func trace(_ invocation: Invocation) throws(UsageError) {
  try refuseConferredRights()
  for warning in invocation.warnings { complain(warning) }
  var settings = invocation.settings
  let condition = try settings.selection.condition.map(parseCondition)
  settings.tracing.command = try TraceConfiguration.Command(invocation)
  if condition?.needsDurations == true { settings.tracing.stamps.insert(.duration) }
  if condition?.needsCommands == true { settings.tracing.readsCommandNames = true }
  let place = try OutputPlace(settings.output)
  settings.tracing.knownChildren = [place.reader]
  TracerSignals.hold()
  settings.describeRun(of: invocation, to: place)
  let output = TraceOutput(settings, condition, to: place)
  let tracer = Tracer(
    settings.tracing, decoder: Decoder(options: settings.decoding), consumer: output.consumer,
    surroundings: ProcessSurroundings(settings.inspection), stacks: try stackReader(settings.output.stack))
  let outcome: TraceOutcome
  do throws(TraceError) {
    outcome = try tracer.run()
  } catch {
    throw UsageError(error.message, advice: error.advice)
  }
  output.finish(counts: tracer.counts)
  if let hint = filterHint(settings, stoppedInVain: tracer.callsNotShown) { complain(hint) }
  if let hint = reportHint(settings) { complain(hint) }
  if let tip = TipTexts.text(settings.notices.tip, for: ProcessArguments.programName) {
    write(tip, to: STDERR_FILENO)
  }
  switch outcome {
  case .exited(let status): exit(status)
  case .killed(let signal): TracerSignals.die(by: signal)
  }
}

/// What reads stacks for `-k`; nil without it.
private func stackReader(_ wanted: OutputOptions.Stack?) throws(UsageError) -> StackReader? {
  guard let wanted else { return nil }
  do {
    return try LibdwStackReader(limit: wanted.limit, lines: wanted.showsSourceLines)
  } catch {
    throw UsageError("-k/--stack-trace needs elfutils' libdw (Debian: libdw1): \(error.reason)")
  }
}

/// The condition of `--where`.
private func parseCondition(_ source: String) throws(UsageError) -> Condition {
  do throws(ConditionError) {
    return try Condition(parsing: source)
  } catch {
    throw UsageError("--where '\(source)': \(error.description)")
  }
}

/// Whether somebody may read what to do next.
private func wantsHints(_ settings: TraceSettings) -> Bool {
  settings.notices.tip.map { $0.format != .none } ?? (isatty(STDERR_FILENO) == 1)
}

/// What a trace that was written as data to a file is good for; nil for other traces.
private func reportHint(_ settings: TraceSettings) -> String? {
  guard case .file(let name) = settings.output.destination, settings.output.format == .json,
    settings.output.summary == .none, !settings.output.latency, !settings.output.isSeparate, wantsHints(settings)
  else { return nil }
  let file = ArgumentText.text(of: name)
  return "\(file): `trapline-report \(file) -o report.html` makes a page of it, --compare tells it from another trace"
}

/// What `--seccomp-bpf` would have spared a trace that stopped for so many calls that are not traced; nil where that is
/// not much, or nobody is there to read it.
private func filterHint(_ settings: TraceSettings, stoppedInVain count: UInt64) -> String? {
  let tracing = settings.tracing
  guard count >= 10_000, tracing.command != nil, tracing.attached.isEmpty, !tracing.detachesOnExec,
    tracing.callLimit == nil, !tracing.filtersInKernel, wantsHints(settings)
  else { return nil }
  let options = tracing.followsForks ? "--seccomp-bpf" : "-f --seccomp-bpf"
  return "stopped for \(count) calls that are not traced; \(options) leaves them to the kernel, "
    + "and changes the program: see SECCOMP FILTER in trapline(1)"
}
