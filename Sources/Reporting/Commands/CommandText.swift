/// The commands of a trace as text for a shell, and as JSON.
extension CommandList {
  public var isEmpty: Bool { commands.isEmpty }

  /// Lines that a shell runs again. Environments are there only if asked for: they hold secrets.
  ///
  /// - Parameters:
  ///   - asTree: indents each command under what started it.
  ///   - withEnvironment: puts what changed since the first program in front of each command.
  public func shellLines(asTree: Bool = false, withEnvironment: Bool = false) -> String {
    commands.map { command in
      let indentation = asTree ? String(repeating: "  ", count: min(command.depth, 40)) : ""
      return indentation + Self.shellLine(command, withEnvironment) + "\n"
    }.joined() + (omitted > 0 ? "# \(omitted) more programs were started; the first ones are shown\n" : "")
  }

  private static func shellLine(_ command: Command, _ withEnvironment: Bool) -> String {
    var words: [String] = []
    if withEnvironment && !command.environment.isEmpty {
      words.append("env")
      for (name, value) in command.environment where value == nil { words += ["-u", ShellText.word(name)] }
      for (name, value) in command.environment { if let value { words.append(ShellText.word("\(name)=\(value)")) } }
    }
    let name = command.arguments.first ?? command.program
    // A program's name for itself may differ from its file's: a shell starts the file.
    let isSame = name == command.program || (!name.contains("/") && command.program.hasSuffix("/" + name))
    // Without a slash a shell would search for it, or take it for a word of its own.
    words.append(ShellText.word(command.program.contains("/") ? command.program : "./" + command.program))
    words += command.arguments.dropFirst().map(ShellText.word)
    var notes = ["\(command.pid)"]
    if !isSame { notes.append("argv[0] " + CallText.quoted(name)) }
    for redirection in command.redirections {
      if redirection.path.hasPrefix("/") {
        words.append(shellText(redirection))
      } else {
        notes.append("\(redirection.descriptor)\(redirection.access.rawValue)\(redirection.path)")
      }
    }
    var line = words.joined(separator: " ")
    if let directory = command.directory { line = "(cd \(ShellText.word(directory)) && \(line))" }
    if command.isCut { notes.append("cut off by the limits of the trace") }
    if let error = command.error { notes.append("failed: " + error) }
    if let end = command.end, end != "0" { notes.append(end.hasPrefix("SIG") ? "killed by \(end)" : "status \(end)") }
    // A comment ends with its line, whatever is in it.
    return line + "  # " + CallText.visible(notes.joined(separator: ", "))
  }

  private static func shellText(_ redirection: Redirection) -> String {
    let isUsual = redirection.descriptor == 0 ? redirection.access == .read : redirection.access != .read
    let number = isUsual && redirection.descriptor < 2 && redirection.access != .both ? "" : "\(redirection.descriptor)"
    return number + redirection.access.rawValue + ShellText.word(redirection.path)
  }

  /// An array of objects: `time`, `pid`, `parent`, `depth`, `program`, `argv`, `directory`, `redirections`, `error`, `end`,
  /// `cut`, and on demand `environment`.
  public func json(withEnvironment: Bool = false) -> String {
    let objects = commands.map { command in
      let arguments = PageText.list(command.arguments.map { PageText.json($0) })
      var members: [(String, String)] = [
        ("time", Seconds.text(command.time)), ("pid", "\(command.pid)"),
        ("parent", Self.text(command.parent)), ("depth", "\(command.depth)"),
        ("program", PageText.json(command.program)), ("argv", arguments),
        ("directory", Self.json(command.directory)),
        ("redirections", PageText.list(command.redirections.map(Self.json))),
        ("error", Self.json(command.error)),
        ("end", Self.json(command.end)), ("cut", command.isCut ? "true" : "false"),
      ]
      if withEnvironment {
        let changes = command.environment.map { "\(PageText.json($0.name)):\(Self.json($0.value))" }
        members.append(("environment", "{" + changes.joined(separator: ",") + "}"))
      }
      return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
    }
    return "[\n" + objects.joined(separator: ",\n") + "\n]\n"
  }

  private static func json(_ text: String?) -> String { text.map { PageText.json($0) } ?? "null" }

  private static func text(_ number: Int32?) -> String { number.map { String($0) } ?? "null" }

  private static func json(_ redirection: Redirection) -> String {
    let (mode, path) = (PageText.json(redirection.access.rawValue), PageText.json(redirection.path))
    return "{\"fd\":\(redirection.descriptor),\"mode\":\(mode),\"path\":\(path)}"
  }
}

/// Nanoseconds as seconds with nine digits behind the point.
enum Seconds {
  static func text(_ nanoseconds: Int64) -> String {
    let (whole, rest) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    let digits = String(rest)
    return (nanoseconds < 0 ? "-" : "") + "\(whole)." + String(repeating: "0", count: 9 - digits.count) + digits
  }
}
