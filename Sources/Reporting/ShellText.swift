/// Text that a POSIX shell reads back as it was, and a terminal shows without obeying it.
enum ShellText {
  static func line(_ words: [String]) -> String { words.map(word).joined(separator: " ") }

  static func word(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.unicodeScalars.allSatisfy { scalar in
        ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || ("0"..."9").contains(scalar)
          || "%+,-./:=@_^".unicodeScalars.contains(scalar)
      }
    if isPlain { return text }
    var out = "'"
    for scalar in text.unicodeScalars {
      switch scalar {
      case "'": out += "'\\''"
      case "\n", "\t": out.unicodeScalars.append(scalar)
      case _ where CallText.isControl(scalar): out += "'\"$(printf '" + octal(scalar) + "')\"'"
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "'"
  }

  /// Its bytes as printf(1) knows them.
  private static func octal(_ scalar: Unicode.Scalar) -> String {
    String(scalar).utf8.map { byte in
      let digits = String(byte, radix: 8)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }.joined()
  }
}
