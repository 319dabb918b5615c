/// All that a command line can say of a trace. Options fill it, and each module reads its own part.
public struct TraceSettings: Sendable {
  public var tracing = TraceConfiguration()
  public var decoding = DecodingOptions()
  public var inspection: InspectionDetails = []
  public var selection = SelectionOptions()
  public var output = OutputOptions()
  public var text = TextOptions()
  public var json = JSONOptions()
  public var summary = SummaryOptions()
  public var notices = NoticeOptions()

  public init() {}
}

/// Which of the traced calls and signals are shown, by what they are about.
public struct SelectionOptions: Sendable {
  /// Files, as they were named (`-P`).
  public var paths: [[UInt8]] = []
  /// Descriptors (`--trace-fds`); nil: whichever.
  public var descriptors: NumberSet?
  /// What must hold (`--where`), as it was written.
  public var condition: String?
  /// The calls chosen by name (`-e trace=`).
  public var calls = SyscallFilter.all

  public init() {}
}

/// Where the trace goes, and in which form.
public struct OutputOptions: Sendable {
  public enum Format: String, Sendable, CaseIterable { case text, json, perfetto }
  /// A table of calls: none, in place of the trace (`-c`), or behind it (`-C`).
  public enum Summary: Sendable { case none, alone, behind }
  public enum Colour: String, Sendable, CaseIterable { case never, auto, always }

  public enum Destination: Sendable, Equatable {
    case standardError
    case file([UInt8])
    /// The shell's command that reads the trace.
    case command([UInt8])
  }

  /// What is read of a stack (`-k`).
  public struct Stack: Sendable {
    public var showsSourceLines: Bool
    /// The most frames shown.
    public var limit: Int
    public init(showsSourceLines: Bool, limit: Int) {
      self.showsSourceLines = showsSourceLines
      self.limit = limit
    }
  }

  /// What is kept out of the trace for the secrets that are in it (`--redact`).
  public struct Redactions: OptionSet, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let environment = Redactions(rawValue: 1)
    /// Arguments of programs.
    public static let arguments = Redactions(rawValue: 2)
    /// Texts and data that are no paths.
    public static let strings = Redactions(rawValue: 4)
  }

  public var destination = Destination.standardError
  public var appends = false
  /// A file for each thread (`-ff`).
  public var isSeparate = false
  public var format = Format.text
  public var summary = Summary.none
  /// Percentiles in place of the trace.
  public var latency = false
  public var colour = Colour.auto
  public var stack: Stack?
  /// Only the last of each thread's calls, so many, are written, and only when there is a reason (`--keep-last`).
  public var keptCalls: Int?
  public var redactions: Redactions = []

  public init() {}
}

/// What is said beside the trace, on standard error.
public struct NoticeOptions: Sendable {
  /// Messages that are left out (`-q`, `-e quiet=`).
  public struct Quiet: OptionSet, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    public static let attach = Quiet(rawValue: 1)
    public static let exit = Quiet(rawValue: 2)
    public static let pathResolution = Quiet(rawValue: 4)
    public static let personality = Quiet(rawValue: 8)
    public static let threadExecve = Quiet(rawValue: 16)
  }

  /// A tip at the end (`--tips`).
  public struct Tip: Sendable, Equatable {
    /// Which one, counted from 0; nil: any.
    public var id: Int?
    public var format = Format.compact

    public enum Format: String, Sendable, CaseIterable {
      /// None is shown.
      case none
      case compact
      /// In a frame.
      case full
    }

    public init() {}
  }

  public var quiet: Quiet = []
  /// Whether the note on what a path of `-P` leads to is left out. No number of `-q`s does that.
  public var hidesPathResolution = false
  public var tip: Tip?
  /// What the tracer does (`-d`).
  public var debug = false

  public init() {}
}
