/// An ABI of Linux: a row of `tables/abis.tsv`.
struct ABIDescription {
  var name: String
  var wordSize: Int
  var registerSize: Int
  var isBigEndian: Bool
  /// The constant by which audit(7) and seccomp(2) know it.
  var architecture: String
  /// What marks the numbers of its calls.
  var mark: Int
  /// What lines call the mode of a thread of it; nil for an ABI of no machine that Trapline runs on.
  var mode: String?
  /// What stands behind an `@` in expressions.
  var designator: String?
  /// libseccomp's name.
  var filterName: String?
  /// To how many bytes a number of 64 bits is aligned in structures.
  var alignment: Int
  /// Whether the registers of a number that takes two begin with an even one.
  var pairsAreEven: Bool
  /// Where the numbers of its own calls begin, and as which they stand in its table; 0: it has none.
  var firstPrivate: Int
  var privatePlace: Int

  fileprivate init?(_ fields: [String]) {
    func optional(_ text: String) -> String? { text == "-" ? nil : text }
    guard fields.count == 13, let word = Int(fields[1]), let register = Int(fields[2]), let alignment = Int(fields[9]),
      let mark = parseInteger(ArraySlice(fields[5].utf8)), let first = parseInteger(ArraySlice(fields[11].utf8)),
      let place = Int(fields[12]), word == 4 || word == 8, register >= word
    else { return nil }
    name = fields[0]
    wordSize = word
    registerSize = register
    isBigEndian = fields[3] == "big"
    architecture = fields[4]
    self.mark = Int(mark)
    mode = optional(fields[6])
    designator = optional(fields[7])
    filterName = optional(fields[8])
    self.alignment = alignment
    pairsAreEven = fields[10] == "even"
    (firstPrivate, privatePlace) = (Int(first), place)
  }
}

/// A machine that a tracer runs on, and the ABIs that it meets there: a row of `tables/machines.tsv`.
struct Machine {
  var name: String
  /// The machine's own.
  var native: ABIDescription
  /// That of 32-bit programs, which call by a gate of their own; on a machine without one, one that is like its would be.
  var compat: ABIDescription
  var hasCompat = true
  /// One that goes by the native one's gate, with a mark in the numbers of its calls.
  var marked: ABIDescription?

  var abis: [ABIDescription] { [native] + (hasCompat ? [compat] : []) + (marked.map { [$0] } ?? []) }

  /// Where words have 64 bits in structures.
  var wide: ABISet { bit(native).union(marked.map(bit) ?? []) }
  var narrow: ABISet { hasCompat ? bit(compat) : [] }
  var all: ABISet { wide.union(narrow) }

  func bit(_ abi: ABIDescription) -> ABISet { ABISet.words.first { $0.0 == abi.name }?.1 ?? [] }

  /// The bits by which the compiled tables know ABIs of this machine: 0 for all of them.
  func roles(_ abis: ABISet) -> Int {
    if abis.isSuperset(of: all) { return 0 }
    return self.abis.enumerated().reduce(0) { abis.contains(bit($1.element)) ? $0 | 1 << $1.offset : $0 }
  }
}

/// What the tables say of machines: `abis.tsv`, `machines.tsv`.
struct Machines {
  private(set) var abis: [ABIDescription] = []
  private(set) var all: [Machine] = []

  init(abis: [UInt8], machines: [UInt8], report: (String) -> Void) {
    forEachRow(of: abis) { fields, line in
      guard let abi = ABIDescription(fields.map { text($0) }) else {
        return report("tables/abis.tsv:\(line):1: expected the thirteen columns that the first lines name")
      }
      self.abis.append(abi)
    }
    forEachRow(of: machines) { fields, line in
      let names = fields.map { text($0) }
      func named(_ column: Int) -> ABIDescription? { self.abis.first { $0.name == names[column] } }
      guard names.count == 4, let native = named(1), let narrow = self.abis.first(where: { $0.name == Base.narrow }),
        names[2] == "-" || named(2) != nil, names[3] == "-" || named(3) != nil
      else { return report("tables/machines.tsv:\(line):1: expected a machine and its ABIs, as abis.tsv has them") }
      let machine = Machine(
        name: names[0], native: native, compat: named(2) ?? narrow, hasCompat: named(2) != nil, marked: named(3))
      for abi in machine.abis where machine.bit(abi).isEmpty || abi.mode == nil || abi.designator == nil {
        report("tables/machines.tsv:\(line):1: \(abi.name) has no mode, no designator, or no word of the language")
      }
      all.append(machine)
    }
  }
}
