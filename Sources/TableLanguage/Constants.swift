/// The kernel's constants on one machine: `uapi/constants.tsv`, where its ABIs differ from that, and `more*.tsv`.
struct Constants {
  /// A value on 64-bit and on 32-bit ABIs.
  struct Value: Equatable {
    var wide: Int64
    var narrow: Int64

    init(_ value: Int64) { (wide, narrow) = (value, value) }
    init(wide: Int64, narrow: Int64) { (self.wide, self.narrow) = (wide, narrow) }
  }

  private struct Row {
    var header: Int32
    var value: Value
    /// The next row of the same name, or -1.
    var next: Int32
  }

  private var rows: [Row] = []
  private var firstRow: [String: Int32] = [:]
  private var headers: [String] = []
  private var headerIndex: [String: Int32] = [:]
  private var sortedNames: [String]?

  /// Names that no header has for an ABI's words of 64 or of 32 bits.
  private(set) var absentWide: Set<String> = []
  private(set) var absentNarrow: Set<String> = []

  init(base: [UInt8], more: [UInt8], report: (String) -> Void) {
    firstRow.reserveCapacity(60_000)
    rows.reserveCapacity(60_000)
    add(base, file: "constants.tsv", report)
    add(more, file: "more.tsv", report)
  }

  /// Takes the values that an ABI has others of: `constants-ABI.tsv`. `-` in a value's place: the ABI has no such name.
  mutating func differ(
    _ bytes: [UInt8], _ word: WritableKeyPath<Value, Int64>, file: String, report: (String) -> Void
  ) {
    var others: [String: [(Int32, Int64)]] = [:]
    var absent: Set<String> = []
    forEachRow(of: bytes) { fields, line in
      if fields.count == 3, fields[1].elementsEqual("-".utf8) {
        absent.insert(text(fields[0]))
      } else if fields.count == 3, let value = parseInteger(fields[1]) {
        others[text(fields[0]), default: []].append((header(fields[2]), value))
      } else {
        report("tables/uapi/\(file):\(line):1: expected name, value, header")
      }
    }
    if word == \.wide { absentWide.formUnion(absent) } else { absentNarrow.formUnion(absent) }
    for (name, values) in others {
      for (header, value) in values {
        var row = firstRow[name] ?? -1
        if row < 0 {
          firstRow[name] = Int32(rows.count)
          rows.append(Row(header: header, value: Value(value), next: -1))
          continue
        }
        while row >= 0 {
          // A header of the C library repeats one of the kernel's, whose row has been left out as a duplicate.
          if rows[Int(row)].header == header || values.count == 1 { rows[Int(row)].value[keyPath: word] = value }
          row = rows[Int(row)].next
        }
      }
    }
  }

  private mutating func header(_ bytes: ArraySlice<UInt8>) -> Int32 {
    let name = text(bytes)
    if let index = headerIndex[name] { return index }
    headers.append(name)
    headerIndex[name] = Int32(headers.count - 1)
    return Int32(headers.count - 1)
  }

  private mutating func add(_ bytes: [UInt8], file: String, _ report: (String) -> Void) {
    var lastHeader: (ArraySlice<UInt8>, Int32)?
    forEachRow(of: bytes) { fields, line in
      guard fields.count == 3, let value = parseInteger(fields[1]) else {
        report("tables/uapi/\(file):\(line):1: expected name, value, header")
        return
      }
      let index: Int32
      if let last = lastHeader, last.0 == fields[2] { index = last.1 } else { index = header(fields[2]) }
      lastHeader = (fields[2], index)
      let name = text(fields[0])
      let row = Row(header: index, value: Value(value), next: -1)
      let new = Int32(rows.count)
      if let first = firstRow[name] {
        insert(row, new, among: first, name)
      } else {
        firstRow[name] = new
        rows.append(row)
      }
    }
  }

  /// Adds a constant that no file of constants has; one that is known keeps its value.
  mutating func add(_ name: String, _ value: Value, header: String) {
    guard firstRow[name] == nil else { return }
    firstRow[name] = Int32(rows.count)
    rows.append(Row(header: self.header(ArraySlice(header.utf8)), value: value, next: -1))
    sortedNames = nil
  }

  /// Keeps the rows of one name in the order in which headers are preferred.
  private mutating func insert(_ row: Row, _ new: Int32, among first: Int32, _ name: String) {
    let rank = Self.rank(headers[Int(row.header)])
    rows.append(row)
    if rank < Self.rank(headers[Int(rows[Int(first)].header)]) {
      rows[Int(new)].next = first
      firstRow[name] = new
      return
    }
    var at = first
    while rows[Int(at)].next >= 0, Self.rank(headers[Int(rows[Int(rows[Int(at)].next)].header)]) <= rank {
      at = rows[Int(at)].next
    }
    rows[Int(new)].next = rows[Int(at)].next
    rows[Int(at)].next = new
  }

  /// Which header is believed when several define a name: the interface's own before a driver's, the kernel's before
  /// the C library's; least first.
  static func rank(_ header: String) -> Int {
    if header.hasPrefix("asm/") { return 0 }
    if header.hasPrefix("asm-generic/") { return 1 }
    if header.hasPrefix("linux/") { return header.utf8.filter { $0 == 47 }.count == 1 ? 2 : 3 }
    return header.hasPrefix("glibc:") ? 5 : 4
  }

  /// The value of `name`, or of `name` in `header`; nil when there is none.
  func value(_ name: String, from header: String? = nil) -> Value? {
    guard var row = firstRow[name] else { return nil }
    guard let header else { return rows[Int(row)].value }
    while row >= 0 {
      if headers[Int(rows[Int(row)].header)] == header { return rows[Int(row)].value }
      row = rows[Int(row)].next
    }
    return nil
  }

  var names: some Sequence<String> { firstRow.keys }

  func hasHeader(_ name: String) -> Bool { headerIndex[name] != nil }
  var headerNames: [String] { headers }

  /// All names that begin with `prefix`, in no order.
  mutating func names(withPrefix prefix: String) -> [String] {
    let sorted = sortedNames ?? firstRow.keys.sorted()
    sortedNames = sorted
    var low = 0
    var high = sorted.count
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < prefix { low = middle + 1 } else { high = middle }
    }
    return Array(sorted[low...].prefix { $0.hasPrefix(prefix) })
  }
}
