import Decoding
import Ptrace

/// Traces a command, and processes attached to, until all have ended or are let go of.
///
/// One thread does everything: the kernel binds a tracee to the thread that seized it.
public final class Tracer {
  private let recorder: Recorder
  private let engine: any Engine

  /// - Parameters:
  ///   - consumer: is told what happens, in order.
  ///   - surroundings: answers what the decoder asks about tracees besides their memory.
  ///   - stacks: reads the stack at each call; nil when nobody wants it.
  public convenience init(
    _ configuration: TraceConfiguration, decoder: Decoder, consumer: TraceConsumer,
    surroundings: TraceeSurroundings, stacks: StackReader? = nil
  ) {
    let recorder = Recorder(
      configuration, decoder: decoder, consumer: consumer, surroundings: surroundings, stacks: stacks)
    let placement = CPUPlacement(configuration.command == nil ? .off : configuration.colocation)
    let kernel = Kernel()
    let engine = PtraceEngine(recorder, kernel: kernel, placement: placement)
    self.init(recorder, engine)
    switch configuration.engine {
    case .ptrace: break
    case .bpf: engine.source = Self.source(recorder, kernel)
    case .automatic: engine.laterSource = { try? RecordedCalls(recorder, kernel: kernel) }
    }
  }

  init(_ recorder: Recorder, _ engine: any Engine) {
    self.recorder = recorder
    self.engine = engine
  }

  /// What records calls in the kernel; nil, and a line says why, where that is not possible.
  private static func source(_ recorder: Recorder, _ kernel: Kernel) -> (any CallSource)? {
    do throws(CaptureRefusal) {
      return try RecordedCalls(recorder, kernel: kernel)
    } catch {
      recorder.refuse(error)
      return nil
    }
  }

  /// Starts and attaches what is to be traced, and traces it to its end.
  ///
  /// Throws when there is nothing to trace: the program cannot be found, no process could be attached to. What could
  /// not be attached to while others could is told by ``Decoding/TraceEvent/warning(_:)``.
  public func run() throws(TraceError) -> TraceOutcome { try engine.run() }

  /// Ends tracing at the next thing that happens; the tracees go on.
  func end() { recorder.isOver = true }

  /// What was counted of calls that were not handed on; see ``Settings/TraceConfiguration/countsOnly``.
  public var counts: [CallCount] { engine.counts }

  /// Calls that tracees were stopped at and that are not traced.
  public var callsNotShown: UInt64 { recorder.callsNotShown }
}
