extension Invocation {
  /// What `-h` shows.
  public static var help: String {
    var lines = [
      "Usage: trapline [OPTIONS] { -p PID | PROGRAM [ARGUMENTS] }", "",
      "Trace the system calls and signals of programs. Options are strace's; those behind",
      "the program belong to the program.",
    ]
    for (title, options) in Declaration.topics {
      lines += ["", "\(title):"]
      for option in options { lines += option.helpLines }
    }
    lines += ["", "trapline(1) has sets of calls, conditions, examples; --explain CALL what a call is."]
    return lines.joined(separator: "\n") + "\n"
  }
}

extension Declaration {
  private static let column = 26
  private static let width = 88

  /// The ways to write it, each as it is typed: `-o FILE`, `--output=FILE`.
  var forms: [String] {
    let shorts = short.map { ["-\($0)"] } ?? []
    let longs = long.map { "--\($0)" }
    return switch value {
    case .none: shorts + longs
    case .required(let name): shorts.map { "\($0) \(name)" } + longs.map { "\($0)=\(name)" }
    case .number(let name): shorts.map { "\($0)[\(name)]" } + longs
    case .optional(let name, _): shorts + longs.map { "\($0)[=\(name)]" }
    }
  }

  fileprivate var helpLines: [String] {
    let forms = "  " + forms.joined(separator: ", ")
    let text = Self.wrapped(help, to: Self.width - Self.column)
    let pad = String(repeating: " ", count: Self.column)
    guard forms.count < Self.column - 1 else { return [forms] + text.map { pad + $0 } }
    let gap = String(repeating: " ", count: Self.column - forms.count)
    return [forms + gap + (text.first ?? "")] + text.dropFirst().map { pad + $0 }
  }

  private static func wrapped(_ text: String, to width: Int) -> [String] {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = "\(last) \(word)"
      } else {
        lines.append(String(word))
      }
    }
    return lines
  }
}
