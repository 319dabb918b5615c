/// Where formatted bytes go.
///
/// A formatter appends to ``buffer`` and calls ``settle()`` at each end of an event; the sink decides when the bytes
/// move on. A base class that keeps everything in memory; subclasses write.
open class OutputSink {
  /// Bytes that have not been written yet.
  @exclusivity(unchecked) public final var buffer = ByteBuffer()

  public init() {}

  /// Called behind each event (and behind the part of a call that is shown at its entry). Writes what the sink's
  /// policy does not allow to wait.
  open func settle() {}

  /// Writes everything now.
  open func flush() {}

  /// Writes everything; nothing follows.
  open func close() { flush() }

  /// Writes a line for people, at once: `trapline: Process 5 attached`.
  public final func say(_ text: String, as programName: String) {
    buffer.append(text: programName)
    buffer.append(": ")
    buffer.append(text: text)
    buffer.append(UInt8(ascii: "\n"))
    flush()
  }

  /// Whether what is written is seen at once, so that the entry of a call is worth showing before it returns.
  open var isLive: Bool { false }
}
