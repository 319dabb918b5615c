/// The calls of every ABI: `numbers/ABI.tsv`.
struct Numbers {
  struct Row {
    var number: Int
    var name: String
    var arguments: Int
    var classes: [String]

    /// x86_64's own form of a call that x32 has otherwise (`readv#64`): it goes by nothing but its words there.
    var isNative: Bool { name.hasSuffix("#64") }
    /// The name without that mark.
    var call: String { isNative ? String(name.dropLast(3)) : name }
  }
  /// The ABIs that are traced come first.
  private(set) var abis: [(name: String, rows: [Row])] = []

  static let traced = ["x86_64", "i386", "x32"]

  mutating func add(_ name: String, _ bytes: [UInt8], report: (String) -> Void) {
    var rows: [Row] = []
    forEachRow(of: bytes) { fields, line in
      // MA: as many as the kernel has; a call of any kind goes through it.
      guard fields.count == 4, let number = parseInteger(fields[0]), (0..<(1 << 16)).contains(number),
        let arguments = text(fields[2]) == "MA" ? 6 : parseInteger(fields[2]), (0...7).contains(arguments)
      else {
        report("tables/numbers/\(name).tsv:\(line):1: expected number, name, argument count, classes")
        return
      }
      let classes = text(fields[3])
      rows.append(
        Row(
          number: Int(number), name: text(fields[1]), arguments: Int(arguments),
          classes: classes == "-" ? [] : classes.split(separator: ",").map(String.init)))
    }
    abis.append((name, rows.sorted { $0.number < $1.number }))
  }

  var classNames: [String] {
    Set(abis.flatMap { $0.rows.flatMap(\.classes) }).sorted()
  }

  /// The ABIs among the traced ones that have a call.
  func traced(_ call: String) -> ABISet {
    var result: ABISet = []
    for (name, bit) in ABISet.words where callNames[name]?.contains(call) == true { result.insert(bit) }
    return result
  }

  private(set) var callNames: [String: Set<String>] = [:]
  mutating func index() {
    for abi in abis { callNames[abi.name] = Set(abi.rows.map(\.call)) }
  }
}
