/// The calls of every ABI: `numbers/ABI.tsv`, and what all of them have: `numbers/common.tsv`.
struct Numbers {
  struct Row {
    var number: Int
    var name: String
    var arguments: Int
    var classes: [String]

    /// The native form of a call that a marked ABI has otherwise (`readv#64`): it goes by nothing but its words there.
    var isNative: Bool { name.hasSuffix("#64") }
    /// The name without that mark.
    var call: String { isNative ? String(name.dropLast(3)) : name }
  }
  /// The ABIs of the machine come first.
  private(set) var abis: [(name: String, rows: [Row])] = []

  /// The calls that every ABI has: `numbers/common.tsv`.
  private var common: [Row] = []

  mutating func addCommon(_ bytes: [UInt8], report: (String) -> Void) {
    forEachRow(of: bytes) { fields, line in
      guard let row = Self.row(fields) else { return Self.complain("common", line, report) }
      common.append(row)
    }
  }

  /// - Parameter name: the ABI's; what `bytes` has of `+OFFSET common` stands for the common calls, so much higher.
  mutating func add(_ name: String, _ bytes: [UInt8], report: (String) -> Void) {
    var rows: [Row] = []
    var lines: [Int: Int] = [:]
    func add(_ row: Row, _ line: Int) {
      if let first = lines.updateValue(line, forKey: row.number) {
        report("tables/numbers/\(name).tsv:\(line):1: the number \(row.number) stands twice: first in line \(first)")
      }
      rows.append(row)
    }
    forEachRow(of: bytes) { fields, line in
      if fields.count == 2, fields[0].first == UInt8(ascii: "+"), text(fields[1]) == "common",
        let offset = parseInteger(fields[0].dropFirst()), (0..<(1 << 15)).contains(offset)
      {
        for var row in common {
          row.number += Int(offset)
          add(row, line)
        }
      } else if let row = Self.row(fields) {
        add(row, line)
      } else {
        Self.complain(name, line, report)
      }
    }
    abis.append((name, rows.sorted { $0.number < $1.number }))
  }

  private static func complain(_ name: String, _ line: Int, _ report: (String) -> Void) {
    report("tables/numbers/\(name).tsv:\(line):1: expected number, name, argument count, classes")
  }

  private static func row(_ fields: [ArraySlice<UInt8>]) -> Row? {
    // MA: as many as the kernel has; a call of any kind goes through it.
    guard fields.count == 4, let number = parseInteger(fields[0]), (0..<(1 << 15)).contains(number),
      let arguments = text(fields[2]) == "MA" ? 6 : parseInteger(fields[2]), (0...7).contains(arguments)
    else { return nil }
    let classes = text(fields[3])
    return Row(
      number: Int(number), name: text(fields[1]), arguments: Int(arguments),
      classes: classes == "-" ? [] : classes.split(separator: ",").map(String.init))
  }

  var classNames: [String] {
    Set(abis.flatMap { $0.rows.flatMap(\.classes) }).sorted()
  }

  /// The ABIs that descriptions can name, among those that have a call.
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
