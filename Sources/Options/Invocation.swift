import Settings

/// A command line, checked: every option's value has its type, and options that exclude each other do not meet.
public struct Invocation: Sendable {
  /// What the options come to.
  public internal(set) var settings = TraceSettings()
  /// What is shown instead of a trace.
  public internal(set) var answer: Answer?
  /// The command to trace and its arguments.
  public internal(set) var command: [String] = []
  /// The user who runs the command (`-u`).
  public internal(set) var user: String?
  /// The command's argument 0, in place of its name.
  public internal(set) var argv0: String?
  /// Changes of the command's environment: `NAME=VALUE` or `NAME`.
  public internal(set) var environment: [String] = []
  /// What is odd about the options but no reason to stop: one line each.
  public private(set) var warnings: [String] = []
  var given = Given()

  /// Parses the words behind the program's name.
  ///
  /// - Throws: `UsageError` for whatever is wrong with them.
  public init(commandLine: [String]) throws(UsageError) {
    if commandLine.first == Completion.request {
      answer = .candidates(words: Array(commandLine.dropFirst()))
      return
    }
    let list = try ArgumentList(commandLine)
    for setting in list.settings { try apply(setting) }
    command = list.operands
    if answer != nil { return }
    try refuseTwoSpellings()
    try refuseContradictions()
    warnings = oddities
    resolve()
  }

  private mutating func apply(_ setting: ArgumentList.Setting) throws(UsageError) {
    do {
      try setting.option.effect(&self, setting.value ?? "")
    } catch let error as UsageError {
      throw error
    } catch let error as UnacceptableValue {
      throw UsageError(
        "invalid \(setting.name) argument: '\(setting.value ?? "")'", advice: error.accepted, pointsToHelp: true)
    } catch {
      throw UsageError("invalid \(setting.name) argument: '\(setting.value ?? "")'", pointsToHelp: true)
    }
  }

  /// Each process once, in the order given.
  mutating func attach(_ ids: [Int32]) {
    for id in ids where !settings.tracing.attached.contains(id) { settings.tracing.attached.append(id) }
  }

  mutating func show(_ statuses: StatusFilter) {
    settings.text.statuses = statuses
    settings.json.statuses = statuses
    settings.summary.statuses = statuses
  }

  mutating func showOnly(_ outcomes: StatusFilter.Outcomes) {
    show(StatusFilter(outcomes))
    given.statusOptionCount += 1
  }

  private func refuseTwoSpellings() throws(UsageError) {
    let pairs: [(Bool, String)] = [
      (given.followCount > 0 && given.followForks, "-f and --follow-forks"),
      (given.followCount > 1 && given.outputSeparately, "-ff and --output-separately"),
      (given.daemonCount > 0 && given.daemonize != nil, "-D and --daemonize"),
      (given.stampCount > 0 && given.absoluteTime != nil, "-t and --absolute-timestamps"),
      (given.hexCount > 0 && given.stringsInHex != nil, "-x and --strings-in-hex"),
      (given.quietCount > 0 && given.quiet != nil, "-q and -e quiet/--quiet"),
      (given.descriptorCount > 0 && given.descriptorDetails != nil, "-y and --decode-fds"),
      (given.json && given.format != nil, "--json and --format"),
    ]
    for (areBoth, names) in pairs where areBoth {
      throw UsageError("\(names) cannot be provided simultaneously")
    }
  }

  private func refuseContradictions() throws(UsageError) {
    func refuse(_ message: String) -> UsageError { UsageError(message, pointsToHelp: true) }
    let attaches = !settings.tracing.attached.isEmpty
    let table = "(-c/--summary-only or -C/--summary)"
    if given.daemonCount > 3 {
      throw refuse("Too many -D's (\(given.daemonCount)), maximum supported -D count is 3")
    }
    if command.isEmpty {
      if !attaches { throw refuse("must have PROG [ARGS] or -p PID") }
      if given.placement != .parent { throw refuse("PROG [ARGS] must be specified with -D/--daemonize") }
      if argv0 != nil { throw refuse("PROG [ARGS] must be specified with --argv0") }
    }
    if settings.tracing.attachesChildren, !attaches { throw refuse("--children must be given with -p/--attach") }
    if settings.json.showsEntries, given.counts || settings.output.latency || settings.output.keptCalls != nil {
      throw refuse("--json=entries and a table of calls or --keep-last are mutually exclusive")
    }
    if settings.tracing.killsOnExit, attaches {
      throw UsageError("--kill-on-exit and -p/--attach are mutually exclusive options")
    }
    if given.summaryOnly, given.summary {
      throw refuse("-c/--summary-only and -C/--summary are mutually exclusive")
    }
    if given.counts, given.separatesOutput {
      throw refuse("\(table) and -ff/--output-separately are mutually exclusive")
    }
    if !given.counts {
      if settings.summary.countsWallClock { throw refuse("-w/--summary-wall-clock must be given with \(table)") }
      if given.columns != nil { throw refuse("-U/--summary-columns must be given with \(table)") }
    }
    if case .command = settings.output.destination, given.separatesOutput {
      throw refuse("piping the output and -ff/--output-separately are mutually exclusive")
    }
    try refuseFormats(refuse, table)
  }

  private func refuseFormats(_ refuse: (String) -> UsageError, _ table: String) throws(UsageError) {
    if settings.output.keptCalls != nil, given.counts || settings.output.latency || settings.output.format == .perfetto
    {
      let other = given.counts ? table : settings.output.latency ? "--latency" : "--format=perfetto"
      throw refuse("--keep-last and \(other) are mutually exclusive")
    }
    if settings.output.latency, given.counts { throw refuse("--latency and \(table) are mutually exclusive") }
    guard given.separatesOutput else { return }
    if settings.output.latency { throw refuse("--latency and -ff/--output-separately are mutually exclusive") }
    if given.finalFormat == .perfetto {
      throw refuse(
        "--format=perfetto, which has all threads in one file, and -ff/--output-separately are mutually exclusive")
    }
  }
}
