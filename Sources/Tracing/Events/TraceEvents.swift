import Decoding
import Glibc
import Settings
import Surroundings
import Synchronization
import SyscallTables
import Values

/// A trace as a sequence of events: iterating starts it, and it ends when the last tracee has ended.
///
///     for try await event in TraceEvents(command: ["ls", "/"]) {
///       if case .call(let call) = event, let path = call["pathname"]?.text { print(call.name, path) }
///     }
///
/// A thread of its own traces, because the kernel binds tracees to a thread; it stays at most some hundred events
/// ahead, and its tracees wait when nobody takes them. Who stops iterating lets all tracees go at the next thing that
/// happens to one. Iterating throws ``TraceError`` where there is nothing to trace. One trace at a time: the tracer
/// collects all children of the process.
public struct TraceEvents: AsyncSequence, Sendable {
  public typealias Element = Event
  public typealias Failure = any Error

  /// What is traced, and how. Times and command names are always taken.
  public var configuration: TraceConfiguration
  public var decoding: DecodingOptions
  /// What is asked of the kernel about descriptors and processes: each answer costs a look into `/proc`.
  public var inspection: InspectionDetails

  /// A trace of what `configuration` says, decoded as `decoding` says.
  public init(
    _ configuration: TraceConfiguration, decoding: DecodingOptions = Self.wholeValues,
    inspection: InspectionDetails = []
  ) {
    self.configuration = configuration
    self.decoding = decoding
    self.inspection = inspection
  }

  /// A trace of a program with our environment, found by our PATH, and of all that it starts.
  ///
  /// - Parameter command: its name or path, and its arguments.
  public init(command: [String]) {
    var configuration = TraceConfiguration()
    let words = command.map { Array($0.utf8) }
    var environment: [[UInt8]] = []
    var variable = environ
    while let text = variable.pointee {
      environment.append(Array(UnsafeRawBufferPointer(start: text, count: strlen(text))))
      variable += 1
    }
    configuration.command = .init(name: words.first ?? [], arguments: words, environment: environment)
    configuration.command?.searchPath = getenv("PATH").map {
      Array(UnsafeRawBufferPointer(start: $0, count: strlen($0)))
    }
    configuration.followsForks = true
    configuration.interruptibility = .never
    self.init(configuration)
  }

  /// Structures whole, and strings up to 65536 bytes.
  public static var wholeValues: DecodingOptions {
    var options = DecodingOptions()
    options.stringLimit = 1 << 16
    options.defaultManner = .structures
    return options
  }

  public func makeAsyncIterator() -> Iterator {
    let room = Room()
    let (stream, continuation) = AsyncThrowingStream.makeStream(of: Event.self)
    continuation.onTermination = { _ in room.close() }
    var (configuration, decoding) = (configuration, decoding)
    configuration.stamps.formUnion([.wallClock, .duration])
    configuration.readsCommandNames = true
    if !inspection.isDisjoint(with: .ofDescriptors) { decoding.annotations.insert(.descriptors) }
    if !inspection.isDisjoint(with: .ofProcesses) { decoding.annotations.insert(.processes) }
    let (asked, options, details) = (configuration, decoding, inspection)
    Self.startThread {
      let consumer = EventConsumer(room, continuation)
      let tracer = Tracer(
        asked, decoder: Decoder(options: options), consumer: consumer, surroundings: ProcessSurroundings(details))
      consumer.tracer = tracer
      do throws(TraceError) {
        consumer.send(.finished(try tracer.run()))
        continuation.finish()
      } catch {
        continuation.finish(throwing: error)
      }
    }
    return Iterator(events: stream.makeAsyncIterator(), room: room)
  }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate var events: AsyncThrowingStream<Event, any Error>.AsyncIterator
    fileprivate let room: Room

    public mutating func next() async throws -> Event? {
      let event = try await events.next()
      room.leave()
      return event
    }
  }

  /// Runs `body` on a thread that nobody waits for.
  private static func startThread(_ body: @escaping @Sendable () -> Void) {
    final class Work: Sendable {
      let body: @Sendable () -> Void
      init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
    var thread = pthread_t()
    let work = Unmanaged.passRetained(Work(body))
    let error = pthread_create(
      &thread, nil,
      { pointer in
        guard let pointer else { return nil }
        Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body()
        return nil
      }, work.toOpaque())
    // Without a thread nothing is traced, and the sequence is empty.
    if error == 0 { pthread_detach(thread) } else { work.release() }
  }
}

