// Compiles tables/ to Sources/CSyscallTables/generated.
//
//   TableCompiler [--check | --coverage | --format | --check-format] [REPOSITORY]
//
// --check writes nothing and fails when the generated files are not what the tables give.
// --coverage prints what the tables describe, what Swift decodes for them, and what is left.
// --format lays out the descriptions; --check-format writes nothing and fails when a file is not laid out so.
import Foundation
import TableLanguage

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data((message + "\n").utf8))
  exit(1)
}

enum Task: String {
  case compile
  case check = "--check"
  case coverage = "--coverage"
  case format = "--format"
  case checkFormat = "--check-format"
}

var task = Task.compile
var root = FileManager.default.currentDirectoryPath
for argument in CommandLine.arguments.dropFirst() {
  if argument.hasPrefix("-") {
    guard let named = Task(rawValue: argument) else {
      fail(
        "TableCompiler: no option \(argument): expected --check, --coverage, --format, --check-format or the repository's folder"
      )
    }
    task = named
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

func write(_ bytes: [UInt8], to path: String) {
  do {
    try Data(bytes).write(to: URL(fileURLWithPath: path), options: .atomic)
  } catch {
    fail("TableCompiler: cannot write \(path): \(error.localizedDescription)")
  }
}

if task == .format || task == .checkFormat {
  let changed = files.filter { $0.key.hasSuffix(".calls") }.sorted { $0.key < $1.key }
    .map { (name: $0.key, old: $0.value, new: TableFormatter.format($0.value)) }.filter { $0.old != $0.new }
  if task == .checkFormat, !changed.isEmpty {
    fail("TableCompiler: not laid out: \(changed.map { "tables/" + $0.name }.joined(separator: ", ")): run make format")
  }
  for file in changed { write(file.new, to: tables + "/" + file.name) }
  exit(0)
}

if task == .coverage {
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
  if task == .check { continue }
  do {
    try FileManager.default.createDirectory(
      at: URL(fileURLWithPath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
  } catch {
    fail("TableCompiler: cannot make the folder of \(path): \(error.localizedDescription)")
  }
  write(bytes, to: path)
}
if task == .check, !stale.isEmpty {
  fail("TableCompiler: stale in \(target): \(stale.joined(separator: ", ")): run make tables")
}
