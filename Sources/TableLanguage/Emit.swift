/// Writes the rows as the text that `Sources/CSyscallTables/tables.c` includes, one row a line.
struct Emitter {
  let output: Output
  let numbers: Numbers
  /// Text of each error, by number.
  let errors: [(number: Int, text: String)]
  private var strings: Set<String>

  init(output: Output, numbers: Numbers, errors: [(number: Int, text: String)]) {
    self.output = output
    self.numbers = numbers
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
      text += "ABI(\(key(abi.name)),\(identifier(abi.name)),\(abi.rows.count))\n"
      for row in abi.rows {
        let bits = row.classes.reduce(0) { $0 | 1 << (classes.firstIndex(of: $1) ?? 0) }
        let call = row.isNative ? "none" : Output.key(for: row.call)
        text += "M(\(key(row.name)),\(call),\(row.number),\(row.arguments),\(bits))\n"
      }
    }
    return text
  }

  /// For each traced ABI the row of every number, so that a look-up is one load.
  private func directRows() -> String {
    var text = ""
    for abi in numbers.abis where Numbers.traced.contains(abi.name) {
      let label = identifier(abi.name)
      text += "DIRECT(\(label))\n"
      for (index, row) in abi.rows.enumerated() { text += "[\(row.number)]=M_\(label)+\(index),\n" }
      text += "};\n"
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
