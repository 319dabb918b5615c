/// Writes the rows as the text that `Sources/CSyscallTables/tables.c` includes, one row a line.
struct Emitter {
  let output: Output
  let numbers: Numbers
  let machines: Machines
  let machine: Machine
  let constants: Constants
  /// Text of each error, by number.
  let errors: [(number: Int, text: String)]
  private var strings: Set<String>

  init(
    output: Output, numbers: Numbers, machines: Machines, machine: Machine, constants: Constants,
    errors: [(number: Int, text: String)]
  ) {
    (self.output, self.numbers, self.constants) = (output, numbers, constants)
    (self.machines, self.machine) = (machines, machine)
    self.errors = errors
    strings = output.strings
  }

  /// File name and content.
  mutating func files() -> [(String, [UInt8])] {
    var result: [(String, String)] = []
    result.append(("types.inc", pool(output.types, "T")))
    result.append(("steps.inc", pool(output.expressions, "E")))
    result.append(("lists.inc", pool(output.lists, "R")))
    result.append(("cases.inc", pool(output.cases, "G")))
    result.append(("wide.inc", pool(output.wide, "W")))
    result.append(("sets.inc", groups(output.sets)))
    result.append(("structs.inc", groups(output.structs)))
    result.append(("variants.inc", groups(output.variants)))
    result.append(("calls.inc", sorted(output.calls).map { $0 + "\n" }.joined()))
    result.append(
      (
        "shared.inc", output.sharedTypes.sorted { $0.key < $1.key }.map { "Y(\($0.key),\($0.value))\n" }.joined()
      ))
    result.append(("numbers.inc", numberRows()))
    result.append(("direct.inc", directRows()))
    let mark = "0x" + String(machine.marked?.mark ?? 0, radix: 16)
    result.append(
      ("machine.inc", "const uint32_t tl_machine_abi_count = \(machine.abis.count), tl_mark = \(mark);\n"))
    result.append(("errors.inc", errors.map { "[\($0.number)]=N(\(key($0.text))),\n" }.joined()))
    result.append(("strings.inc", stringRows()))
    return result.map { ($0.0, Array($0.1.utf8)) }
  }

  private func pool(_ pool: Output.Pool, _ macro: String) -> String {
    pool.rows.sorted { $0.key < $1.key }.map { "\(macro)(\($0.key),\($0.value))\n" }.joined()
  }

  private func groups(_ groups: [String: [String]]) -> String {
    sorted(groups).map { $0.joined(separator: "\n") + "\n" }.joined()
  }

  /// The values in the order of their names.
  private func sorted<Value>(_ values: [String: Value]) -> [Value] {
    values.sorted { $0.key < $1.key }.map(\.value)
  }

  private mutating func numberRows() -> String {
    let classes = numbers.classNames
    var text = ""
    for name in classes { text += "L(\(key(name)))\n" }
    for abi in numbers.abis {
      text += "ABI(\(key(abi.name)),\(identifier(abi.name)),\(abi.rows.count)\(description(abi.name)))\n"
      for row in abi.rows {
        let bits = row.classes.reduce(0) { $0 | 1 << (classes.firstIndex(of: $1) ?? 0) }
        let call = row.isNative ? "none" : Output.key(for: row.call)
        text += "M(\(key(row.name)),\(call),\(row.number),\(row.arguments),\(bits))\n"
      }
    }
    return text
  }

  /// What the row of an ABI says besides its calls: audit(7)'s architecture, the mark, sizes, and texts.
  private mutating func description(_ name: String) -> String {
    guard let abi = machines.abis.first(where: { $0.name == name }) else { return "" }
    let architecture = constants.value(abi.architecture)?.wide ?? 0
    let layout = machine.marked?.name == name ? "MARKED" : abi.wordSize == 8 ? "WIDE" : "NARROW"
    let items =
      [abi.mode, abi.designator, abi.filterName].map { $0.map { "N(\(key($0)))" } ?? "0" } + [
        "0x" + String(architecture, radix: 16), "0x" + String(abi.mark, radix: 16), "\(abi.wordSize)",
        "\(abi.registerSize)", "TL_\(layout)", abi.isBigEndian ? "1" : "0",
        "0x" + String(abi.firstPrivate, radix: 16), "\(abi.privatePlace)",
      ]
    return "," + items.joined(separator: ",")
  }

  /// For each ABI of the machine the row of every number, so that a look-up is one load.
  private func directRows() -> String {
    var text = ""
    for (role, abi) in [
      ("native", machine.native), ("compat", machine.hasCompat ? machine.compat : nil), ("marked", machine.marked),
    ] {
      text += "DIRECT(\(role))\n"
      for (index, row) in (numbers.abis.first { $0.name == abi?.name }?.rows ?? []).enumerated() {
        text += "[\(row.number)]=M_\(identifier(abi?.name ?? ""))+\(index),\n"
      }
      text += abi == nil ? "0};\n" : "};\n"
    }
    return text
  }

  private mutating func key(_ text: String) -> String {
    strings.insert(text)
    return Output.key(for: text)
  }

  private func identifier(_ name: String) -> String { name.split(separator: "-").joined(separator: "_") }

  private func stringRows() -> String {
    strings.sorted().map { string in
      let length = string.utf8.count
      let octal = String(length, radix: 8)
      let padded = String(repeating: "0", count: max(0, 3 - octal.count)) + octal
      var text = ""
      for byte in string.utf8 {
        if byte == 34 || byte == 92 { text += "\\" }
        // `??` begins a trigraph.
        if byte == 63 { text += "\\" }
        text.unicodeScalars.append(Unicode.Scalar(byte))
      }
      return "S(\(Output.key(for: string)),\"\\\(padded)\(text)\")\n"
    }.joined()
  }
}
