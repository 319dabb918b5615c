// Writes the declared options into a manual page: `ManualCompiler docs/trapline.1`.
import Foundation
import Options

func fail(_ message: String) -> Never {
  FileHandle.standardError.write(Data("ManualCompiler: \(message)\n".utf8))
  exit(1)
}

guard CommandLine.arguments.count == 2 else { fail("give the page's file") }
let path = CommandLine.arguments[1]
do {
  let page = try String(contentsOfFile: path, encoding: .utf8)
  guard let updated = ManualPage.updated(page) else { fail("\(path) has no place for options") }
  if updated != page { try updated.write(toFile: path, atomically: true, encoding: .utf8) }
} catch {
  fail("\(path): \(error.localizedDescription)")
}
