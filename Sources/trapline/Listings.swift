import CSyscallTables
import Options
import SyscallTables

/// What `--list` shows: lines of the tables.
enum Listings {
  static func text(of listing: Listing) -> String {
    switch listing {
    case .syscalls: syscalls
    case .classes: classes
    case .abis: abis
    }
  }

  /// Names of this machine's calls with their numbers in each ABI that it runs, and their classes.
  private static var syscalls: String {
    var numbers: [String: [UInt64?]] = [:]
    var classes: [String: SyscallClasses] = [:]
    for (column, abi) in ABI.allCases.enumerated() {
      for call in SyscallNumber.all(of: abi) {
        let name = call.name.description
        numbers[name, default: Array(repeating: nil, count: ABI.allCases.count)][column] = call.number
        classes[name, default: []].formUnion(call.classes)
      }
    }
    let header = [padded("name", 28)] + ABI.allCases.map { padded("\($0)", 7) } + ["classes"]
    var lines = [header.joined(separator: " ")]
    for name in numbers.keys.sorted() {
      let columns = (numbers[name] ?? []).map { padded($0.map { "\($0)" } ?? "-", 7) }
      let words = classes[name]?.filterNames.joined(separator: " ") ?? ""
      lines.append(([padded(name, 28)] + columns + [words]).joined(separator: " "))
    }
    return trimmed(lines)
  }

  /// Classes, with how many calls of each ABI they have.
  private static var classes: String {
    var lines = [([padded("class", 12)] + ABI.allCases.map { padded("\($0)", 7) }).joined(separator: " ")]
    for name in SyscallClasses.filters {
      let counts = ABI.allCases.map { abi in
        SyscallNumber.all(of: abi).count { call in call.classes.filterNames.contains(name) }
      }
      lines.append(([padded(name, 12)] + counts.map { padded("\($0)", 7) }).joined(separator: " "))
    }
    return trimmed(lines)
  }

  /// Every ABI of Linux in the tables, with the number of its calls.
  private static var abis: String {
    let lines = (0..<tl_abi_count).map { index in
      let row = tl_abi_at(index)
      let name = TableString(row.name).description
      let isTraced = index < tl_machine_abi_count
      return "\(padded(name, 14)) \(padded("\(row.count) calls", 10))\(isTraced ? " traced here" : "")"
    }
    return trimmed(lines)
  }

  private static func trimmed(_ lines: [String]) -> String {
    lines.map { line in
      let end = line.lastIndex { $0 != " " }
      return end.map { String(line[...$0]) } ?? ""
    }.joined(separator: "\n") + "\n"
  }
}

/// `text` and spaces behind it up to `width`.
func padded(_ text: String, _ width: Int) -> String {
  text + String(repeating: " ", count: max(0, width - text.count))
}
