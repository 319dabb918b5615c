import Foundation

/// The Python of `.build/venv`, with the packages that `make setup` installs for the tests (fixtures/requirements.txt).
public enum PythonEnvironment {
  /// Why there is none.
  public struct Missing: Error, CustomStringConvertible {
    public let description: String
    /// The machine reaches no package index: no fault of the checkout, so a test that needs one is skipped.
    public let isOffline: Bool
  }

  /// The top of the checkout.
  public static let project = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// The interpreter; throws ``Missing``.
  public static func interpreter() throws -> URL {
    let build = project.appending(path: ".build")
    let python = build.appending(path: "venv/bin/python3")
    if FileManager.default.fileExists(atPath: build.appending(path: "venv/installed").path) { return python }
    guard let log = try? String(contentsOf: build.appending(path: "venv.missing"), encoding: .utf8) else {
      throw Missing(description: ".build/venv is not there: run `make setup`", isOffline: false)
    }
    // What is said where no index is reached, or nothing to reach it with is installed.
    let signs = [
      "NewConnectionError", "ConnectionError", "ProxyError", "Max retries exceeded", "timed out", "name resolution",
      "Network is unreachable", "Could not find a version", "ensurepip is not available", "python3: not found",
    ]
    let last = log.split(separator: "\n").last.map(String.init) ?? "no reason given"
    throw Missing(description: "no packages from PyPI: \(last)", isOffline: signs.contains { log.contains($0) })
  }

  /// What a program in Python writes to its standard output, and behind it what to its standard error.
  public static func run(_ arguments: [String]) throws -> (status: Int32, output: String) {
    let process = Process()
    process.executableURL = try interpreter()
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    process.standardInput = FileHandle.nullDevice
    process.environment = ["PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "HOME": NSTemporaryDirectory()]
    try process.run()
    let said = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: said, as: UTF8.self))
  }

  /// What a validator of JSON Schema says about a trace; empty when every line is as docs/trace.schema.json says.
  public static func complaints(about trace: URL) throws -> String {
    let schema = project.appending(path: "docs/trace.schema.json").path
    let script = project.appending(path: "fixtures/validate.py").path
    return try run([script, schema, trace.path]).output
  }
}
