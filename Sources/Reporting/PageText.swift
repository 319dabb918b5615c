/// Texts inside a page.
enum PageText {
  /// A string of JSON that may stand inside a `<script>` of a page: nothing in it ends that, whatever the text is.
  static func json(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}":
        let digits = String(scalar.value, radix: 16)
        out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }

  /// A page's template with the data of its script in the one place for it.
  static func filled(_ template: String, with data: String) -> String {
    let parts = template.split(separator: "@DATA@", maxSplits: 1, omittingEmptySubsequences: false)
    return parts.joined(separator: data)
  }

  static func json(_ text: String, most: Int) -> String { json(shortened(text, most)) }

  static func list(_ items: some Sequence<String>) -> String { "[" + items.joined(separator: ",") + "]" }

  private static func shortened(_ text: String, _ most: Int) -> String {
    // Counted in scalars: a hostile name may be one character of any length.
    let scalars = text.unicodeScalars
    if scalars.count <= most { return text }
    let half = most / 2
    return String(scalars.prefix(half)) + "…" + String(scalars.suffix(half))
  }
}
