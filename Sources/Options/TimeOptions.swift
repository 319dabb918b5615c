/// Which times are shown.
public struct TimeOptions: Sendable {
  var stampCount = 0
  var absoluteWords: AbsoluteStamp?
  public var relative: Precision?
  public var durations: Precision?

  /// The time of day before each line; nil when it is not shown.
  public var absolute: AbsoluteStamp? {
    if let absoluteWords { return absoluteWords.form == .none ? nil : absoluteWords }
    switch stampCount {
    case 0: return nil
    case 1: return AbsoluteStamp(form: .time, precision: .seconds)
    case 2: return AbsoluteStamp(form: .time, precision: .microseconds)
    default: return AbsoluteStamp(form: .unix, precision: .microseconds)
    }
  }
}

extension TimeOptions: OptionTopic {
  static let title = "Times"
  static let declarations: [Declaration] = [
    Declaration(
      "t", help: "Show the time of day (-tt: with microseconds, -ttt: seconds since 1970 with microseconds)."
    ) { invocation, _ in invocation.times.stampCount += 1 },
    Declaration(
      nil, "absolute-timestamps", "timestamps", value: .optional("FORMAT[,PRECISION]", usual: "time"),
      help: "Show the time: [format:]none, time or unix, [precision:]s, ms, us or ns.",
      offer: .words(["none", "time", "unix", "s", "ms", "us", "ns"])
    ) { $0.times.absoluteWords = try AbsoluteStamp($1, after: $0.times.absoluteWords) },
    Declaration("r", help: "Show the time since the line before.") { invocation, _ in
      invocation.times.relative = .microseconds
    },
    Declaration(
      nil, "relative-timestamps", value: .optional("PRECISION", usual: "us"),
      help: "The same, with a precision: s, ms, us, ns.", offer: .words(Precision.words)
    ) { $0.times.relative = try Precision(parsing: $1) },
    Declaration("T", help: "Show the time that each call took.") { invocation, _ in
      invocation.times.durations = .microseconds
    },
    Declaration(
      nil, "syscall-times", value: .optional("PRECISION", usual: "us"),
      help: "The same, with a precision: s, ms, us, ns.", offer: .words(Precision.words)
    ) { $0.times.durations = try Precision(parsing: $1) },
  ]
}

/// How the time of day is shown.
public struct AbsoluteStamp: Sendable, Equatable {
  public enum Form: Sendable { case none, time, unix }
  public var form = Form.time
  public var precision = Precision.seconds

  init(form: Form, precision: Precision) {
    self.form = form
    self.precision = precision
  }

  /// `[[format:]FORMAT][,[precision:]PRECISION]`, in any order; the later word wins, and none says nothing new.
  ///
  /// - Parameter earlier: what an option before this one said; it holds on, except that a new one shows the time again.
  init(_ text: String, after earlier: AbsoluteStamp?) throws(UsageError) {
    if let earlier { self = earlier }
    if form == .none { form = .time }
    for item in text.lowercased().split(separator: ",") {
      let colon = item.firstIndex(of: ":")
      let key = colon.map { item[..<$0] }
      let value = colon.map { item[item.index(after: $0)...] } ?? item
      switch (key, value) {
      case (nil, "none"), ("format", "none"): form = .none
      case (nil, "time"), ("format", "time"): form = .time
      case (nil, "unix"), ("format", "unix"): form = .unix
      default:
        guard key == nil || key == "precision", let precision = Precision(value) else {
          throw UsageError("'\(item)': accepted are none, time, unix and a precision, \(Precision.accepted)")
        }
        self.precision = precision
      }
    }
  }
}
