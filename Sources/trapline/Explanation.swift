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
    let row = Tables.call(call.call)
    let variant = row.variant64 != 0 ? row.variant64 : row.variant32 != 0 ? row.variant32 : row.variantx32
    guard call.call != 0, variant != 0 else {
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
      if Tables.type(field.type).kind == UInt8(TL_SET.rawValue) { commands = Tables.type(field.type).a }
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
    switch Int(type.kind) {
    case Int(TL_NONE.rawValue): return "nothing"
    case Int(TL_NUMBER.rawValue): return describeNumber(type)
    case Int(TL_SET.rawValue):
      if !sets.contains(type.a) { sets.append(type.a) }
      return TableString(Tables.set(type.a).name).description
    case Int(TL_REFER.rawValue): return describeReference(type, depth)
    case Int(TL_STRING.rawValue): return type.text == UInt8(TL_TEXT_PATH.rawValue) ? "path" : "string"
    case Int(TL_BUFFER.rawValue): return "\(type.flags & UInt8(TL_REFER_OUT) != 0 ? "out " : "")bytes"
    case Int(TL_CHARS.rawValue): return "characters"
    case Int(TL_STRUCT.rawValue): return "struct " + TableString(Tables.structure(type.a).name).description
    case Int(TL_ARRAY.rawValue), Int(TL_LIST.rawValue): return describe(type.a, depth: depth + 1) + "[]"
    case Int(TL_BITSET.rawValue): return "set of bits"
    case Int(TL_SELECT.rawValue): return "by command"
    case Int(TL_INOUT.rawValue): return "inout " + describe(type.a, depth: depth + 1)
    case Int(TL_VALUE.rawValue): return describe(type.b, depth: depth + 1)
    case Int(TL_WORDS.rawValue): return TableString(type.a).description
    default: return "decoded by its contents"
    }
  }

  private mutating func describeReference(_ type: tl_type, _ depth: Int) -> String {
    let isIn = type.flags & UInt8(TL_REFER_IN) != 0
    let isOut = type.flags & UInt8(TL_REFER_OUT) != 0
    let direction = isIn && isOut ? "inout" : isOut ? "out" : "in"
    return "\(direction) \(describe(isIn ? type.a : type.b, depth: depth + 1))"
  }

  private func describeNumber(_ type: tl_type) -> String {
    let sign = type.flags & UInt8(TL_SIGNED) != 0 ? "s" : "u"
    switch Int(type.style) {
    case Int(TL_DEC.rawValue): return type.width == 0 ? (sign == "s" ? "long" : "ulong") : "\(sign)\(type.width * 8)"
    case Int(TL_HEX.rawValue): return type.width == 0 ? "hex" : "hex \(type.width * 8)"
    case Int(TL_POINTER.rawValue): return "pointer"
    default: return Self.styles[Int(type.style)] ?? "number"
    }
  }

  private static let styles: [Int: String] = [
    Int(TL_OCT.rawValue): "octal", Int(TL_UMASK.rawValue): "mode", Int(TL_FD.rawValue): "fd",
    Int(TL_DIRFD.rawValue): "dirfd", Int(TL_PID.rawValue): "pid", Int(TL_TGID.rawValue): "tgid",
    Int(TL_PGID.rawValue): "pgid", Int(TL_SID.rawValue): "sid", Int(TL_UID.rawValue): "uid",
    Int(TL_GID.rawValue): "gid", Int(TL_FILE_MODE.rawValue): "file mode", Int(TL_DEVICE.rawValue): "device",
    Int(TL_SIGNAL.rawValue): "signal", Int(TL_ERRNO.rawValue): "errno", Int(TL_CLOCK.rawValue): "clock",
    Int(TL_SECONDS.rawValue): "seconds", Int(TL_NANOSECONDS.rawValue): "nanoseconds",
    Int(TL_IOCTL.rawValue): "ioctl command", Int(TL_SYSCALL.rawValue): "syscall number",
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
