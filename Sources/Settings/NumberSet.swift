/// A set of small numbers, or of all numbers but those: descriptors, signals.
public struct NumberSet: Sendable, Equatable {
  public var members: Set<Int32>
  public var inverted: Bool

  public init(members: Set<Int32> = [], inverted: Bool = false) {
    self.members = members
    self.inverted = inverted
  }

  public static let all = NumberSet(inverted: true)
  public static let none = NumberSet()

  public var isEmpty: Bool { members.isEmpty && !inverted }

  public func contains(_ number: Int32) -> Bool { members.contains(number) != inverted }
}