/// How far a tracer may be ahead of who takes its events.
final class Room: Sendable {
  private let places = Mutex(512)
  private let isClosed = Atomic(false)

  /// Takes a place, waiting for one; false when nobody takes events any more.
  func enter() -> Bool {
    while !isClosed.load(ordering: .acquiring) {
      let isIn = places.withLock { places in
        guard places > 0 else { return false }
        places -= 1
        return true
      }
      if isIn { return true }
      // The tracees wait meanwhile, so a millisecond more is no matter.
      usleep(1_000)
    }
    return false
  }

  func leave() { places.withLock { $0 += 1 } }
  func close() { isClosed.store(true, ordering: .releasing) }
}

/// Makes events of records.
private final class EventConsumer: TraceConsumer {
  private let room: Room
  private let continuation: AsyncThrowingStream<TraceEvents.Event, any Error>.Continuation
  weak var tracer: Tracer?
  /// The ids of threads that execute a program in place of their process's first, by its id.
  private var formerThreads: [Int32: Int32] = [:]

  init(_ room: Room, _ continuation: AsyncThrowingStream<TraceEvents.Event, any Error>.Continuation) {
    self.room = room
    self.continuation = continuation
  }

  func send(_ event: TraceEvents.Event) {
    guard room.enter(), case .enqueued = continuation.yield(event) else {
      tracer?.end()
      return
    }
  }

  private func name(_ tracee: TraceeIdentity) -> TracedThreadName {
    TracedThreadName(tid: tracee.tid, pid: tracee.pid, command: String(decoding: tracee.command, as: UTF8.self))
  }

  override func handle(_ event: TraceEvent) {
    switch event {
    case .callReturned(let call, let tracee):
      send(.call(traced(call, by: tracee)))
      if call.error == 0, !call.neverReturns, WatchedCalls.execs.contains(call.number, abi: call.abi) {
        send(.executed(name(tracee), former: formerThreads.removeValue(forKey: tracee.tid)))
      }
    case .signal(let signal, let tracee): send(signal, to: tracee)
    case .stopped(let tracee, let signal, _): send(.stopped(by: signal, name(tracee)))
    case .exited(let tracee, .exited(let code), _): send(.exited(code, name(tracee)))
    case .exited(let tracee, .killed(let signal, let coreDumped), _):
      send(.killed(by: signal, coreDumped: coreDumped, name(tracee)))
    case .attached(let tracee, _): send(.attached(name(tracee), parent: tracee.parent == 0 ? nil : tracee.parent))
    case .detached(let tracee, _): send(.detached(name(tracee)))
    case .superseded(let tracee, let other, _): formerThreads[tracee.tid] = other
    case .callEntered, .started, .modeChanged, .warning, .notice, .idle, .flush: break
    }
  }

  private func traced(_ call: CallRecord, by tracee: TraceeIdentity) -> TracedCall {
    var cursor = TapeCursor(call.tape, 0..<call.explanation)
    let arguments = TapeReader(abi: call.abi, wordSize: call.wordSize).members(&cursor).enumerated().map {
      index, member in
      TracedCall.Argument(name: member.name.isEmpty ? "arg\(index + 1)" : member.name, value: member.value)
    }
    let hasResult = !call.neverReturns && !call.isResultUnavailable
    let elapsed = hasResult && call.ended > call.began ? call.ended - call.began : 0
    return TracedCall(
      thread: name(tracee),
      name: call.entry?.name.description ?? "syscall_0x" + String(call.number, radix: 16), number: call.number,
      abi: call.abi, arguments: arguments, result: hasResult ? (call.error == 0 ? call.result : -1) : nil,
      errno: hasResult && call.error != 0 ? call.error : nil,
      error: hasResult && call.error != 0
        ? ErrorNumber(rawValue: call.error).name?.description ?? "\(call.error)" : nil,
      time: call.wallClock, duration: .nanoseconds(Int64(clamping: elapsed)))
  }

  private func send(_ signal: SignalRecord, to tracee: TraceeIdentity) {
    var cursor = TapeCursor(signal.tape)
    let reader = TapeReader(abi: signal.abi, wordSize: signal.abi.wordSize)
    let information = cursor.next().map { reader.value($0, &cursor) } ?? .unknown
    send(.signal(signal.signal, information: information, to: name(tracee)))
  }
}
