import Settings

extension Declaration {
  /// Which times are shown.
  static let timeOptions: [Declaration] = [
    Declaration(
      "t", help: "Show the time of day (-tt: with microseconds, -ttt: seconds since 1970 with microseconds)."
    ) { $0.given.stampCount += 1 },
    Declaration(
      nil, "absolute-timestamps", "timestamps", value: .optional("FORMAT[,PRECISION]", usual: "time"),
      help: "Show the time: [format:]none, time or unix, [precision:]s, ms, us or ns.",
      offer: .list(["none", "time", "unix", "s", "ms", "us", "ns"])
    ) { $0.given.absoluteTime = try AbsoluteStamp($1, after: $0.given.absoluteTime) },
    Declaration("r", help: "Show the time since the line before.") { $0.settings.text.relativeTime = .microseconds },
    Declaration(
      nil, "relative-timestamps", value: .optional("PRECISION", usual: "us"),
      help: "The same, with a precision: s, ms, us, ns.", offer: .words(Precision.words)
    ) { $0.settings.text.relativeTime = try precision($1) },
    Declaration("T", help: "Show the time that each call took.") { $0.settings.text.timeSpent = .microseconds },
    Declaration(
      nil, "syscall-times", value: .optional("PRECISION", usual: "us"),
      help: "The same, with a precision: s, ms, us, ns.", offer: .words(Precision.words)
    ) { $0.settings.text.timeSpent = try precision($1) },
  ]

  private static func precision(_ text: String) throws(UnacceptableValue) -> Precision {
    guard let precision = Precision(text) else {
      throw UnacceptableValue("accepted are \(Precision.words.joined(separator: ", "))")
    }
    return precision
  }
}

/// How the time of day is shown, as far as an option has said it.
struct AbsoluteStamp: Sendable, Equatable {
  enum Form: Sendable { case none, time, unix }
  private(set) var form = Form.time
  private(set) var precision = Precision.seconds

  /// nil: not at all.
  var time: AbsoluteTime? {
    switch form {
    case .none: nil
    case .time: .clock(precision)
    case .unix: .unix(precision)
    }
  }

  /// `[[format:]FORMAT][,[precision:]PRECISION]`, in any order; the later word wins, and none says nothing new.
  ///
  /// - Parameter earlier: what an option before this one said; it holds on, except that a new one shows the time again.
  init(_ text: String, after earlier: AbsoluteStamp?) throws(UnacceptableValue) {
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
          throw UnacceptableValue("accepted are none, time, unix, and \(Precision.words.joined(separator: ", "))")
        }
        self.precision = precision
      }
    }
  }
}
