import Settings

/// What options have said that means something only together with what others said.
struct Given: Sendable {
  var daemonCount = 0
  var daemonize: TracerPlacement?
  var interruptibility: TraceConfiguration.Interruptibility?
  var followCount = 0
  var followForks = false
  /// `-F`
  var followsByOldName = false
  var outputSeparately = false
  var seccompBpf = false
  /// How often `-z` and `-Z` were given.
  var statusOptionCount = 0
  var abbreviated: SyscallFilter?
  var verbose = SyscallFilter.all
  var raw = SyscallFilter.none
  var quietCount = 0
  var quiet: NoticeOptions.Quiet?
  var descriptorCount = 0
  var descriptorDetails: InspectionDetails?
  var stackCount = 0
  var stackShowsLines: Bool?
  var frameLimit = 256
  var json = false
  var format: OutputOptions.Format?
  var stringLimit: Int?
  var hexCount = 0
  var stringsInHex: HexStrings?
  var stampCount = 0
  var absoluteTime: AbsoluteStamp?
  var summaryOnly = false
  var summary = false
  var order: SummaryOptions.Order?
  var columns: [SummaryOptions.Column]?

  var followsForks: Bool { followCount > 0 || followForks || followsByOldName }
  var separatesOutput: Bool { followCount > 1 || outputSeparately }
  var counts: Bool { summaryOnly || summary }

  var placement: TracerPlacement { daemonize ?? TracerPlacement(rawValue: daemonCount) ?? .parent }

  var finalFormat: OutputOptions.Format { json ? .json : format ?? .text }

  var time: AbsoluteTime? {
    if let absoluteTime { return absoluteTime.time }
    return switch stampCount {
    case 0: nil
    case 1: .clock(.seconds)
    case 2: .clock(.microseconds)
    default: .unix(.microseconds)
    }
  }

  var hexStrings: HexStrings { stringsInHex ?? (hexCount == 0 ? .none : hexCount == 1 ? .nonASCII : .all) }

  var stack: OutputOptions.Stack? {
    guard stackCount > 0 || stackShowsLines != nil else { return nil }
    return .init(showsSourceLines: stackShowsLines ?? (stackCount > 1), limit: frameLimit)
  }

  var details: InspectionDetails {
    if let descriptorDetails { return descriptorDetails }
    return descriptorCount == 0 ? [] : descriptorCount == 1 ? .path : .ofDescriptors
  }

  /// What `-q`s stand for.
  var quietByCount: NoticeOptions.Quiet {
    switch quietCount {
    case 0: []
    case 1: [.attach, .personality]
    case 2: [.attach, .personality, .exit]
    default: Expression.quietWords.everything
    }
  }
}
