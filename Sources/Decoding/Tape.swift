/// The decoded form of a call or signal: tokens, and the bytes that they refer to.
///
/// A tape is reused from call to call: ``removeAll()`` keeps its storage, so an ordinary call allocates nothing.
/// It outlives the stop that it was decoded at and refers to nothing of the tracee.
public struct Tape: ~Copyable {
  @usableFromInline var tokenStorage = TapeStorage<Token>(capacity: 64)
  @usableFromInline var byteStorage = TapeStorage<UInt8>(capacity: 512)

  public init() {}

  /// The tokens, until the tape changes.
  @inlinable
  public var tokens: TapeContents<Token> { tokenStorage.contents }

  /// The bytes, until the tape changes.
  @inlinable
  public var bytes: TapeContents<UInt8> { byteStorage.contents }

  /// The bytes that a token refers to, as far as they are there, until the tape changes.
  public func bytes(of token: Token) -> UnsafeRawBufferPointer { bytes.bytes(of: token) }

  /// Whether it holds more than any call is worth: a tracee may ask for thousands of messages of thousands of parts, and
  /// the tracer's memory is not its to fill. The decoder ends sequences here.
  var isFull: Bool { tokenStorage.count >= 1 << 19 || byteStorage.count >= 1 << 25 }

  public mutating func removeAll() {
    tokenStorage.truncate(to: 0)
    byteStorage.truncate(to: 0)
  }

  public mutating func append(_ token: Token) { tokenStorage.append(token) }

  /// Copies `source` to the tape's bytes; returns the offset of the first.
  public mutating func append(bytes source: UnsafeRawBufferPointer) -> Int {
    let offset = byteStorage.count
    byteStorage.append(contentsOf: source)
    return offset
  }

  /// Adds a short text to the bytes.
  mutating func append(text: String) {
    for byte in text.utf8 { byteStorage.append(byte) }
  }

  /// Marks the token at `index`; see ``Token/Flags/always``.
  mutating func markAlways(at index: Int) {
    tokenStorage.change(at: index) { $0.flags.insert(.always) }
  }

  /// Takes back the tokens from `index` on.
  mutating func removeTokens(from index: Int) { tokenStorage.truncate(to: index) }
}
