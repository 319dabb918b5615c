/// Where the trace goes and how it looks.
public struct OutputOptions: Sendable {
  public var destination: Destination?
  public var appends = false
  var json = false
  var chosenFormat: TraceFormat?
  public var column = 40
  public var color = Colour.never
  var chosenStringLimit: Int?
  var hexCount = 0
  var stringsInHex: HexStrings?
  public var constantStyle = ConstantStyle.abbrev
  var quietCount = 0
  var descriptorCount = 0
  public var argumentNames = false
  public var instructionPointer = false
  public var syscallNumbers = false
  var stackCount = 0
  var stackTraceWord: StackTrace?
  public var stackTraceFrameLimit = 256
  public var alwaysShowPid = false
  public var wholeLines = false
  public var noEnv = false

  /// What `-q`s stand for.
  var quietByCount: QuietSet {
    switch quietCount {
    case 0: []
    case 1: [.attach, .personality]
    case 2: [.attach, .personality, .exit]
    default: .everything
    }
  }

  public var hexStrings: HexStrings {
    stringsInHex ?? (hexCount == 0 ? .none : hexCount == 1 ? .nonASCII : .all)
  }

  /// The most bytes shown of a string.
  public var stringLimit: Int {
    if let chosenStringLimit { return chosenStringLimit }
    return switch format {
    case .text: 32
    case .json: 1 << 16
    case .perfetto: 1 << 8
    }
  }

  public var format: TraceFormat { json ? .json : chosenFormat ?? .text }

  public var stackTrace: StackTrace? {
    stackTraceWord ?? (stackCount == 0 ? nil : stackCount == 1 ? .symbol : .source)
  }
}

extension OutputOptions: OptionTopic {
  static let title = "Output"
  static let declarations: [Declaration] = [
    Declaration(
      "o", "output", value: .required("FILE"),
      help: "Write the trace to a file, or to a command: '|COMMAND' or '!COMMAND'.", offer: .files
    ) { $0.output.destination = try Destination($1) },
    Declaration("A", "output-append-mode", help: "Append to the file of -o.") { invocation, _ in
      invocation.output.appends = true
    },
    Declaration(nil, "json", help: "Write the trace as JSON Lines: --format=json.") { invocation, _ in
      invocation.output.json = true
    },
    Declaration(
      nil, "format", value: .required("FORMAT"),
      help: "Write the trace as text, as json, or as perfetto: a timeline for ui.perfetto.dev.",
      offer: .words(words(of: TraceFormat.self))
    ) { $0.output.chosenFormat = try word($1) },
    Declaration(
      "a", "columns", value: .required("COLUMN"), help: "Align results at this column (usually 40)."
    ) { $0.output.column = try count($1) },
    Declaration(
      nil, "color", "colour", value: .optional("WHEN", usual: "always"),
      help: "Colour the text: never, auto (on a terminal), always.", offer: .words(words(of: Colour.self))
    ) { $0.output.color = try word($1) },
    Declaration(
      "s", "string-limit", value: .required("SIZE"),
      help: "Show at most so many bytes of a string (usually 32; as json 65536, as perfetto 256)."
    ) { $0.output.chosenStringLimit = try count($1) },
    Declaration(
      "x", help: "Show strings that are not all ASCII in hexadecimal (-xx: all strings)."
    ) { invocation, _ in invocation.output.hexCount += 1 },
    Declaration(
      nil, "strings-in-hex", value: .optional("WHICH", usual: "all"),
      help: "Show strings in hexadecimal: all, non-ascii, non-ascii-chars (only such characters), none.",
      offer: .words(["all", "non-ascii", "non-ascii-chars", "none"])
    ) { $0.output.stringsInHex = try HexStrings($1) },
    Declaration(
      "X", "const-print-style", value: .required("STYLE"),
      help: "Show constants as raw numbers, abbrev (names) or verbose (both).",
      offer: .words(words(of: ConstantStyle.self))
    ) { $0.output.constantStyle = try word($1) },
    Declaration(
      "q", help: "Leave out messages on attached processes (-qq: and on exits, -qqq: all that can be left out)."
    ) { invocation, _ in invocation.output.quietCount += 1 },
    Declaration("y", help: "Show the paths of descriptors (-yy: all that is known of them).") { invocation, _ in
      invocation.output.descriptorCount += 1
    },
    Declaration("N", "arg-names", "argument-names", help: "Show the names of arguments.") { invocation, _ in
      invocation.output.argumentNames = true
    },
    Declaration("i", "instruction-pointer", help: "Show the instruction pointer.") { invocation, _ in
      invocation.output.instructionPointer = true
    },
    Declaration("n", "syscall-number", help: "Show the numbers of calls.") { invocation, _ in
      invocation.output.syscallNumbers = true
    },
    Declaration("k", help: "Show the stack at each call (-kk: with lines of the source).") { invocation, _ in
      invocation.output.stackCount += 1
    },
    Declaration(
      nil, "stack-trace", "stack-traces", value: .optional("WHAT", usual: "symbol"),
      help: "The same: symbol, source.", offer: .words(words(of: StackTrace.self))
    ) { $0.output.stackTraceWord = try word($1) },
    Declaration(
      nil, "stack-trace-frame-limit", value: .required("COUNT"),
      help: "Show at most so many frames of a stack (usually 256)."
    ) { $0.output.stackTraceFrameLimit = try count($1, from: 1) },
    Declaration(nil, "always-show-pid", help: "Show the process id on every line.") { invocation, _ in
      invocation.output.alwaysShowPid = true
    },
    Declaration(nil, "whole-lines", help: "Show an interrupted call on one line, when it returned.") { invocation, _ in
      invocation.output.wholeLines = true
    },
    Declaration(nil, "no-env", help: "Leave out the environment of execve, also with -v.") { invocation, _ in
      invocation.output.noEnv = true
    },
  ]
}

/// Where the trace goes.
public enum Destination: Sendable, Equatable {
  case file(String)
  /// The shell's command that reads it.
  case command(String)

  init(_ text: String) throws(UsageError) {
    guard !text.isEmpty else { throw UsageError("a file's name is needed") }
    if text.first == "|" || text.first == "!" {
      self = .command(String(text.dropFirst()))
    } else {
      self = .file(text)
    }
  }
}

public enum TraceFormat: String, Sendable, CaseIterable { case text, json, perfetto }
public enum Colour: String, Sendable, CaseIterable { case never, auto, always }
public enum ConstantStyle: String, Sendable, CaseIterable { case raw, abbrev, verbose }

/// Which strings are shown in hexadecimal.
public enum HexStrings: Sendable {
  case none, nonASCIICharacters, nonASCII, all

  init(_ text: String) throws(UsageError) {
    switch text.lowercased() {
    case "none": self = .none
    case "non-ascii-chars": self = .nonASCIICharacters
    case "non-ascii": self = .nonASCII
    case "all": self = .all
    default: throw UsageError("accepted are none, non-ascii-chars, non-ascii, all")
    }
  }
}

/// What is shown of a stack.
public enum StackTrace: String, Sendable, CaseIterable { case symbol, source }

/// A number of things, up to a quarter of what 32 bits hold.
private func count(_ text: String, from least: Int = 0) throws(UsageError) -> Int {
  let most = Int(UInt32.max / 4)
  guard let number = decimal(text, in: least...most) else {
    throw UsageError("a number from \(least) to \(most) is needed")
  }
  return number
}
