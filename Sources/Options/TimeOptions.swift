import ArgumentParser

/// Which times are shown.
public struct TimeOptions: ParsableArguments {
  public init() {}

  @Flag(
    name: .customShort("t"),
    help: "Show the time of day (-tt: with microseconds, -ttt: seconds since 1970 with microseconds).")
  var stampCount: Int

  @Option(
    name: [.customLong("absolute-timestamps"), .customLong("timestamps")],
    help: ArgumentHelp(
      "Show the time: [format:]none, time or unix, [precision:]s, ms, us or ns.", valueName: "FORMAT[,PRECISION]"),
    transform: AbsoluteStamp.init)
  var absoluteWords: AbsoluteStamp?

  @Flag(name: .customShort("r"), help: "Show the time since the line before.")
  var showsRelative = false

  @Option(
    name: .customLong("relative-timestamps"),
    help: ArgumentHelp("The same, with a precision: s, ms, us, ns.", valueName: "PRECISION"), transform: precision)
  var relativePrecision: Precision?

  @Flag(name: .customShort("T"), help: "Show the time that each call took.")
  var showsDurations = false

  @Option(
    name: .customLong("syscall-times"),
    help: ArgumentHelp("The same, with a precision: s, ms, us, ns.", valueName: "PRECISION"), transform: precision)
  var durationPrecision: Precision?

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

  public var relative: Precision? { relativePrecision ?? (showsRelative ? .microseconds : nil) }
  public var durations: Precision? { durationPrecision ?? (showsDurations ? .microseconds : nil) }
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

  /// `[[format:]FORMAT][,[precision:]PRECISION]`, in any order; the later word wins.
  init(_ text: String) throws {
    for item in text.split(separator: ",", omittingEmptySubsequences: false) {
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

private func precision(_ text: String) throws -> Precision {
  guard let precision = Precision(text) else { throw UsageError("accepted is \(Precision.accepted)") }
  return precision
}
