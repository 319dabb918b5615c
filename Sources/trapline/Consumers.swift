import Conditions
import Decoding
import Formatting
import Glibc
import Linux
import Options
import Ptrace
import Settings

/// Everything that the tracer's records go through, and what is left to do at the end.
struct TraceOutput {
  /// What the tracer hands its records to.
  let consumer: TraceConsumer
  /// Writes what is known only at the end.
  private let conclusion: ([CallCount]) -> Void
  private let place: OutputPlace

  init(_ settings: TraceSettings, _ condition: Condition?, to place: OutputPlace) {
    self.place = place
    var consumer: TraceConsumer
    (consumer, conclusion) = Self.consumer(settings, place)
    if settings.tracing.callLimit != nil {
      let statuses = settings.text.statuses
      consumer = CountingConsumer(to: consumer) { statuses.accepts($0) }
    }
    if let condition { consumer = ConditionalConsumer(condition, to: consumer) }
    if let selection = ObjectSelection(settings) {
      consumer = SelectingConsumer(to: consumer, where: selection.fits)
    }
    let chosen = settings.selection.calls
    if !chosen.isUniform {
      consumer = SelectingConsumer(to: consumer) { call, _ in
        call.entry == nil
          || chosen.contains(call.number, abi: call.abi, entry: call.entry, standingFor: call.standsFor)
      }
    }
    if settings.notices.quiet.contains(.attach) { consumer = QuietConsumer(to: consumer) }
    if settings.tracing.command != nil { consumer = StartingConsumer(to: consumer) }
    if settings.notices.debug {
      consumer = DebugConsumer(to: consumer)
      // Every kernel that traces can do both, unless it is kept from that; scripts look for the lines.
      complain("PTRACE_GET_SYSCALL_INFO \(SyscallInfo.isForbidden ? "does not work" : "works")")
      if settings.tracing.killsOnExit || settings.tracing.filtersInKernel { complain("PTRACE_O_EXITKILL works") }
    }
    self.consumer = consumer
  }

  /// Writes the table and all that is left, and waits for who reads it.
  ///
  /// - Parameter counts: what was counted without being handed on.
  func finish(counts: [CallCount]) {
    conclusion(counts)
    consumer.handle(.flush)
    place.close()
  }

  /// What takes the records, and what it has to say at the end.
  private static func consumer(
    _ settings: TraceSettings, _ place: OutputPlace
  ) -> (TraceConsumer, ([CallCount]) -> Void) {
    let isJSON = settings.output.format == .json
    if settings.output.latency {
      let latency = LatencyConsumer(byProcess: settings.tracing.followsForks, sink: place.sink)
      return (NoticingConsumer(to: latency), { _ in if isJSON { latency.writeJSON() } else { latency.writeTables() } })
    }
    if settings.output.summary == .none {
      let (consumer, conclusion) = formatter(settings, place)
      return (consumer, { _ in conclusion() })
    }
    let isAlone = settings.output.summary == .alone
    // A table has no place in a timeline.
    let hasPlace = isAlone || settings.output.format != .perfetto
    let summary = SummaryConsumer(options: settings.summary, sink: hasPlace ? place.sink : OutputPlace.standardError())
    func write() { if isJSON { summary.writeJSON() } else { summary.writeTable() } }
    if isAlone {
      func conclude(_ counts: [CallCount]) {
        for count in counts { summary.add(count) }
        write()
      }
      if !settings.text.showsModeChanges { return (NoticingConsumer(to: summary), conclude) }
      return (ConsumerPair(NotesConsumer(to: text(settings, place)), summary), conclude)
    }
    let (consumer, conclusion) = formatter(settings, place)
    return (
      ConsumerPair(consumer, summary),
      { _ in
        conclusion()
        write()
      }
    )
  }

  private static func text(_ settings: TraceSettings, _ place: OutputPlace) -> TextFormatter {
    TextFormatter(options: settings.text, outputs: place.outputs, notices: OutputPlace.standardError())
  }

  private static func formatter(_ settings: TraceSettings, _ place: OutputPlace) -> (TraceConsumer, () -> Void) {
    guard let limit = settings.output.keptCalls else { return formatter(settings, place, place.outputs) }
    let requests = KeepingConsumer.Requests(
      watch: { TracerSignals.watchRequests() }, take: { TracerSignals.takeRequest() })
    let keeping = KeepingConsumer(limit: limit, outputs: place.outputs, requests: requests) {
      formatter(settings, place, .shared($0)).0
    }
    return (keeping, {})
  }

  private static func formatter(
    _ settings: TraceSettings, _ place: OutputPlace, _ outputs: TraceOutputs
  ) -> (TraceConsumer, () -> Void) {
    let notices = OutputPlace.standardError()
    switch settings.output.format {
    case .text: return (TextFormatter(options: settings.text, outputs: outputs, notices: notices), {})
    case .json: return (JSONFormatter(options: settings.json, outputs: outputs, notices: notices), {})
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

/// Lets go of standard input and output once the program has its own: whoever is at the other end has to see when the
/// program closes them.
final class StartingConsumer: PassingConsumer {
  override func handle(_ event: TraceEvent) {
    if case .started = event {
      let null = open("/dev/null", O_RDWR | O_CLOEXEC)
      if null >= 0 {
        for descriptor in [STDIN_FILENO, STDOUT_FILENO] { dup2(null, descriptor) }
        if null > STDERR_FILENO { close(null) }
      }
    }
    next.handle(event)
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
  init?(_ settings: TraceSettings) {
    let named = settings.selection
    guard !named.paths.isEmpty || named.descriptors != nil else { return nil }
    self.init()
    if let set = named.descriptors { descriptors = { set.contains($0) } }
    for path in named.paths {
      paths.append(path)
      guard let resolved = realpath(ofFile: path), resolved != path else { continue }
      if !settings.notices.hidesPathResolution {
        let (from, to) = (ArgumentText.text(of: path), ArgumentText.text(of: resolved))
        complain("Requested path \"\(from)\" resolved into \"\(to)\"")
      }
      paths.append(resolved)
    }
  }
}

/// The absolute path without symbolic links; nil when there is no such file. See realpath(3).
private func realpath(ofFile path: [UInt8]) -> [UInt8]? {
  let bytes = path.map { CChar(bitPattern: $0) } + [0]
  guard let resolved = realpath(bytes, nil) else { return nil }
  defer { free(resolved) }
  return Array(UnsafeRawBufferPointer(start: resolved, count: strlen(resolved)))
}
