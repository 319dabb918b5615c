import Conditions
import Decoding
import Formatting
import Glibc
import Options

/// What the tracer hands its records to: text, data or a table, behind what leaves records out.
func makeConsumer(
  _ invocation: Invocation, _ qualifiers: Qualifiers, _ condition: Condition?, _ place: OutputPlace
) -> TraceConsumer {
  let outputs: TextFormatter.Outputs =
    if case .separate = place.kind { .perTracee(place.sink(of:)) } else { .shared(place.sink) }
  var consumer: TraceConsumer = TextFormatter(
    options: TextOptions(invocation, qualifiers, to: place), outputs: outputs, notices: OutputPlace.standardError())
  if let condition { consumer = ConditionalConsumer(condition, to: consumer) }
  if let selection = ObjectSelection(invocation, qualifiers) { consumer = SelectingConsumer(selection, to: consumer) }
  if qualifiers.quiet.contains(.attach) { consumer = QuietConsumer(to: consumer) }
  if invocation.other.debug { consumer = DebugConsumer(to: consumer) }
  return consumer
}

/// Leaves out notices (`Process 5 attached`).
final class QuietConsumer: PassingConsumer {
  override func notice(_ text: String) {}
}

extension ObjectSelection {
  /// What `-P` and `--trace-fds` name; nil where they are not given. Says where a path leads to.
  init?(_ invocation: Invocation, _ qualifiers: Qualifiers) {
    guard !invocation.filter.paths.isEmpty || qualifiers.descriptors != nil else { return nil }
    self.init()
    if let set = qualifiers.descriptors { descriptors = { set.contains($0) } }
    for path in invocation.filter.paths {
      paths.append(ArgumentText.bytes(of: path))
      guard let resolved = realpath(ofFile: path), resolved != paths.last else { continue }
      if !qualifiers.hidesPathResolution {
        complain("Requested path \"\(path)\" resolved into \"\(ArgumentText.text(of: resolved))\"")
      }
      paths.append(resolved)
    }
  }
}

/// The absolute path without symbolic links; nil when there is no such file. See realpath(3).
private func realpath(ofFile path: String) -> [UInt8]? {
  let bytes = ArgumentText.bytes(of: path).map { CChar(bitPattern: $0) } + [0]
  guard let resolved = realpath(bytes, nil) else { return nil }
  defer { free(resolved) }
  return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
}
