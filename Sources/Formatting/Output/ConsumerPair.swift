import Decoding

/// Passes every event on to two consumers, one after the other: a trace and its summary (`-C`).
public final class ConsumerPair: TraceConsumer {
  private let first: TraceConsumer
  private let second: TraceConsumer

  public init(_ first: TraceConsumer, _ second: TraceConsumer) {
    self.first = first
    self.second = second
  }

  public override func handle(_ event: TraceEvent) {
    first.handle(event)
    second.handle(event)
  }
}
