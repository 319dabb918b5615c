import ArgumentParser

/// Where the trace goes and how it looks.
public struct OutputOptions: ParsableArguments {
  public init() {}

  @Option(
    name: [.customShort("o"), .customLong("output")],
    help: ArgumentHelp(
      "Write the trace to a file, or to a command: '|COMMAND' or '!COMMAND'.", valueName: "FILE"),
    transform: Destination.init)
  public var destination: Destination?

  @Flag(
    name: [.customShort("A"), .customLong("output-append-mode")], help: "Append to the file of -o.")
  public var appends = false

  @Flag(help: "Write the trace as JSON Lines: --format=json.")
  var json = false

  @Option(
    name: .customLong("format"), help: ArgumentHelp("Write the trace as text or json.", valueName: "FORMAT"),
    transform: {
      guard let format = TraceFormat(rawValue: $0) else {
        throw UsageError("accepted are \(TraceFormat.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      return format
    })
  var chosenFormat: TraceFormat?

  @Option(
    name: [.customShort("a"), .customLong("columns")],
    help: ArgumentHelp("Align results at this column (usually 40).", valueName: "COLUMN"),
    transform: { try count($0) })
  public var column: Int = 40

  @Option(
    help: ArgumentHelp("Colour the text: never, auto (on a terminal), always.", valueName: "WHEN"),
    transform: {
      guard let colour = Colour(rawValue: $0) else { throw UsageError("accepted are never, auto, always") }
      return colour
    })
  public var color: Colour = .never

  @Option(
    name: [.customShort("s"), .customLong("string-limit")],
    help: ArgumentHelp("Show at most so many bytes of a string (usually 32; as JSON 65536).", valueName: "SIZE"),
    transform: { try count($0) })
  var chosenStringLimit: Int?

  @Flag(
    name: .customShort("x"), help: "Show strings that are not all ASCII in hexadecimal (-xx: all strings).")
  var hexCount: Int

  @Option(
    help: ArgumentHelp(
      "Show strings in hexadecimal: all, non-ascii, non-ascii-chars (only such characters), none.", valueName: "WHICH"),
    transform: HexStrings.init)
  var stringsInHex: HexStrings?

  @Option(
    name: [.customShort("X"), .customLong("const-print-style")],
    help: ArgumentHelp("Show constants as raw numbers, abbrev (names) or verbose (both).", valueName: "STYLE"),
    transform: {
      guard let style = ConstantStyle(rawValue: $0) else { throw UsageError("accepted are raw, abbrev, verbose") }
      return style
    })
  public var constantStyle: ConstantStyle = .abbrev

  @Flag(
    name: .customShort("q"),
    help: "Leave out messages on attached processes (-qq: and on exits, -qqq: all that can be left out).")
  var quietCount: Int

  @Flag(name: .customShort("y"), help: "Show the paths of descriptors (-yy: all that is known of them).")
  var descriptorCount: Int

  @Flag(name: [.customShort("N"), .customLong("arg-names"), .customLong("argument-names")], help: "Show the names of arguments.")
  public var argumentNames = false

  @Flag(name: [.customShort("i"), .customLong("instruction-pointer")], help: "Show the instruction pointer.")
  public var instructionPointer = false

  @Flag(name: [.customShort("n"), .customLong("syscall-number")], help: "Show the numbers of calls.")
  public var syscallNumbers = false

  @Flag(name: .customShort("k"), help: "Show the stack at each call (-kk: with lines of the source).")
  var stackCount: Int

  @Option(
    name: [.customLong("stack-trace"), .customLong("stack-traces")],
    help: ArgumentHelp("The same: symbol, source.", valueName: "WHAT"),
    transform: StackTrace.init)
  var stackTraceWord: StackTrace?

  @Option(
    help: ArgumentHelp("Show at most so many frames of a stack (usually 256).", valueName: "COUNT"),
    transform: { try count($0, from: 1) })
  public var stackTraceFrameLimit: Int = 256

  @Flag(help: "Show the process id on every line.")
  public var alwaysShowPid = false

  @Flag(help: "Show an interrupted call on one line, when it returned.")
  public var wholeLines = false

  @Flag(help: "Leave out the environment of execve, also with -v.")
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
  public var stringLimit: Int { chosenStringLimit ?? (format == .text ? 32 : 1 << 16) }

  public var format: TraceFormat { json ? .json : chosenFormat ?? .text }

  public var stackTrace: StackTrace? {
    stackTraceWord ?? (stackCount == 0 ? nil : stackCount == 1 ? .symbol : .source)
  }
}

/// Where the trace goes.
public enum Destination: Sendable, Equatable {
  case file(String)
  /// The shell's command that reads it.
  case command(String)

  init(_ text: String) throws {
    guard !text.isEmpty else { throw UsageError("a file's name is needed") }
    if text.first == "|" || text.first == "!" {
      guard text.utf8.count > 1 else { throw UsageError("a command is needed behind '\(text)'") }
      self = .command(String(text.dropFirst()))
    } else {
      self = .file(text)
    }
  }
}

public enum TraceFormat: String, Sendable, CaseIterable { case text, json }
public enum Colour: String, Sendable { case never, auto, always }
public enum ConstantStyle: String, Sendable { case raw, abbrev, verbose }

/// Which strings are shown in hexadecimal.
public enum HexStrings: Sendable {
  case none, nonASCIICharacters, nonASCII, all

  init(_ text: String) throws {
    switch text {
    case "none": self = .none
    case "non-ascii-chars": self = .nonASCIICharacters
    case "non-ascii": self = .nonASCII
    case "all": self = .all
    default: throw UsageError("accepted are none, non-ascii-chars, non-ascii, all")
    }
  }
}

/// What is shown of a stack.
public enum StackTrace: Sendable {
  case symbol, source

  init(_ text: String) throws {
    switch text {
    case "symbol": self = .symbol
    case "source": self = .source
    default: throw UsageError("accepted are symbol, source")
    }
  }
}

/// A number of things, up to a quarter of what 32 bits hold.
private func count(_ text: String, from least: Int = 0) throws -> Int {
  let most = Int(UInt32.max / 4)
  guard let number = decimal(text, in: least...most) else {
    throw UsageError("a number from \(least) to \(most) is needed")
  }
  return number
}
