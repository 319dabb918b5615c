import Foundation

/// What strace 7.2, whose form is ours, prints otherwise than Debian's strace 6.1, which the tests compare with.
///
/// A rewrite turns the old form into the new one in strace's lines, so the new form is still compared. It applies only
/// where the installed strace is older than the release that brought it.
struct Rewrite {
  /// The first release of strace that prints the new form.
  let since: [Int]
  let pattern: String
  let replacement: String
  let reason: String

  static let all: [Rewrite] = []

  /// The lines of strace `version` in the form of the newest.
  static func modernize(_ text: String, from version: String) -> String {
    let release = version.split(separator: ".").compactMap { Int($0) }
    return all.filter { release.lexicographicallyPrecedes($0.since) }
      .reduce(text) { $0.replacing(pattern: $1.pattern, with: $1.replacement) }
  }
}
