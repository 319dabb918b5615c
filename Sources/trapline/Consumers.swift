import Conditions
import Decoding
import Formatting
import Glibc
import Options
import SyscallTables

/// Everything that the tracer's records go through, and what is left to do at the end.
struct TraceOutput {
  /// What the tracer hands its records to.
  let consumer: TraceConsumer
  /// Writes what is known only at the end.
  private let conclusion: () -> Void
  private let place: OutputPlace

  init(_ invocation: Invocation, _ qualifiers: Qualifiers, _ condition: Condition?, to place: OutputPlace) {
    self.place = place
    var consumer: TraceConsumer
    (consumer, conclusion) = Self.consumer(invocation, qualifiers, place)
    if invocation.filter.syscallLimit != nil {
      let statuses = StatusFilter(qualifiers.status)
      consumer = CountingConsumer(to: consumer) { statuses.accepts($0) }
    }
    if let condition { consumer = ConditionalConsumer(condition, to: consumer) }
    if let selection = ObjectSelection(invocation, qualifiers) {
      consumer = SelectingConsumer(to: consumer, where: selection.fits)
    }
    if qualifiers.traced.choosesSubcalls {
      let traced = qualifiers.traced
      consumer = SelectingConsumer(to: consumer) { call, _ in
        call.entry.map { traced.contains($0, standingFor: TableString(call.standsFor)) } ?? true
      }
    }
    if qualifiers.quiet.contains(.attach) { consumer = QuietConsumer(to: consumer) }
    if invocation.other.debug { consumer = DebugConsumer(to: consumer) }
    self.consumer = consumer
  }

  /// Writes the table and all that is left, and waits for who reads it.
  func finish() {
    conclusion()
    consumer.handle(.flush)
    place.close()
  }

  /// What takes the records, and what it has to say at the end.
  private static func consumer(
    _ invocation: Invocation, _ qualifiers: Qualifiers, _ place: OutputPlace
  ) -> (TraceConsumer, () -> Void) {
    let statistics = invocation.statistics
    if statistics.latency {
      let latency = LatencyConsumer(byProcess: invocation.start.followsForks, sink: place.sink)
      return (NoticingConsumer(to: latency), latency.writeTables)
    }
    guard statistics.counts else { return formatter(invocation, qualifiers, place) }
    // A table has no place in data.
    let isText = statistics.summaryOnly || invocation.output.format == .text
    let summary = SummaryConsumer(
      options: SummaryOptions(statistics), sink: isText ? place.sink : OutputPlace.standardError())
    if statistics.summaryOnly {
      if qualifiers.quiet.contains(.personality) { return (NoticingConsumer(to: summary), summary.writeTable) }
      return (ConsumerPair(NotesConsumer(to: text(invocation, qualifiers, place)), summary), summary.writeTable)
    }
    let (consumer, conclusion) = formatter(invocation, qualifiers, place)
    return (
      ConsumerPair(consumer, summary),
      {
        conclusion()
        summary.writeTable()
      }
    )
  }

  private static func text(_ invocation: Invocation, _ qualifiers: Qualifiers, _ place: OutputPlace) -> TextFormatter {
    TextFormatter(
      options: TextOptions(invocation, qualifiers, to: place), outputs: place.outputs,
      notices: OutputPlace.standardError())
  }

  private static func formatter(
    _ invocation: Invocation, _ qualifiers: Qualifiers, _ place: OutputPlace
  ) -> (TraceConsumer, () -> Void) {
    let notices = OutputPlace.standardError()
    switch invocation.output.format {
    case .text: return (text(invocation, qualifiers, place), {})
    case .json:
      return (
        JSONFormatter(options: JSONOptions(invocation, qualifiers), outputs: place.outputs, notices: notices), {}
      )
    case .perfetto:
      let timeline = TimelineFormatter(sink: place.sink, notices: notices, programName: ProcessArguments.programName)
      return (timeline, timeline.finish)
    }
  }
}

/// Passes on what a table of calls does not tell: changes of mode, and notices.
final class NotesConsumer: PassingConsumer {
  override func handle(_ event: TraceEvent) {
    switch event {
    case .callEntered, .callReturned, .signal, .stopped, .superseded: break
    case .exited(let tracee, _, _): next.handle(.detached(tracee, byUs: false))
    case .started, .attached, .detached, .modeChanged, .warning, .notice, .idle, .flush: next.handle(event)
    }
  }
}

/// Leaves out notices (`Process 5 attached`).
final class QuietConsumer: PassingConsumer {
  override func handle(_ event: TraceEvent) {
    if case .notice = event { return }
    next.handle(event)
  }
}

/// Shows notices and warnings on standard error, for a consumer that shows none.
final class NoticingConsumer: PassingConsumer {
  override func handle(_ event: TraceEvent) {
    switch event {
    case .notice(let text), .warning(let text): complain(text)
    default: next.handle(event)
    }
  }
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
