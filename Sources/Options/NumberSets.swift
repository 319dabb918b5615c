import Settings

extension NumberSet {
  /// `[!]all`, `[!]none`, or `[!]ITEM[,ITEM]…`; each `!` inverts.
  ///
  /// - Parameter kind: what an error calls an item; `number` returns nil for what is none, and `advice` says more of it.
  init(
    parsing text: Substring, of kind: String, _ number: (Substring) -> Int32?, advice: (Substring) -> String
  ) throws(UsageError) {
    let (body, inverted) = withoutInversion(text)
    self.init(inverted: inverted)
    switch body {
    case "none": return
    case "all": self.inverted.toggle()
    default:
      let items = body.split(separator: ",")
      for item in items.isEmpty ? [text] : items {
        guard let member = number(item) else { throw UsageError("invalid \(kind) '\(item)'", advice: advice(item)) }
        members.insert(member)
      }
    }
  }

  /// Descriptors, for `-e read=`, `write=`, `trace-fds=`.
  init(descriptors text: Substring) throws(UsageError) {
    try self.init(parsing: text, of: "descriptor") { item in
      decimal(item, in: 0...Int(Int32.max)).map { Int32($0) }
    } advice: { _ in
      "accepted are all, none and descriptor numbers"
    }
  }
}
