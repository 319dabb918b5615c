/// What is wrong with a command line, in one line that says what is accepted.
public struct UsageError: Error, CustomStringConvertible, Sendable {
  public let description: String
  public init(_ description: String) {
    self.description = description
  }
}
