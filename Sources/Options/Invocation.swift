/// A command line, checked: every option's value has its type, and options that exclude each other do not meet.
public struct Invocation: Sendable {
  public var start = StartOptions()
  public var filter = FilterOptions()
  public var output = OutputOptions()
  public var times = TimeOptions()
  public var statistics = StatisticsOptions()
  public var other = OtherOptions()
  /// The command to trace and its arguments.
  public var command: [String] = []

  /// Parses the words behind the program's name.
  ///
  /// - Throws: `UsageError`, in one line, for whatever is wrong with them.
  public init(commandLine: [String]) throws(UsageError) {
    let list = try ArgumentList(commandLine)
    for setting in list.settings {
      do {
        try setting.option.effect(&self, setting.value ?? "")
      } catch {
        throw UsageError("\(setting): \(error)")
      }
    }
    command = list.operands
    if other.endsAtOnce { return }
    try refuseTwoSpellings()
    try refuseContradictions()
  }

  /// What `-h` shows.
  public static var help: String { Manual.helpMessage() }

  /// A shell's script that completes command lines of the program.
  public static func completions(for shell: Shell) -> String {
    switch shell {
    case .bash: Manual.completionScript(for: .bash)
    case .zsh: Manual.completionScript(for: .zsh)
    case .fish: Manual.completionScript(for: .fish)
    }
  }

  /// The ids of `-p`, each once, in the order given.
  public var attachedIDs: [Int32] {
    var seen: Set<Int32> = []
    return start.attach.flatMap(\.ids).filter { seen.insert($0).inserted }
  }

  private func refuseTwoSpellings() throws(UsageError) {
    let pairs: [(Bool, String)] = [
      (start.followCount > 0 && start.followForks, "-f and --follow-forks"),
      (start.followCount > 1 && start.outputSeparately, "-ff and --output-separately"),
      (start.daemonCount > 0 && start.daemonize != nil, "-D and --daemonize"),
      (times.stampCount > 0 && times.absoluteWords != nil, "-t and --absolute-timestamps"),
      (output.hexCount > 0 && output.stringsInHex != nil, "-x and --strings-in-hex"),
      (output.quietCount > 0 && filter.saysQuiet, "-q and -e quiet/--quiet"),
      (output.descriptorCount > 0 && filter.saysDecodeDescriptors, "-y and -e decode-fds/--decode-fds"),
      (output.json && output.chosenFormat != nil, "--json and --format"),
    ]
    for (areBoth, names) in pairs where areBoth {
      throw UsageError("\(names) exclude each other: give one of them")
    }
  }

  private func refuseContradictions() throws(UsageError) {
    let attaches = !start.attach.isEmpty
    if start.daemonCount > 3 {
      throw UsageError("-D is given \(start.daemonCount) times: three times is the most")
    }
    if command.isEmpty, !start.attach.contains(where: { !$0.ids.isEmpty }) {
      if start.daemon != nil { throw UsageError("-D/--daemonize needs a PROGRAM") }
      throw UsageError("no PROGRAM [ARGUMENTS] and no -p PID: nothing to trace; -h shows the options")
    }
    if command.isEmpty {
      if start.daemon != nil { throw UsageError("-D/--daemonize needs a PROGRAM") }
      if start.argv0 != nil { throw UsageError("--argv0 needs a PROGRAM") }
    }
    if start.killOnExit, attaches {
      throw UsageError("--kill-on-exit and -p/--attach exclude each other")
    }
    if statistics.summaryOnly, statistics.summary {
      throw UsageError("-c/--summary-only and -C/--summary exclude each other")
    }
    if statistics.counts, start.separatesOutput {
      throw UsageError("-c/--summary-only or -C/--summary and -ff/--output-separately exclude each other")
    }
    if !statistics.counts {
      if statistics.wallClock {
        throw UsageError("-w/--summary-wall-clock needs -c/--summary-only or -C/--summary")
      }
      if statistics.columns != nil {
        throw UsageError("-U/--summary-columns needs -c/--summary-only or -C/--summary")
      }
    }
    if statistics.latency, statistics.counts {
      throw UsageError("--latency and -c/--summary-only or -C/--summary exclude each other")
    }
    if start.separatesOutput, statistics.latency || output.format == .perfetto {
      let what = statistics.latency ? "--latency" : "--format=perfetto, which has all threads in one file,"
      throw UsageError("\(what) and -ff/--output-separately exclude each other")
    }
    if case .command = output.destination, start.separatesOutput {
      throw UsageError("a command as -o/--output and -ff/--output-separately exclude each other")
    }
  }
}
