import Foundation

/// What strace 7.2, whose form is ours, prints otherwise than Debian's strace 6.1, which the tests compare with.
///
/// A rewrite turns the old form into the new one in strace's lines, so the new form is still compared. Where the new form tells
/// what the old one leaves out, `shared` reduces ours to what both tell. Both apply only where the installed strace is older
/// than the release that brought the new form.
struct Rewrite {
  /// The first release of strace that prints the new form, as far as is known.
  let since: [Int]
  /// In strace's lines; `$1` and so on keep parts.
  let old: String
  let new: String
  /// In ours, what becomes `new`; nil where it is that already.
  var shared: String?
  let reason: String

  static let all = [
    Rewrite(
      since: [6, 4], old: #"^(rseq\()(?:0x[0-9a-f]+), 0x20,"#, new: "$1AREA, 32,",
      shared: #"^(rseq\()(?:0x[0-9a-f]+|\{cpu_id_start=.*\}), 32,"#,
      reason: "the area of restartable sequences is shown, and its length in decimal"),
    Rewrite(
      since: [6, 4], old: #"(events=[A-Z|]+, )data=\{u32=\d+, u64=\d+\}"#, new: "$1data=DATA",
      shared: #"(events=[A-Z|]+, )data=(?:0x[0-9a-f]+|0)"#,
      reason: "what a program gives epoll is one number, in hexadecimal"),
    Rewrite(
      since: [6, 4], old: #"(\{nla_len=\d+, nla_type=)0x[0-9a-f]+ /\* IFLA_\?\?\? \*/\}, "[^"]*""#,
      new: "$1NEWER}, VALUE",
      shared: #"(\{nla_len=\d+, nla_type=)(?:0x[0-9a-f]+ /\* IFLA_\?\?\? \*/|"#
        + #"IFLA_(?:NETNS_IMMUTABLE|MAX_PACING_OFFLOAD_HORIZON|G[SR]O_IPV4_MAX_SIZE))\}, (?:"[^"]*"|[^\]"]*)"#,
      reason: "attributes of links that are newer have names"),
  ]

  /// strace's lines in the form of the newest, as far as release `version` tells enough.
  static func modernize(_ text: String, from version: String) -> String {
    newer(than: version).reduce(text) { $0.replacing(pattern: $1.old, with: $1.new) }
  }

  /// Our lines, reduced to what release `version` of strace tells too.
  static func reduce(_ text: String, to version: String) -> String {
    newer(than: version).reduce(text) { text, rewrite in
      rewrite.shared.map { text.replacing(pattern: $0, with: rewrite.new) } ?? text
    }
  }

  private static func newer(than version: String) -> [Rewrite] {
    let release = version.split(separator: ".").compactMap { Int($0) }
    return all.filter { release.lexicographicallyPrecedes($0.since) }
  }
}
