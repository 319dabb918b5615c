import Settings

extension Declaration {
  /// Where the trace goes and how it looks.
  static let outputOptions: [Declaration] = [
    Declaration("A", "output-append-mode", help: "Append to the file of -o.") { $0.settings.output.appends = true },
    Declaration(nil, "output-separately", help: "Write the lines of each process to a file of its own: FILE.PID.") {
      $0.given.outputSeparately = true
    },
    Declaration(
      "o", "output", value: .required("FILE"),
      help: "Write the trace to a file, or to a command: '|COMMAND' or '!COMMAND'.", offer: .files
    ) { invocation, text in
      let bytes = ArgumentText.bytes(of: text)
      let isCommand = text.first == "|" || text.first == "!"
      invocation.settings.output.destination = isCommand ? .command(Array(bytes.dropFirst())) : .file(bytes)
    },
    Declaration(
      nil, "json", value: .optional("entries", usual: ""),
      help: """
        Write the trace as JSON Lines: --format=json; with -c, -C or --latency the table, too. entries: also a line when a \
        call is entered, so that one that does not return is seen.
        """, offer: .words(["entries"])
    ) { invocation, text in
      guard text.isEmpty || text == "entries" else { throw UnacceptableValue("accepted is entries") }
      invocation.given.json = true
      invocation.settings.json.showsEntries = !text.isEmpty
    },
    Declaration(
      nil, "format", value: .required("FORMAT"),
      help: "Write the trace as text, as json, or as perfetto: a timeline for ui.perfetto.dev.",
      offer: .words(words(of: OutputOptions.Format.self))
    ) { $0.given.format = try word($1) },
    Declaration(
      "a", "columns", value: .required("COLUMN"), help: "Align results at this column (usually 40)."
    ) { $0.settings.text.resultColumn = try count($1) },
    Declaration(
      nil, "color", "colour", value: .optional("WHEN", usual: "always"),
      help: """
        Colour the text: never, auto (usual: on a terminal), always. STRACE_COLORS in the environment chooses the \
        colours, as SGR codes (syscall=1;33:error=31), of syscall, argname, argval, call, const, comment, punct, \
        retval, error.
        """,
      offer: .words(words(of: OutputOptions.Colour.self))
    ) { $0.settings.output.colour = try word($1) },
    Declaration(
      "s", "string-limit", value: .required("SIZE"),
      help: "Show at most so many bytes of a string (usually 32; as json 65536, as perfetto 256); inf: all.",
      offer: .words(["inf"])
    ) { $0.given.stringLimit = $1 == "inf" ? Int(Int32.max) : try count($1) },
    Declaration("x", help: "Show strings that are not all ASCII in hexadecimal (-xx: all strings).") {
      $0.given.hexCount += 1
    },
    Declaration(
      nil, "strings-in-hex", value: .optional("WHICH", usual: "all"),
      help: "Show strings in hexadecimal: all, non-ascii, non-ascii-chars (only such characters), none.",
      offer: .words(["all", "non-ascii", "non-ascii-chars", "none"])
    ) { $0.given.stringsInHex = try hexStrings($1) },
    Declaration(
      "X", "const-print-style", value: .required("STYLE"),
      help: "Show constants as raw numbers, abbrev (names) or verbose (both).",
      offer: .words(["raw", "abbrev", "verbose"])
    ) { $0.settings.text.constants = try constantStyle($1) },
    Declaration(
      "q", help: "Leave out messages on attached processes (-qq: and on exits, -qqq: all that can be left out)."
    ) { $0.given.quietCount += 1 },
    Declaration(
      nil, "quiet", "silent", "silence", value: .optional("SET", usual: "attach,personality"),
      help: "Leave out messages: attach, exit, path-resolution, personality, thread-execve.", as: .quiet),
    Declaration("N", "arg-names", "argument-names", help: "Show the names of arguments.") {
      $0.settings.text.showsArgumentNames = true
    },
    Declaration("i", "instruction-pointer", help: "Show the instruction pointer.") {
      $0.settings.text.showsInstructionPointer = true
    },
    Declaration("n", "syscall-number", help: "Show the numbers of calls.") { $0.settings.text.showsCallNumber = true },
    Declaration(nil, "always-show-pid", help: "Show the process id on every line.") {
      $0.settings.text.pidPrefix = .always
    },
    Declaration(
      nil, "keep-last", value: .required("COUNT"),
      help: """
        Keep only the last calls of each thread, so many, and write them when its process is killed by a signal or exits \
        with another status than 0, when the tracer gets a SIGUSR1, and at its end.
        """
    ) { invocation, text in
      guard let count = decimal(text, in: 1...1_000_000) else {
        throw UnacceptableValue("a number from 1 to 1000000 is needed")
      }
      invocation.settings.output.keptCalls = count
    },
    Declaration(nil, "whole-lines", help: "Show an interrupted call on one line, when it returned.") {
      $0.settings.text.showsWholeLines = true
    },
  ]

  private static func hexStrings(_ text: String) throws(UnacceptableValue) -> HexStrings {
    switch text.lowercased() {
    case "none": .none
    case "non-ascii-chars": .nonASCIICharacters
    case "non-ascii": .nonASCII
    case "all": .all
    default: throw UnacceptableValue("accepted are none, non-ascii-chars, non-ascii, all")
    }
  }

  private static func constantStyle(_ text: String) throws(UnacceptableValue) -> ConstantStyle {
    switch text {
    case "raw": .raw
    case "abbrev": .abbreviated
    case "verbose": .verbose
    default: throw UnacceptableValue("accepted are raw, abbrev, verbose")
    }
  }
}
