/// A set of small numbers, or of all numbers but those.
public struct NumberSet: Sendable, Equatable {
  public var members: Set<Int32> = []
  public var inverted = false

  public init() {}

  public static let all = NumberSet(inverted: true)
  public static let none = NumberSet()

  init(members: Set<Int32> = [], inverted: Bool = false) {
    self.members = members
    self.inverted = inverted
  }

  public func contains(_ number: Int32) -> Bool {
    members.contains(number) != inverted
  }

  /// `[!]all`, `[!]none`, or `[!]ITEM[,ITEM]…`; each `!` inverts.
  ///
  /// - Throws: `UsageError` when `number` knows an item not.
  init(
    parsing text: some StringProtocol, accepted: String, _ number: (Substring) throws(UsageError) -> Int32?
  ) throws(UsageError) {
    let (body, inverted) = withoutInversion(Substring(text))
    self.inverted = inverted
    switch body {
    case "none": return
    case "all": self.inverted.toggle()
    default:
      let items = body.split(separator: ",")
      guard !items.isEmpty else { throw UsageError("'\(body)' names none of \(accepted)") }
      for item in items {
        guard let member = try number(item) else { throw UsageError("'\(item)' is none of \(accepted)") }
        members.insert(member)
      }
    }
  }
}

/// Takes the exclamation marks off the front of an expression; says whether they invert it.
func withoutInversion(_ text: Substring) -> (Substring, inverted: Bool) {
  let body = text.drop { $0 == "!" }
  return (body, !(text.utf8.count - body.utf8.count).isMultiple(of: 2))
}

extension NumberSet {
  /// Descriptors, for `-e read=`, `write=`, `trace-fds=`.
  static func descriptors(_ text: some StringProtocol) throws(UsageError) -> NumberSet {
    try NumberSet(parsing: text, accepted: "all, none and descriptor numbers") { item throws(UsageError) in
      decimal(item, in: 0...Int(Int32.max)).map { Int32($0) }
    }
  }
}
