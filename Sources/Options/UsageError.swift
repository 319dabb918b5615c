/// What is wrong with a command line.
///
/// ``message`` is strace's, word for word, where strace has one: scripts read it. What else a person may want to know
/// stands in ``advice``.
public struct UsageError: Error, Sendable, CustomStringConvertible {
  public let message: String
  /// What is accepted, or was probably meant; one line.
  public let advice: String?
  /// Whether it is the command line itself that cannot be read, so that the help helps.
  public let pointsToHelp: Bool

  public init(_ message: String, advice: String? = nil, pointsToHelp: Bool = false) {
    self.message = message
    self.advice = advice
    self.pointsToHelp = pointsToHelp
  }

  public var description: String { advice.map { "\(message): \($0)" } ?? message }
}

/// A value that its option does not take; says what it does.
struct UnacceptableValue: Error {
  let accepted: String
  init(_ accepted: String) { self.accepted = accepted }
}
