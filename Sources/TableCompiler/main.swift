// Compiles tables/ to Sources/CSyscallTables/generated.
//
//   TableCompiler [--check | --coverage] [REPOSITORY]
//
// --check writes nothing and fails when the generated files are not what the tables give.
// --coverage prints what the tables describe, what Swift decodes for them, and what is left.
import Foundation
import TableLanguage

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(1)
}

var check = false
var coverage = false
var root = FileManager.default.currentDirectoryPath
for argument in CommandLine.arguments.dropFirst() {
  if argument == "--check" {
    check = true
  } else if argument == "--coverage" {
    coverage = true
  } else if argument.hasPrefix("-") {
    fail("TableCompiler: no option \(argument): expected --check, --coverage or the repository's folder")
  } else {
    root = argument
  }
}

let tables = root + "/tables"
guard let names = FileManager.default.subpaths(atPath: tables) else {
  fail("TableCompiler: no folder \(tables): run it in the repository, or name the repository")
}
var files: [String: [UInt8]] = [:]
for name in names where name.hasSuffix(".tsv") || name.hasSuffix(".calls") {
  guard let data = FileManager.default.contents(atPath: tables + "/" + name) else {
    fail("TableCompiler: cannot read \(tables)/\(name)")
  }
  files[name] = Array(data)
}

if coverage {
  print(tableCoverage(TableSources(files: files)).joined(separator: "\n"))
  exit(0)
}

let result = compileTables(TableSources(files: files))
if !result.diagnostics.isEmpty {
  fail(result.diagnostics.map(\.description).joined(separator: "\n"))
}

let target = root + "/Sources/CSyscallTables/generated"
var stale: [String] = []
for (name, bytes) in result.generated {
  let path = target + "/" + name
  if FileManager.default.contents(atPath: path) == Data(bytes) { continue }
  stale.append(name)
  if check { continue }
  do {
    try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    fail("TableCompiler: cannot write \(path): \(error.localizedDescription)")
  }
}
if check, !stale.isEmpty {
  fail("TableCompiler: stale in \(target): \(stale.joined(separator: ", ")): run make tables")
}
