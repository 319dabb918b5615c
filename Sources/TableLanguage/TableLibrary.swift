/// The texts of `tables/`: what TableCompiler works from.
public struct TableSources {
  /// Path below `tables/`, and content.
  public var files: [String: [UInt8]]

  public init(files: [String: [UInt8]]) { self.files = files }

  func bytes(_ path: String) -> [UInt8] { files[path] ?? [] }
}

/// What came of a compilation.
public struct TableResult {
  /// Name below `generated/`, and content; empty when there are diagnostics.
  public var generated: [(name: String, bytes: [UInt8])]
  public var diagnostics: [Diagnostic]
}

/// Checks the tables and compiles them to the C data of `Sources/CSyscallTables/generated`.
///
/// Each machine has a folder there: what descriptions come to differs by its ABIs.
public func compileTables(_ sources: TableSources) -> TableResult {
  let (machines, problems) = machines(of: sources)
  var result = TableResult(generated: [], diagnostics: problems)
  var unused: [Diagnostic]?
  for machine in machines.all {
    let (compiler, errors, problems) = checkTables(sources, for: machine, among: machines)
    // Most mistakes are made on every machine.
    result.diagnostics += problems.filter { !result.diagnostics.contains($0) }
    let unusedHere = compiler.unused.map { item in
      Diagnostic(
        path: compiler.diagnostics.files[item.position.file], line: item.position.line, column: item.position.column,
        message: "\(item.name) is not used; if Swift uses it, write shared before it")
    }
    unused = unused?.filter(unusedHere.contains) ?? unusedHere
    guard result.diagnostics.isEmpty else { continue }
    var emitter = Emitter(
      output: compiler.output, numbers: compiler.numbers, machines: machines, machine: machine,
      constants: compiler.constants, errors: errors)
    result.generated += emitter.files().map { (name: "\(machine.name)/\($0.0)", bytes: $0.1) }
  }
  result.diagnostics += unused ?? []
  result.diagnostics.sort { ($0.path, $0.line, $0.column) < ($1.path, $1.line, $1.column) }
  if !result.diagnostics.isEmpty { result.generated = [] }
  return result
}

/// Tables without an error, to make examples of calls from.
package struct CheckedTables {
  let compiler: Compiler

  /// The tables of the machine that has an ABI.
  ///
  /// - Throws: `InvalidTables` when the tables have errors, or no such machine.
  package init(_ sources: TableSources, abi: String) throws(InvalidTables) {
    let (machines, problems) = machines(of: sources)
    guard let machine = machines.all.first(where: { $0.abis.contains { $0.name == abi } }) else {
      throw InvalidTables(diagnostics: problems)
    }
    let checked = checkTables(sources, for: machine, among: machines)
    if !checked.problems.isEmpty { throw InvalidTables(diagnostics: checked.problems) }
    compiler = checked.compiler
  }
}

/// Why tables cannot be used.
package struct InvalidTables: Error {
  package let diagnostics: [Diagnostic]
}

/// What the tables describe and what they don't, a fact a line.
public func tableCoverage(_ sources: TableSources) -> [String] {
  let machines = machines(of: sources).machines
  let coverage = machines.all.map { Coverage(checkTables(sources, for: $0, among: machines).compiler) }
  return coverage.flatMap(\.calls) + (coverage.first?.lines ?? [])
}

private func machines(of sources: TableSources) -> (machines: Machines, problems: [Diagnostic]) {
  var problems: [Diagnostic] = []
  let machines = Machines(abis: sources.bytes("abis.tsv"), machines: sources.bytes("machines.tsv")) {
    if let problem = Diagnostic($0) { problems.append(problem) }
  }
  if machines.all.isEmpty, problems.isEmpty {
    problems.append(Diagnostic(path: "tables/machines.tsv", line: 1, column: 1, message: "no machine"))
  }
  return (machines, problems)
}

/// The texts of errors by number.
private typealias ErrorTexts = [(number: Int, text: String)]

