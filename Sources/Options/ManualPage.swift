/// The options of the manual page, as troff(1) reads them; see man-pages(7).
public enum ManualPage {
  private static let begin = ".\\\" Options begin: `make manual` writes them from Sources/Options."
  private static let end = ".\\\" Options end."

  /// A page with its options as they are declared now; nil when it has no place for them.
  public static func updated(_ page: String) -> String? {
    let lines = page.split(separator: "\n", omittingEmptySubsequences: false)
    guard let beginning = lines.firstIndex(where: { $0 == begin }), let ending = lines.firstIndex(where: { $0 == end }),
      beginning < ending
    else { return nil }
    return lines[...beginning].joined(separator: "\n") + "\n" + options + lines[ending...].joined(separator: "\n")
  }

  private static var options: String {
    Declaration.topics.map { title, options in
      ".SS \(title)\n" + options.map(entry).joined()
    }.joined()
  }

  private static func entry(_ option: Declaration) -> String {
    ".TP\n.B \(escaped(option.forms.joined(separator: ", ")))\n\(escaped(option.help))\n"
  }

  /// Hyphens that are typed, and backslashes; a line must not begin with a request.
  private static func escaped(_ text: String) -> String {
    var escaped = ""
    for character in text {
      switch character {
      case "-": escaped += "\\-"
      case "\\": escaped += "\\e"
      default: escaped.append(character)
      }
    }
    return escaped.hasPrefix(".") || escaped.hasPrefix("'") ? "\\&" + escaped : escaped
  }
}
