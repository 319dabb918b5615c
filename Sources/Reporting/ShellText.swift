/// Text that a POSIX shell reads back as it was.
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
      if scalar == "'" { out += "'\\''" } else { out.unicodeScalars.append(scalar) }
    }
    return out + "'"
  }
}