private func checkTables(
  _ sources: TableSources, for machine: Machine, among machines: Machines
) -> (compiler: Compiler, errors: ErrorTexts, problems: [Diagnostic]) {
  let diagnostics = Diagnostics()
  var problems: [Diagnostic] = []
  func report(_ message: String) {
    if let problem = Diagnostic(message) { problems.append(problem) }
  }
  var constants = constants(sources, for: machine, among: machines, report: report)
  let commands = Commands(
    sources.bytes("uapi/ioctls.tsv"), file: diagnostics.addFile("tables/uapi/ioctls.tsv"), constants: &constants,
    diagnostics: diagnostics)
  let wide = layouts(sources, of: machine.native, on: Base.wide, report: report)
  let narrow = layouts(sources, of: machine.compat, on: Base.narrow, report: report)
  var numbers = Numbers()
  let abis = sources.files.keys.filter { $0.hasPrefix("numbers/") && $0.hasSuffix(".tsv") }
    .map { String($0.dropFirst(8).dropLast(4)) }.filter { $0 != "common" }
  numbers.addCommon(sources.bytes("numbers/common.tsv"), report: report)
  let own = machine.abis.map(\.name)
  for abi in own + abis.filter({ !own.contains($0) }).sorted() where abis.contains(abi) {
    numbers.add(abi, sources.bytes("numbers/\(abi).tsv"), report: report)
  }
  numbers.index()
  var errors: ErrorTexts = []
  forEachRow(of: sources.bytes("uapi/errors.tsv")) { fields, line in
    guard fields.count == 2, let value = constants.value(text(fields[0])) else {
      return report("tables/uapi/errors.tsv:\(line):1: expected an error's name and its text")
    }
    errors.append((Int(clamping: value.wide), text(fields[1])))
  }
  var declarations = Declarations()
  for path in sources.files.keys.filter({ $0.hasPrefix("calls/") && $0.hasSuffix(".calls") }).sorted() {
    let file = diagnostics.addFile("tables/" + path)
    let page = String(path.dropFirst(6).dropLast(6)) + ".h"
    var parser = Parser(bytes: sources.bytes(path), file: file, page: page, diagnostics: diagnostics)
    parser.parse(into: &declarations)
  }
  let compiler = Compiler(
    declarations: declarations, constants: constants, wide: wide, narrow: narrow, numbers: numbers,
    machine: machine, commands: commands, diagnostics: diagnostics)
  compiler.compile()
  problems += diagnostics.all
  return (compiler, errors.sorted { $0.number < $1.number }, problems)
}

/// The ABIs whose values and layouts are in the tables whole; of others stands what differs from these.
enum Base {
  static let wide = "x86_64"
  static let narrow = "i386"
}

private func constants(
  _ sources: TableSources, for machine: Machine, among machines: Machines, report: (String) -> Void
) -> Constants {
  let names = Set(machines.abis.map(\.name))
  let more = sources.files.keys.filter { $0.hasPrefix("uapi/more") }.sorted()
  /// The ABI that a file's name ends with.
  func abiName(of path: String) -> String? {
    path.dropLast(4).split(separator: "-").last.map(String.init).flatMap { names.contains($0) ? $0 : nil }
  }
  var constants = Constants(
    base: sources.bytes("uapi/constants.tsv"),
    more: more.filter { abiName(of: $0) == nil }.flatMap { sources.bytes($0) },
    report: report)
  func differ(_ abi: String, _ word: WritableKeyPath<Constants.Value, Int64>) {
    let bytes =
      sources.bytes("uapi/constants-\(abi).tsv") + more.filter { abiName(of: $0) == abi }.flatMap { sources.bytes($0) }
    constants.differ(bytes, word, file: "constants-\(abi).tsv", report: report)
  }
  if machine.native.name != Base.wide { differ(machine.native.name, \.wide) }
  differ(Base.narrow, \.narrow)
  if machine.compat.name != Base.narrow { differ(machine.compat.name, \.narrow) }
  return constants
}

private func layouts(
  _ sources: TableSources, of abi: ABIDescription, on base: String, report: (String) -> Void
) -> Layouts {
  var layouts = Layouts(
    sources.bytes("uapi/structs-\(base).tsv") + sources.bytes("uapi/structs-removed-\(base).tsv"),
    file: "structs-\(base).tsv", report: report)
  let file = "structs-\(abi.name).tsv"
  if abi.name != base { layouts.differ(sources.bytes("uapi/" + file), file: file, report: report) }
  return layouts
}
