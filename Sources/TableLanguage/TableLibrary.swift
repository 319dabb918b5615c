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
public func compileTables(_ sources: TableSources) -> TableResult {
  let (compiler, errors, problems) = checkTables(sources)
  guard problems.isEmpty else { return TableResult(generated: [], diagnostics: problems) }
  var emitter = Emitter(output: compiler.output, numbers: compiler.numbers, errors: errors)
  return TableResult(generated: emitter.files().map { (name: $0.0, bytes: $0.1) }, diagnostics: [])
}

/// Tables without an error, to make examples of calls from.
package struct CheckedTables {
  let compiler: Compiler

  /// - Throws: `InvalidTables` when the tables have errors.
  package init(_ sources: TableSources) throws(InvalidTables) {
    let checked = checkTables(sources)
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
  Coverage(checkTables(sources).compiler).lines
}

/// The texts of errors by number.
private typealias ErrorTexts = [(number: Int, text: String)]

private func checkTables(
  _ sources: TableSources
) -> (compiler: Compiler, errors: ErrorTexts, problems: [Diagnostic]) {
  let diagnostics = Diagnostics()
  var problems: [Diagnostic] = []
  func report(_ message: String) {
    let parts = message.split(separator: ":", maxSplits: 3).map(String.init)
    guard parts.count == 4, let line = Int(parts[1]), let column = Int(parts[2]) else { return }
    problems.append(
      Diagnostic(path: parts[0], line: line, column: column, message: String(parts[3].dropFirst())))
  }
  let more = sources.files.keys.filter { $0.hasPrefix("uapi/more") }.sorted()
  func isNarrow(_ path: String) -> Bool { path.hasSuffix("-i386.tsv") }
  var constants = Constants(
    base: sources.bytes("uapi/constants.tsv"),
    i386: sources.bytes("uapi/constants-i386.tsv") + more.filter(isNarrow).flatMap { sources.bytes($0) },
    more: more.filter { !isNarrow($0) }.flatMap { sources.bytes($0) }, report: report)
  let commands = Commands(
    sources.bytes("uapi/ioctls.tsv"), file: diagnostics.addFile("tables/uapi/ioctls.tsv"), constants: &constants,
    diagnostics: diagnostics)
  let wide = Layouts(
    sources.bytes("uapi/structs-x86_64.tsv") + sources.bytes("uapi/structs-removed-x86_64.tsv"),
    file: "structs-x86_64.tsv", report: report)
  let narrow = Layouts(
    sources.bytes("uapi/structs-i386.tsv") + sources.bytes("uapi/structs-removed-i386.tsv"),
    file: "structs-i386.tsv", report: report)
  var numbers = Numbers()
  let abis = sources.files.keys.filter { $0.hasPrefix("numbers/") && $0.hasSuffix(".tsv") }
    .map { String($0.dropFirst(8).dropLast(4)) }.filter { $0 != "common" }
  numbers.addCommon(sources.bytes("numbers/common.tsv"), report: report)
  for abi in Numbers.traced + abis.filter({ !Numbers.traced.contains($0) }).sorted() where abis.contains(abi) {
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
  let parsed = diagnostics.all.isEmpty
  let compiler = Compiler(
    declarations: declarations, constants: constants, wide: wide, narrow: narrow, numbers: numbers,
    commands: commands, diagnostics: diagnostics)
  compiler.compile(reportingUnused: parsed)
  problems += diagnostics.all
  return (compiler, errors.sorted { $0.number < $1.number }, problems)
}
