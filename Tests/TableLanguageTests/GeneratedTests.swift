import Foundation
import TableLanguage
import Testing

/// The repository's own tables.
@Suite struct GeneratedTests {
  private static let root = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  private static func sources() throws -> TableSources {
    let folder = root.appendingPathComponent("tables").path
    var files: [String: [UInt8]] = [:]
    for name in try #require(FileManager.default.subpaths(atPath: folder))
    where name.hasSuffix(".tsv") || name.hasSuffix(".calls") {
      files[name] = Array(try #require(FileManager.default.contents(atPath: folder + "/" + name)))
    }
    return TableSources(files: files)
  }

  @Test func tablesCompileAndTheGeneratedFilesAreTheirs() throws {
    let result = compileTables(try Self.sources())
    #expect(result.diagnostics.map(\.description) == [])
    let folder = Self.root.appendingPathComponent("Sources/CSyscallTables/generated").path
    for (name, bytes) in result.generated {
      let there = FileManager.default.contents(atPath: folder + "/" + name)
      #expect(there == Data(bytes), "\(name) is stale: run make tables")
    }
    let known = Set(result.generated.map(\.name))
    let there = try #require(FileManager.default.subpaths(atPath: folder)).filter { $0.hasSuffix(".inc") }
    let left = Set(there).subtracting(known)
    #expect(left.isEmpty, "files that no table gives")
  }
}
