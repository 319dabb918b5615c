/// The compiled rows. A row refers to another by a label that the C compiler turns into its index, so a change of one
/// declaration changes only its own rows.
struct Output {
  /// Rows without a name of their own are labelled by their content, so equal ones are one row.
  struct Pool {
    private(set) var rows: [String: String] = [:]
    let prefix: String
    init(prefix: String) { self.prefix = prefix }

    mutating func label(_ row: String) -> String {
      var hash: UInt64 = 0xcbf2_9ce4_8422_2325
      for byte in row.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
      while true {
        let label = String((hash ^ hash >> 32) & 0xfff_ffff, radix: 36)
        if rows[label] == nil { rows[label] = row }
        if rows[label] == row { return prefix + label }
        hash = hash &* 0x100_0000_01b3 &+ 1
      }
    }
  }

  var types = Pool(prefix: "T_")
  var expressions = Pool(prefix: "E_")
  var lists = Pool(prefix: "R_")
  var cases = Pool(prefix: "C_")
  var wide = Pool(prefix: "W_")
  var strings: Set<String> = []
  /// By name: the lines of each.
  var sets: [String: [String]] = [:]
  var structs: [String: [String]] = [:]
  var variants: [String: [String]] = [:]
  var calls: [String: String] = [:]
  var sharedTypes: [String: String] = [:]

  /// A reference to a text, as an index in tl_strings.
  mutating func string(_ text: String?) -> String {
    guard let text else { return "0" }
    return "N(\(key(text)))"
  }

  /// The key by which rows refer to a text.
  mutating func key(_ text: String) -> String {
    strings.insert(text)
    return Self.key(for: text)
  }

  static func key(for text: String) -> String {
    var key = ""
    for byte in text.utf8 {
      if isNameByte(byte) {
        key.unicodeScalars.append(Unicode.Scalar(byte))
      } else {
        key += "_x" + String(byte, radix: 16)
      }
    }
    return key
  }
}

/// `{a, b, 0, 0}` with the zeros at the end left out.
func row(_ items: [String]) -> String {
  var items = items
  while items.count > 1, items.last == "0" { items.removeLast() }
  return items.joined(separator: ",")
}
