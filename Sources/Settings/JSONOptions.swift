/// What a JSON trace says about itself, and which calls are in it. Values have one form whatever options say.
public struct JSONOptions: Sendable {
  /// The version of the schema (docs/trace.schema.json) that is written.
  public static let schemaVersion = 2

  /// The version of the program.
  public var version = ""
  /// The command traced, empty when only attached processes are.
  public var command: [[UInt8]] = []
  /// `uname -n` and `uname -r`.
  public var host = ""
  public var kernel = ""
  /// Nanoseconds since the epoch; 0 means now.
  public var started: UInt64 = 0
  /// The options of the command line that shape the trace, as they were written.
  public var arguments: [[UInt8]] = []
  /// Calls of which results are written.
  public var statuses = StatusFilter.all
  /// The instruction pointer of each call.
  public var showsInstructionPointer = false
  /// A line when a call is entered, besides that when it returns.
  public var showsEntries = false
  /// In front of notices on standard error.
  public var programName = "trapline"

  public init() {}
}
