/// What all expressions of a command line come to: of each kind the last one counts, injections add up.
public struct Qualifiers: Sendable {
  public var traced = CallSet.all
  /// Text is short unless said otherwise, data is whole.
  public var abbreviated = CallSet.all
  public var verbose = CallSet.all
  public var raw = CallSet.none
  public var signals = NumberSet.all
  public var status = StatusFilter.all
  public var dumpedReads = NumberSet.none
  public var dumpedWrites = NumberSet.none
  /// Calls are traced only if they work on one of these; nil: whatever they work on.
  public var descriptors: NumberSet?
  public var quiet: QuietSet = []
  /// Whether the note on what a path of `-P` leads to is left out. No number of `-q`s does that.
  public var hidesPathResolution = false
  public var descriptorDetails: DescriptorDetails = []
  public var processDetails: ProcessDetails = []
  public var showsKVMExits = false
  public var showsNewNamespaces = false
  public var contexts: SecurityContexts = []
  /// In the order given: where two mean one call, the later counts.
  public var injections: [Injection] = []

  mutating func apply(_ qualifier: Qualifier) {
    switch qualifier {
    case .trace(let set): traced = set
    case .abbreviate(let set): abbreviated = set
    case .verbose(let set): verbose = set
    case .raw(let set): raw = set
    case .signals(let set): signals = set
    case .status(let filter): status = filter
    case .read(let set): dumpedReads = set
    case .write(let set): dumpedWrites = set
    case .descriptors(let set): descriptors = set
    case .quiet(let set):
      quiet = set
      hidesPathResolution = set.contains(.pathResolution)
    case .decodeDescriptors(let set): descriptorDetails = set
    case .decodeProcesses(let set): processDetails = set
    case .decodeProcessesToo(let set): processDetails.formUnion(set)
    case .kvm: showsKVMExits = true
    case .newNamespaces: showsNewNamespaces = true
    case .contexts(let set): contexts = set
    case .inject(let injection): injections.append(injection)
    }
  }
}

extension Invocation {
  /// What the expressions and the counted options come to.
  public var qualifiers: Qualifiers {
    var all = Qualifiers()
    if output.format != .text { all.abbreviated = .none }
    // The trace of a command that goes elsewhere leaves standard error to the command.
    let isAside = output.destination != nil && !command.isEmpty
    all.quiet = output.quietCount == 0 && isAside ? [.attach, .personality] : output.quietByCount
    switch output.descriptorCount {
    case 0: break
    case 1: all.descriptorDetails = .path
    default: all.descriptorDetails = .everything
    }
    for qualifier in filter.qualifiers { all.apply(qualifier) }
    return all
  }
}

extension FilterOptions {
  mutating func show(only outcomes: StatusFilter.Outcomes) {
    qualifiers.append(.status(StatusFilter(outcomes: outcomes)))
    statusOptionCount += 1
  }

  var saysQuiet: Bool {
    qualifiers.contains { if case .quiet = $0 { true } else { false } }
  }

  var saysDecodeDescriptors: Bool {
    qualifiers.contains { if case .decodeDescriptors = $0 { true } else { false } }
  }
}
