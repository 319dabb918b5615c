import Foundation
import Testing

/// Runs of `trapline-report`, and the traces that they are of.
enum Reports {
  /// A trace of `command` in a directory of its own, with paths and children. It ends as it should.
  static func trace(_ place: TemporaryDirectory, _ command: [String], end: Outcome.End = .exited(0)) throws -> URL {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let log = place.url.appendingPathComponent("log.jsonl")
    let outcome = Run(directory: try place.fresh("work"))([trapline, "-f", "-yy", "--json", "-o", log.path] + command)
    #expect(outcome.end == end, "\(outcome.errors)")
    return log
  }

  static func report(_ place: TemporaryDirectory, _ arguments: [String]) throws -> Outcome {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let report = URL(fileURLWithPath: trapline).deletingLastPathComponent().appendingPathComponent("trapline-report")
      .path
    try #require(Machine.isExecutable(report), "trapline-report is not built")
    return Run(directory: place.url)([report] + arguments)
  }

  /// What a page's script shows.
  static func data(of html: String) throws -> [String: Any] {
    let data = try #require(html.range(of: #"id="data">"#)).upperBound
    let end = try #require(html.range(of: "</script>", range: data..<html.endIndex)).lowerBound
    let object = try JSONSerialization.jsonObject(with: Data(html[data..<end].utf8))
    return try #require(object as? [String: Any])
  }
}
