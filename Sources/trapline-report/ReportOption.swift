/// An option of this program, from which its help and the shells' completions are made.
struct ReportOption {
  let short: Character?
  let long: String
  /// The value's name, and whether it is a file's; nil: there is none.
  let value: String?
  let help: String

  static let all = [
    ReportOption(short: "o", long: "output", value: "FILE", help: "Write to FILE instead of standard output."),
    ReportOption(
      short: nil, long: "seccomp", value: nil,
      help: "Write what was called as a seccomp profile (OCI, Docker) that allows nothing else."),
    ReportOption(
      short: nil, long: "seccomp=systemd", value: nil,
      help: "Write it as lines of a systemd unit: SystemCallFilter=."),
    ReportOption(
      short: nil, long: "incomplete", value: nil, help: "With --seccomp: make it of a trace that lacks calls, too."),
    ReportOption(
      short: nil, long: "compare", value: nil,
      help: "Compare two traces, GOOD and BAD: the difference that matters most first."),
    ReportOption(
      short: nil, long: "commands", value: nil,
      help: "Show every program started, as a line that a shell can run again."),
    ReportOption(short: nil, long: "tree", value: nil, help: "With --commands: indent each under what started it."),
    ReportOption(
      short: nil, long: "environment", value: nil,
      help: "With --commands and --compare: show environments, too; they often hold secrets."),
    ReportOption(
      short: nil, long: "format", value: "FORM",
      help: "Write html, text or json; csv (calls), folded (stacks of -k) or otlp (spans)."),
    ReportOption(
      short: nil, long: "threshold", value: "SECONDS", help: "With --format=otlp: calls from this long on have a span."),
    ReportOption(
      short: nil, long: "completions", value: "SHELL", help: "Print the completions for bash, zsh or fish, and end."),
    ReportOption(short: "V", long: "version", value: nil, help: "Show the version."),
    ReportOption(short: "h", long: "help", value: nil, help: "Show this help."),
  ]

  private static let forms = ReportCommand.forms.joined(separator: " ")

  static var helpLines: String {
    all.map { option in
      let long = "--\(option.long)" + (option.value.map { " \($0)" } ?? "")
      let forms = "  " + (option.short.map { "-\($0), " } ?? "") + long
      return forms + String(repeating: " ", count: max(2, 24 - forms.count)) + option.help
    }.joined(separator: "\n")
  }

  /// A shell's script that completes command lines of this program; nil for a shell that there is none for.
  static func completions(for shell: String) -> String? {
    switch shell {
    case "bash": bash
    case "zsh": zsh
    case "fish": fish
    default: nil
    }
  }

  private static var bash: String {
    let words = all.flatMap { option in option.short.map { ["-\($0)"] } ?? [] } + all.map { "--\($0.long)" }
    return """
      # bash completion of trapline-report.
      _trapline_report() {
        local current=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD-1]}
        COMPREPLY=()
        if [[ $before == --completions ]]; then
          mapfile -t COMPREPLY < <(compgen -W "bash zsh fish" -- "$current")
        elif [[ $before == --format ]]; then
          mapfile -t COMPREPLY < <(compgen -W "\(forms)" -- "${current#=}")
        elif [[ $before == = && ${COMP_WORDS[COMP_CWORD-2]} == --format ]]; then
          mapfile -t COMPREPLY < <(compgen -W "\(forms)" -- "$current")
        elif [[ $current == -* && $before != -o && $before != --output ]]; then
          mapfile -t COMPREPLY < <(compgen -W "\(words.joined(separator: " "))" -- "$current")
        else
          compopt -o filenames
          mapfile -t COMPREPLY < <(compgen -f -- "$current")
        fi
      }
      complete -F _trapline_report trapline-report

      """
  }

  private static var zsh: String {
    let specifications = all.map { option in
      let text = option.help.replacing("[", with: "(").replacing("]", with: ")").replacing(":", with: "\\:")
      let action =
        option.value.map {
          $0 == "FILE"
            ? ":file:_files"
            : $0 == "SHELL" ? ":shell:(bash zsh fish)" : $0 == "FORM" ? ":form:(\(forms))" : ":seconds:"
        } ?? ""
      let long = "--\(option.long.replacing("=", with: "\\="))"
      guard let short = option.short else { return "'\(long)[\(text)]\(action)'" }
      return "'(-\(short) \(long))'{-\(short),\(long)}'[\(text)]\(action)'"
    }
    return "#compdef trapline-report\n# zsh completion of trapline-report.\n_arguments -s "
      + specifications.joined(separator: " \\\n  ") + " \\\n  ':trace:_files'\n"
  }

  private static var fish: String {
    let lines = all.map { option in
      let short = option.short.map { " -s \($0)" } ?? ""
      let value =
        option.value.map {
          $0 == "FILE" ? " -r" : $0 == "SHELL" ? " -x -a 'bash zsh fish'" : $0 == "FORM" ? " -x -a '\(forms)'" : " -x"
        } ?? ""
      return "complete -c trapline-report\(short) -l \(option.long)\(value) -d '\(option.help)'"
    }
    return "# fish completion of trapline-report.\n" + lines.joined(separator: "\n") + "\n"
  }
}
