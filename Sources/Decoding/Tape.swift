/// The decoded form of a call or signal: tokens, and the bytes that they refer to.
///
/// A tape is reused from call to call: ``removeAll()`` keeps its storage, so an ordinary call allocates nothing.
/// It outlives the stop that it was decoded at and refers to nothing of the tracee.
public struct Tape: ~Copyable, Sendable {
  public private(set) var tokens: [Token] = []
  public private(set) var bytes: [UInt8] = []

  /// Whether it holds more than any call is worth: a tracee may ask for thousands of messages of thousands of parts, and
  /// the tracer's memory is not its to fill. The decoder ends sequences here.
  var isFull: Bool { tokens.count >= 1 << 19 || bytes.count >= 1 << 25 }

  public init() {
    tokens.reserveCapacity(64)
    bytes.reserveCapacity(512)
  }

  public mutating func removeAll() {
    tokens.removeAll(keepingCapacity: true)
    if !bytes.isEmpty { bytes.removeAll(keepingCapacity: true) }
  }

  public mutating func append(_ token: Token) {
    tokens.append(token)
  }

  /// Copies `source` to the tape's bytes; returns the offset of the first.
  public mutating func append(bytes source: UnsafeRawBufferPointer) -> Int {
    let offset = bytes.count
    bytes.append(contentsOf: source)
    return offset
  }

  /// Adds words to the bytes.
  mutating func append(words: StaticString) {
    words.withUTF8Buffer { _ = append(bytes: UnsafeRawBufferPointer($0)) }
  }

  /// Adds a short text to the bytes.
  mutating func append(text: String) { bytes.append(contentsOf: text.utf8) }

  /// Lets `body` append to the bytes; what it appended is taken back when it returns false.
  mutating func appendBytes(_ body: (inout [UInt8]) -> Bool) -> Bool {
    let count = bytes.count
    if body(&bytes) { return true }
    bytes.removeLast(bytes.count - count)
    return false
  }

  /// Marks the token at `index`; see ``Token/Flags/always``.
  mutating func markAlways(at index: Int) {
    if index < tokens.count { tokens[index].flags.insert(.always) }
  }

  /// Takes back the tokens from `index` on.
  mutating func removeTokens(from index: Int) {
    if index < tokens.count { tokens.removeLast(tokens.count - index) }
  }
}
