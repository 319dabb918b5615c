import Decoding
import SyscallTables

/// What the row of a call in a table is headed by.
enum CallName: Equatable {
  case named(TableString)
  /// The number of a call that has no name.
  case number(UInt64)
  /// Calls without a name, of more numbers than are kept apart.
  case others

  var text: String {
    switch self {
    case .named(let name): name.description
    case .number(let number): "syscall_0x\(String(number, radix: 16))"
    case .others: "syscall_(others)"
    }
  }
}

/// The rows of calls that have no name, by their numbers, in the order in which they came. A program can make up as many
/// numbers as it likes: so many are kept apart.
struct UnnamedCalls {
  static let most = 1024
  private var rows: [UInt64: Int] = [:]

  mutating func row(of number: UInt64) -> (row: Int, name: CallName) {
    if let row = rows[number] { return (row, .number(number)) }
    guard rows.count < Self.most else { return (Self.most, .others) }
    rows[number] = rows.count
    return (rows.count - 1, .number(number))
  }
}
