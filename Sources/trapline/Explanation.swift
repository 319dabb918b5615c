import CSyscallTables
import CTableFormat
import Options
import SyscallTables

/// What the tables know of a call, for `--explain`.
struct Explanation {
  private let name: String
  private let call: SyscallNumber
  /// The sets that its arguments name constants of, in the order of their first appearance.
  private var sets: [UInt32] = []
  private var lines: [String] = []

  /// - Throws: `UsageError` when no ABI that is traced here has a call of that name.
  init(of name: String) throws(UsageError) {
    guard let call = ABI.allCases.lazy.compactMap({ SyscallNumber.named(name, abi: $0) }).first else {
      let names = ABI.allCases.lazy.flatMap { SyscallNumber.all(of: $0) }.map(\.name.description)
      throw UsageError(
        "invalid system call '\(name)'", advice: didYouMean(name, among: names, or: "--list=syscalls shows them"))
    }
    self.name = name
    self.call = call
  }

  var text: String {
    mutating get {
      lines = []
      sets = []
      explainPrototype()
      explainNumbers()
      let classes = call.classes.filterNames
      lines.append("")
      lines.append("classes   \(classes.isEmpty ? "none" : classes.joined(separator: " "))")
      let page = TableString(Tables.call(call.call).page).description
      if call.call != 0, !page.isEmpty { lines.append("header    <\(page)>") }
      lines.append("manual    man 2 \(name)")
      explainSets()
      return lines.joined(separator: "\n") + "\n"
    }
  }

  // MARK: Arguments

  private mutating func explainPrototype() {
    guard call.call != 0, let variant = Tables.call(call.call).variants.first else {
      lines.append("\(name)(\(call.argumentCount) arguments)")
      return
    }
    explain(variant, before: "\(name)(", indent: 0, commands: 0)
  }

  /// A call's arguments, and below them those of each command. `commands` is the set that names the commands, or 0.
  private mutating func explain(_ index: UInt32, before beginning: String, indent: Int, commands: UInt32) {
    let variant = Tables.variant(index)
    var commands = commands
    let arguments = (0..<variant.argument_count).map { number -> String in
      let field = Tables.field(variant.first_argument + number)
      if Tables.type(field.type).kind == .set { commands = Tables.type(field.type).constants.set }
      let name = field.name == 0 ? "_" : TableString(field.name).description
      return "\(name): \(describe(field.type))\(field.condition == 0 ? "" : " (not always)")"
    }
    let result = variant.result == 0 ? "" : " -> \(describe(variant.result))"
    let end = variant.case_count == 0 ? ")" : ""
    let pad = String(repeating: " ", count: indent)
    lines.append(pad + beginning + arguments.joined(separator: ", ") + end + result)
    for selection in 0..<variant.case_count {
      let row = Tables.selection(variant.first_case + selection)
      let name = constantName(row.value, of: commands)
      explain(row.target, before: "\(name): … ", indent: indent + 2, commands: commands)
    }
    if variant.otherwise != 0 {
      explain(variant.otherwise, before: "otherwise: … ", indent: indent + 2, commands: commands)
    }
  }

  private func constantName(_ value: Int64, of set: UInt32) -> String {
    guard set != 0, let name = ConstantSet(index: set).name(of: UInt64(bitPattern: value), wordSize: 8) else {
      return "\(value)"
    }
    return name.description
  }

  private mutating func describe(_ index: UInt32, depth: Int = 0) -> String {
    let type = Tables.type(index)
    guard depth < 8 else { return "…" }
    switch type.kind {
    case .none: return "nothing"
    case .number: return describeNumber(type)
    case .set:
      if !sets.contains(type.constants.set) { sets.append(type.constants.set) }
      return TableString(Tables.set(type.constants.set).name).description
    case .reference: return describeReference(type, depth)
    case .string: return type.text == .path ? "path" : "string"
    case .buffer: return "\(type.referenceFlags.contains(.out) ? "out " : "")bytes"
    case .characters: return "characters"
    case .structure: return "struct " + TableString(Tables.structure(type.structure.row).name).description
    case .array, .list: return describe(type.array.element, depth: depth + 1) + "[]"
    case .bitSet: return "set of bits"
    case .select: return "by command"
    case .inOut: return "inout " + describe(type.inOut.type, depth: depth + 1)
    case .computed: return describe(type.computed.type, depth: depth + 1)
    case .literal: return TableString(type.literal.text).description
    case .custom, .records, .within, .changed: return "decoded by its contents"
    }
  }

  private mutating func describeReference(_ type: tl_type, _ depth: Int) -> String {
    let isIn = type.referenceFlags.contains(.in)
    let isOut = type.referenceFlags.contains(.out)
    let direction = isIn && isOut ? "inout" : isOut ? "out" : "in"
    return "\(direction) \(describe(isIn ? type.reference.entry : type.reference.exit, depth: depth + 1))"
  }

  private func describeNumber(_ type: tl_type) -> String {
    let sign = type.scalarFlags.contains(.signed) ? "s" : "u"
    switch type.style {
    case .decimal, .moved: return type.width == 0 ? (sign == "s" ? "long" : "ulong") : "\(sign)\(type.width * 8)"
    case .hexadecimal: return type.width == 0 ? "hex" : "hex \(type.width * 8)"
    case .pointer: return "pointer"
    default: return Self.styles[type.style] ?? "number"
    }
  }

  private static let styles: [ScalarStyle: String] = [
    .octal: "octal", .umask: "mode", .fd: "fd",
    .dirfd: "dirfd", .pid: "pid", .tgid: "tgid",
    .pgid: "pgid", .sid: "sid", .uid: "uid",
    .gid: "gid", .fileMode: "file mode", .device: "device",
    .signal: "signal", .errno: "errno", .clock: "clock",
    .seconds: "seconds", .nanoseconds: "nanoseconds",
    .ioctl: "ioctl command", .syscall: "syscall number",
  ]

  // MARK: Numbers and constants

  private mutating func explainNumbers() {
    var groups: [(number: UInt16, abis: [String])] = []
    for index in 0..<tl_abi_count {
      let abi = tl_abi_at(index)
      for row in abi.first..<abi.first + abi.count where TableString(Tables.number(row).name).matches(name) {
        let number = Tables.number(row).number
        let abiName = TableString(abi.name).description
        if let known = groups.firstIndex(where: { $0.number == number }) {
          groups[known].abis.append(abiName)
        } else {
          groups.append((number, [abiName]))
        }
        break
      }
    }
    lines.append("")
    for (index, group) in groups.enumerated() {
      lines.append("\(index == 0 ? "numbers   " : "          ")\(group.number) \(group.abis.joined(separator: " "))")
    }
  }

  private mutating func explainSets() {
    for set in sets {
      let names = ConstantSet(index: set).entries(wordSize: 8)
        .filter { Tables.entry($0).name != 0 }
        .map { TableString(Tables.entry($0).name).description }
      guard !names.isEmpty else { continue }
      lines.append("")
      lines.append(TableString(Tables.set(set).name).description)
      lines += wrapped(names)
    }
  }

  /// The names in lines of at most 100 columns.
  private func wrapped(_ names: [String]) -> [String] {
    var lines: [String] = []
    var line = " "
    for name in names {
      if line.utf8.count + name.utf8.count + 1 > 100 {
        lines.append(line)
        line = " "
      }
      line += " " + name
    }
    return lines + [line]
  }
}
