import Foundation
import Testing

/// What one option does: something that holds of a run with it, and not of the same run without it.
struct OptionCase: CustomTestStringConvertible, Sendable {
  /// What a run came to: the command's own output, standard error, and the trace in the file of `-o`.
  struct Result {
    var outcome: Outcome
    var log: String
    var files: [String]

    var output: String { outcome.output }
    var errors: String { outcome.errors }
    var lines: [Substring] { log.split(separator: "\n") }

    func hasLine(_ pattern: String) -> Bool {
      lines.contains { $0.range(of: pattern, options: .regularExpression) != nil }
    }
    func errorsMatch(_ pattern: String) -> Bool { errors.range(of: pattern, options: .regularExpression) != nil }
  }

  /// The options, the one that is meant first.
  var options: [String]
  /// Options in both runs.
  var beside: [String]
  var command: [String]
  /// Whether the trace goes to a file; else to standard error.
  var toFile: Bool
  var holds: @Sendable (Result) -> Bool

  init(
    _ options: [String], beside: [String] = [], toFile: Bool = true, _ command: [String],
    _ holds: @escaping @Sendable (Result) -> Bool
  ) {
    self.options = options
    self.beside = beside
    self.command = command
    self.toFile = toFile
    self.holds = holds
  }

  static let all = starting + filtering + showing + counting + named + decoding

  var testDescription: String { (options + beside).joined(separator: " ") }

  func run(with: Bool, by trapline: String, in place: URL) throws -> Result {
    try Data("some text\n".utf8).write(to: place.appendingPathComponent("file"))
    if toFile { try Data("an old line\n".utf8).write(to: place.appendingPathComponent("log")) }
    let output = toFile ? ["-o", "log"] : []
    let outcome = Run(directory: place, limit: 20)([trapline] + output + beside + (with ? options : []) + command)
    let log = (try? String(contentsOf: place.appendingPathComponent("log"), encoding: .utf8)) ?? ""
    let files = try FileManager.default.contentsOfDirectory(atPath: place.path)
    return Result(outcome: outcome, log: log, files: files)
  }
}

/// A shell's command line as a command.
func shell(_ line: String) -> [String] { ["/bin/sh", "-c", line] }
