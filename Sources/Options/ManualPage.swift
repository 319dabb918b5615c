/// The options of the manual page, as troff(1) reads them; see man-pages(7).
public enum ManualPage {
  private static let begin = ".\\\" Options begin: `make manual` writes them from Sources/Options.\n"
  private static let end = ".\\\" Options end.\n"

  /// A page with its options as they are declared now; nil when it has no place for them.
  public static func updated(_ page: String) -> String? {
    guard let beginning = page.firstRange(of: begin), let ending = page.firstRange(of: end),
      beginning.upperBound <= ending.lowerBound
    else { return nil }
    return page[..<beginning.upperBound] + options + page[ending.lowerBound...]
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
