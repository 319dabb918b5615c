import Settings

/// What is worth knowing of the program (`--tips`).
enum TipTexts {
  static let all = [
    "-P FILE shows only what is done to FILE, through descriptors too.",
    "-e status=ENOENT shows the calls that did not find what they looked for.",
    "--where 'path ~ \"/etc/*\" and ret < 0' shows the calls for which it holds; its names are those of --json.",
    "--whole-lines shows a call that others interrupted on one line, when it returned.",
    "--json writes every value as data: see docs/JSON.md for what jq and others can ask of it.",
    "--format=perfetto writes a timeline that ui.perfetto.dev opens.",
    "--latency shows percentiles and a histogram of the times that each call took.",
    "--explain CALL says what is known of a call: its arguments, constants, numbers and manual page.",
    "-e inject=CALL:error=ENOMEM:when=3 makes a program's third CALL fail, to see what it does then.",
    "-k shows the stack at each call, -kk with lines of the source.",
    "-yy shows what descriptors are: files, devices, and both ends of sockets.",
    "trapline-report makes a page of a JSON trace, or with --seccomp a policy that allows what was called.",
  ]

  /// The tip that was asked for, as it is shown; nil when none was. Numbers begin again behind the last.
  static func text(_ tips: NoticeOptions.Tip?, for program: String) -> String? {
    guard let tips, let text = tips.id.map({ all[$0 % all.count] }) ?? all.randomElement() else { return nil }
    switch tips.format {
    case .none: return nil
    case .compact: return "\(program): tip: \(text)\n"
    case .full: return framed(text)
    }
  }

  private static func framed(_ text: String) -> String {
    var lines: [String] = []
    for word in text.split(separator: " ") {
      if let last = lines.last, last.count + word.count < 60 {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    let width = lines.map(\.count).max() ?? 0
    let edge = "+" + String(repeating: "-", count: width + 2) + "+\n"
    return edge + lines.map { "| \(padded($0, width)) |\n" }.joined() + edge
  }
}
