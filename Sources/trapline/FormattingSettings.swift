import Formatting
import Glibc
import Options

extension TextOptions {
  /// What the command line says of the text.
  init(_ invocation: Invocation, _ qualifiers: Qualifiers, to place: OutputPlace) {
    self.init()
    let output = invocation.output
    pidPrefix = Self.pidPrefix(invocation, place)
    showsCommands = qualifiers.processDetails.contains(.command)
    absoluteTime = invocation.times.absolute.map { AbsoluteTime($0) }
    relativeTime = invocation.times.relative.map { Precision($0) }
    timeSpent = invocation.times.durations.map { Precision($0) }
    showsInstructionPointer = output.instructionPointer
    showsCallNumber = output.syscallNumbers
    resultColumn = output.column
    showsArgumentNames = output.argumentNames
    constants = Formatting.ConstantStyle(output.constantStyle)
    hexStrings = Formatting.HexStrings(output.hexStrings)
    usesColor = output.color == .always || output.color == .auto && place.isTerminal
    statuses = StatusFilter(qualifiers.status)
    // What is shown may depend on how a call ends.
    showsWholeLines = output.wholeLines || invocation.filter.condition != nil
    hiddenSignals = Set((1...64).filter { !qualifiers.signals.contains($0) })
    showsExits = !qualifiers.quiet.contains(.exit)
    showsSuperseded = !qualifiers.quiet.contains(.threadExecve)
    showsModeChanges = !qualifiers.quiet.contains(.personality)
    programName = ProcessArguments.programName
  }

  private static func pidPrefix(_ invocation: Invocation, _ place: OutputPlace) -> PidPrefix {
    if invocation.output.alwaysShowPid { return .always }
    if invocation.start.separatesOutput && !place.isStandardError { return .never }
    let several =
      invocation.start.followsForks || invocation.attachedIDs.count > 1
      || (!invocation.attachedIDs.isEmpty && !invocation.command.isEmpty)
    guard several else { return .never }
    return place.isStandardError ? .whenSeveral : .always
  }
}

extension TextOptions.Precision {
  init(_ precision: Options.Precision) {
    switch precision {
    case .seconds: self = .seconds
    case .milliseconds: self = .milliseconds
    case .microseconds: self = .microseconds
    case .nanoseconds: self = .nanoseconds
    }
  }
}

extension TextOptions.AbsoluteTime {
  init(_ stamp: AbsoluteStamp) {
    let precision = TextOptions.Precision(stamp.precision)
    self = stamp.form == .unix ? .unix(precision) : .clock(precision)
  }
}

extension Formatting.ConstantStyle {
  init(_ style: Options.ConstantStyle) {
    switch style {
    case .raw: self = .raw
    case .abbrev: self = .abbreviated
    case .verbose: self = .verbose
    }
  }
}

extension Formatting.HexStrings {
  init(_ strings: Options.HexStrings) {
    switch strings {
    case .none: self = .none
    case .nonASCIICharacters: self = .nonASCIICharacters
    case .nonASCII: self = .nonASCII
    case .all: self = .all
    }
  }
}

extension Formatting.StatusFilter {
  init(_ filter: Options.StatusFilter) {
    let kinds: [(Options.StatusFilter.Outcomes, Kinds)] = [
      (.successful, .successful), (.failed, .failed), (.unfinished, .unfinished), (.unavailable, .unavailable),
      (.detached, .detached),
    ]
    var shown: Kinds = []
    for (outcome, kind) in kinds where filter.outcomes.contains(outcome) { shown.insert(kind) }
    self.init(shown, errors: Array(filter.errors))
  }
}
