import Conditions
import Decoding
import Formatting
import Glibc
import Options

/// Everything that the tracer's records go through, and what is left to do at the end.
struct TraceOutput {
  /// What the tracer hands its records to.
  let consumer: TraceConsumer
  private let summary: SummaryConsumer?
  private let place: OutputPlace

  init(_ invocation: Invocation, _ qualifiers: Qualifiers, _ condition: Condition?, to place: OutputPlace) {
    self.place = place
    summary = invocation.statistics.counts
      ? SummaryConsumer(options: SummaryOptions(invocation.statistics), sink: place.sink) : nil
    var consumer: TraceConsumer
    switch (summary, invocation.statistics.summaryOnly) {
    case (let summary?, true): consumer = NoticingConsumer(to: summary)
    case (let summary?, false): consumer = ConsumerPair(Self.formatter(invocation, qualifiers, place), summary)
    case (nil, _): consumer = Self.formatter(invocation, qualifiers, place)
    }
    if let condition { consumer = ConditionalConsumer(condition, to: consumer) }
    if let selection = ObjectSelection(invocation, qualifiers) {
      consumer = SelectingConsumer(selection, to: consumer)
    }
    if qualifiers.quiet.contains(.attach) { consumer = QuietConsumer(to: consumer) }
    if invocation.other.debug { consumer = DebugConsumer(to: consumer) }
    self.consumer = consumer
  }

  /// Writes the table and all that is left, and waits for who reads it.
  func finish() {
    summary?.writeTable()
    consumer.flush()
    place.close()
  }

  private static func formatter(
    _ invocation: Invocation, _ qualifiers: Qualifiers, _ place: OutputPlace
  ) -> TraceConsumer {
    let outputs: TraceOutputs =
      if case .separate = place.kind { .perTracee(place.sink(of:)) } else { .shared(place.sink) }
    let notices = OutputPlace.standardError()
    switch invocation.output.format {
    case .text:
      return TextFormatter(
        options: TextOptions(invocation, qualifiers, to: place), outputs: outputs, notices: notices)
    case .json:
      return JSONFormatter(options: JSONOptions(invocation, qualifiers), outputs: outputs, notices: notices)
    }
  }
}

/// Leaves out notices (`Process 5 attached`).
final class QuietConsumer: PassingConsumer {
  override func notice(_ text: String) {}
}

/// Shows notices and warnings on standard error, for a consumer that shows none.
final class NoticingConsumer: PassingConsumer {
  override func notice(_ text: String) { complain(text) }
  override func warning(_ text: String) { complain(text) }
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
