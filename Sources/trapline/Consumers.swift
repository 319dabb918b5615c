import Conditions
import Decoding
import Formatting
import Glibc
import Options

/// What the tracer hands its records to: text, data or a table, behind what leaves records out.
func makeConsumer(
  _ invocation: Invocation, _ qualifiers: Qualifiers, _ condition: Condition?, _ place: OutputPlace
) -> TraceConsumer {
  let notices = qualifiers.quiet.contains(.attach) ? nil : OutputPlace.standardError()
  let outputs: TextFormatter.Outputs =
    if case .separate = place.kind { .perTracee(place.sink(of:)) } else { .shared(place.sink) }
  return TextFormatter(
    options: TextOptions(invocation, qualifiers, to: place), outputs: outputs, notices: notices)
}
