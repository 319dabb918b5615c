/// The commands of ioctl(2): `uapi/ioctls.tsv`.
struct Commands {
  /// A command and its number; nil where an ABI does not have it.
  struct Command {
    var name: String
    var wide: Int64?
    var narrow: Int64?
  }

  /// Commands that say something in their number: `EVIOCGBIT(evdev_ev, size)`.
  struct Family {
    var name: String
    var value: Int64
    var mask: Int64
    /// What stands in the parentheses: the bits of the mask's number field, by a set or as a number, and the size.
    var set: String?
    var showsNumber: Bool
    var showsSize: Bool
    var position: Position
  }

  private(set) var all: [Command] = []
  private(set) var families: [Family] = []

  /// Reads the file; constants that no header's file has are added to `constants`.
  init(_ bytes: [UInt8], file: Int, constants: inout Constants, diagnostics: Diagnostics) {
    forEachRow(of: bytes) { fields, line in
      let position = Position(file: file, line: line, column: 1)
      func fail(_ message: String) { diagnostics.report(position, message) }
      guard fields.count == 4 else { return fail("expected name, value, value on i386 or mask, header") }
      let name = text(fields[0])
      if let open = name.firstIndex(of: "(") {
        guard let value = parseInteger(fields[1]), let mask = parseInteger(fields[2]), name.hasSuffix(")") else {
          return fail("expected NAME(nr or a set, size), value, mask")
        }
        add(String(name[..<open]), name[name.index(after: open)...].dropLast(), value, mask, position)
        constants.add(String(name[..<open]), Constants.Value(value), header: "ioctls.tsv")
        return
      }
      guard !fields[1].isEmpty else {
        guard let known = constants.value(name) else { return fail("no value of \(name) here or in constants.tsv") }
        all.append(Command(name: name, wide: known.wide, narrow: known.narrow))
        return
      }
      let wide = parseInteger(fields[1])
      let narrow = fields[2].isEmpty ? wide : parseInteger(fields[2])
      guard let some = wide ?? narrow else { return fail("expected a value of \(name)") }
      all.append(Command(name: name, wide: wide, narrow: narrow))
      constants.add(name, Constants.Value(wide: wide ?? some, narrow: narrow ?? some), header: text(fields[3]))
    }
  }

  private mutating func add(_ name: String, _ shown: Substring, _ value: Int64, _ mask: Int64, _ position: Position) {
    var family = Family(
      name: name, value: value, mask: mask, set: nil, showsNumber: false, showsSize: false, position: position)
    for item in shown.split(separator: ",") {
      let word = item.drop { $0 == " " }
      if word == "size" {
        family.showsSize = true
      } else {
        family.showsNumber = true
        if word != "nr" { family.set = String(word) }
      }
    }
    families.append(family)
  }
}

extension Compiler {
  /// Makes the sets `ioctl_commands`, which may have several names of one value, and `ioctl_families`.
  func compileCommands() {
    func rows(_ value: (Commands.Command) -> Int64?) -> [String] {
      commands.all.compactMap { item in value(item).map { (item.name, $0) } }
        .sorted { (UInt64(bitPattern: $0.1), $0.0) < (UInt64(bitPattern: $1.1), $1.0) }
        .map { "V(\(output.key($0.0)),\(spelled($0.1)))" }
    }
    func rows(_ word: ABISet, _ value: (Commands.Command) -> Int64?) -> [String] {
      rows { here(word, $0.name).isEmpty ? nil : value($0) }
    }
    emit("ioctl_commands", rows(machine.wide, \.wide), rows(machine.narrow, \.narrow))
    let families = commands.families.map { family in
      let set = family.set.map { usedSet($0, family.position) } ?? "0"
      let shown = (family.showsNumber ? 1 : 0) | (family.showsSize ? 2 : 0)
      return "P(\(output.key(family.name)),\(spelled(family.value)),\(spelled(family.mask)),\(set),\(shown))"
    }
    emit("ioctl_families", families, families)
  }

  private func emit(_ name: String, _ wide: [String], _ narrow: [String]) {
    let same = wide == narrow
    let header = [
      name, "s_" + output.key(name), "0", "VALUES", "TL_HEX", "0", "\(wide.count)", same ? "0" : "\(wide.count)",
      "\(narrow.count)", "\(same ? wide.count : wide.count + narrow.count)",
    ]
    output.sets[name] = ["SET(\(header.joined(separator: ",")))"] + wide + (same ? [] : narrow)
  }
}
