import Settings
import SyscallTables

extension Invocation {
  /// Fills in what depends on several options.
  mutating func resolve() {
    settings.output.format = given.finalFormat
    settings.output.isSeparate = given.separatesOutput
    settings.output.summary = given.summaryOnly ? .alone : given.summary ? .behind : .none
    settings.output.stack = given.stack
    settings.inspection.formUnion(given.details)
    resolveSummary()
    resolveTracing()
    resolveDecoding()
    resolveText()
    resolveNotices()
  }

  private var isData: Bool { settings.output.format != .text }

  /// The trace of a command that goes elsewhere leaves terminal and standard error to the command.
  private var isAside: Bool { settings.output.destination != .standardError && !command.isEmpty }

  private mutating func resolveTracing() {
    settings.tracing.followsForks = given.followsForks
    settings.tracing.placement = given.placement
    settings.tracing.interruptibility = given.interruptibility ?? (isAside ? .never : .whileWaiting)
    settings.tracing.filtersInKernel = given.seccompBpf
    let chosen = settings.selection.calls
    settings.tracing.calls = chosen
    settings.tracing.calls.insertUnknownCalls()
    if !chosen.isUniform {
      // What a call stands for is seen when it is decoded.
      for subcall in Subcall.all where chosen.contains(subcall) {
        settings.tracing.calls.insert(subcall.call, abi: subcall.abi)
      }
    }
    let needsData = isData || settings.output.latency
    if given.time != nil || settings.text.relativeTime != nil || needsData {
      settings.tracing.stamps.insert(.wallClock)
    }
    if settings.text.showsInstructionPointer { settings.tracing.stamps.insert(.signalPlace) }
    if settings.text.timeSpent != nil || needsData { settings.tracing.stamps.insert(.duration) }
    if given.counts {
      if settings.summary.needsWallClock { settings.tracing.stamps.insert(.duration) }
      if !settings.summary.countsWallClock { settings.tracing.stamps.insert(.systemTime) }
    }
    settings.tracing.comparesPaths = !settings.selection.paths.isEmpty
    if settings.selection.paths.isEmpty { settings.tracing.tracedDescriptors = settings.selection.descriptors }
    settings.tracing.tellsGaps = settings.notices.debug
    settings.decoding.looksForDescriptors = settings.tracing.comparesPaths || settings.selection.descriptors != nil
    settings.tracing.countsOnly = countsOnly
    settings.tracing.readsCommandNames = settings.inspection.contains(.command) || needsData
    settings.tracing.readsSecurityContexts = settings.inspection.contains(.context)
  }

  /// The time that counts where nothing but the table of `-c` is asked for, and each call counts in it as it is.
  private var countsOnly: TraceConfiguration.CountedTime? {
    let selection = settings.selection
    guard settings.output.summary == .alone, !settings.output.latency, settings.summary.overhead == 0,
      selection.condition == nil, selection.paths.isEmpty, selection.descriptors == nil,
      settings.tracing.callLimit == nil, settings.summary.statuses.isComplete,
      settings.summary.countsWallClock || !settings.summary.needsWallClock
    else { return nil }
    return settings.summary.countsWallClock ? .passed : .processor
  }

  private mutating func resolveDecoding() {
    settings.decoding.stringLimit = given.stringLimit ?? Self.stringLimit(of: settings.output.format)
    resolveRedactions()
    // Text is short unless said otherwise, data is whole.
    let abbreviated = given.abbreviated ?? (isData ? .none : .all)
    settings.decoding.setManners(abbreviated: abbreviated, structures: given.verbose, raw: given.raw)
    let inspection = settings.inspection
    if !inspection.isDisjoint(with: .ofDescriptors) { settings.decoding.annotations.insert(.descriptors) }
    if !inspection.isDisjoint(with: .ofProcesses) { settings.decoding.annotations.insert(.processes) }
    if inspection.contains(.context) { settings.decoding.annotations.insert(.contexts) }
    // Data has one form, whatever the options for text say.
    if !isData { settings.decoding.constants = settings.text.constants }
  }

  private mutating func resolveRedactions() {
    let redactions = settings.output.redactions
    if redactions.contains(.environment) { settings.decoding.omitsEnvironment = true }
    settings.decoding.omitsArguments = !redactions.isDisjoint(with: [.arguments, .strings])
    guard redactions.contains(.strings) else { return }
    settings.decoding.stringLimit = 0
    settings.decoding.dumpedReads = .none
    settings.decoding.dumpedWrites = .none
  }

  /// The most bytes shown of a string unless the command line says so.
  private static func stringLimit(of format: OutputOptions.Format) -> Int {
    switch format {
    case .text: 32
    case .json: 1 << 16
    case .perfetto: 1 << 8
    }
  }

  private mutating func resolveText() {
    settings.text.showsCommands = settings.inspection.contains(.command)
    settings.text.absoluteTime = given.time
    settings.text.hexStrings = given.hexStrings
    // What is shown may depend on how a call ends.
    if settings.selection.condition != nil || settings.output.keptCalls != nil { settings.text.showsWholeLines = true }
    if settings.text.pidPrefix != .always { settings.text.pidPrefix = pidPrefix }
    settings.json.showsInstructionPointer = settings.text.showsInstructionPointer
  }

  private var pidPrefix: TextOptions.PidPrefix {
    let isStandardError = settings.output.destination == .standardError
    if given.separatesOutput && !isStandardError { return .never }
    let attached = settings.tracing.attached.count
    guard given.followsForks || attached > 1 || (attached > 0 && !command.isEmpty) else { return .never }
    return isStandardError ? .whenSeveral : .always
  }

  private mutating func resolveSummary() {
    if let columns = given.columns { settings.summary.columns = columns }
    // A row without a name says nothing.
    if !settings.summary.columns.contains(.name) { settings.summary.columns.append(.name) }
    if let order = given.order { settings.summary.order = order }
  }

  private mutating func resolveNotices() {
    let byCount = given.quietCount == 0 && isAside ? [.attach, .personality] : given.quietByCount
    let quiet = given.quiet ?? byCount
    settings.notices.quiet = quiet
    settings.notices.hidesPathResolution = given.quiet?.contains(.pathResolution) ?? false
    settings.text.showsExits = !quiet.contains(.exit)
    settings.tracing.tellsUnknownEnds = !quiet.contains(.exit)
    settings.text.showsSuperseded = !quiet.contains(.threadExecve)
    settings.text.showsModeChanges = !quiet.contains(.personality)
  }
}

extension DecodingOptions {
  /// Says how each call is decoded, by the sets that `-e abbrev=`, `-e verbose=` and `-e raw=` name.
  fileprivate mutating func setManners(abbreviated: SyscallFilter, structures: SyscallFilter, raw: SyscallFilter) {
    func manner(_ contains: (SyscallFilter) -> Bool) -> Manner {
      var manner: Manner = []
      if contains(abbreviated) { manner.insert(.abbreviated) }
      if contains(structures) { manner.insert(.structures) }
      if contains(raw) { manner.insert(.raw) }
      return manner
    }
    defaultManner = manner { $0.hasUnknown(.native) }
    if abbreviated.isUniform && structures.isUniform && raw.isUniform { return }
    for abi in ABI.allCases {
      for call in SyscallNumber.all(of: abi) {
        let index = Int(call.index)
        if index >= manners.count {
          manners += Array(repeating: defaultManner, count: index + 1 - manners.count)
        }
        manners[index] = manner { $0.contains(call.number, abi: abi) }
      }
    }
    for subcall in Subcall.all { subcallManners[subcall.name] = manner { $0.contains(subcall) } }
  }
}
