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
