import Conditions
import Options
import Ptrace
import SyscallTables
import Tracing

extension TraceConfiguration {
  /// What the command line says of the tracer.
  init(_ invocation: Invocation, _ qualifiers: Qualifiers, _ condition: Condition?) throws(UsageError) {
    self.init()
    command = try Self.command(of: invocation)
    attached = invocation.attachedIDs
    followsForks = invocation.start.followsForks
    placement = Self.placement(of: invocation.start.daemon)
    interruptibility = Self.interruptibility(of: invocation)
    killsOnExit = invocation.start.killOnExit
    colocation =
      switch invocation.start.colocation {
      case .auto: .automatic
      case .always: .always
      case .off: .off
      }
    detachesOnExec = invocation.start.detachOn != nil
    // What no table has has no name to be chosen by.
    calls = SyscallFilter(qualifiers.traced, unknown: true)
    if qualifiers.traced.choosesSubcalls {
      // What a call stands for is seen when it is decoded.
      for subcall in Subcall.all where qualifiers.traced.contains(subcall) {
        calls.insert(subcall.call, abi: subcall.abi)
      }
    }
    signals = SignalSet(qualifiers.signals)
    callLimit = invocation.filter.syscallLimit.map { UInt64($0) }
    filtersInKernel = invocation.filter.seccompBpf
    injections = qualifiers.injections.map { Injection($0) }
    stamps = Self.stamps(invocation, condition)
    readsCommandNames =
      qualifiers.processDetails.contains(.command) || condition?.needsCommands == true
      || invocation.output.format != .text || invocation.statistics.latency
    readsSecurityContexts = !qualifiers.contexts.isEmpty
    programName = ProcessArguments.programName
  }

  private static func command(of invocation: Invocation) throws(UsageError) -> Command? {
    guard let name = invocation.command.first else { return nil }
    var arguments = invocation.command.map(ArgumentText.bytes)
    if let argv0 = invocation.start.argv0 { arguments[0] = ArgumentText.bytes(of: argv0) }
    let environment = changed(ProcessArguments.environment, by: invocation.start.environment)
    var command = Command(name: ArgumentText.bytes(of: name), arguments: arguments, environment: environment)
    command.searchPath = ProcessArguments.variable("PATH")
    if let user = invocation.start.user { command.user = try .init(named: user) }
    return command
  }

  private static func placement(of daemon: Daemon?) -> Program.Placement {
    switch daemon {
    case nil: .parent
    case .grandchild: .grandchild
    case .processGroup: .grandchildInOwnGroup
    case .session: .grandchildInOwnSession
    }
  }

  /// A command whose trace goes elsewhere has the terminal to itself: what it is sent is not for the tracer.
  private static func interruptibility(of invocation: Invocation) -> Interruptibility {
    switch invocation.start.interruptible {
    case .anywhere: return .anywhere
    case .waiting: return .whileWaiting
    case .never: return .never
    case .neverStopped: return .neverNorStopped
    case nil:
      return invocation.output.destination != nil && !invocation.command.isEmpty ? .never : .whileWaiting
    }
  }

  private static func stamps(_ invocation: Invocation, _ condition: Condition?) -> Stamps {
    var stamps: Stamps = []
    let times = invocation.times
    let isData = invocation.output.format != .text || invocation.statistics.latency
    if times.absolute != nil || times.relative != nil || isData { stamps.insert(.wallClock) }
    if invocation.output.instructionPointer { stamps.insert(.signalPlace) }
    if times.durations != nil || isData || condition?.needsDurations == true { stamps.insert(.duration) }
    if invocation.statistics.counts {
      stamps.insert(invocation.statistics.wallClock ? .duration : .systemTime)
    }
    return stamps
  }
}

extension SyscallFilter {
  /// - Parameter unknown: whether it has the calls that no table has; nil: if the set has.
  init(_ calls: CallSet, unknown: Bool? = nil) {
    self.init(all: unknown ?? calls.containsUnknown)
    if calls.isAll { return }
    for abi in ABI.allCases {
      for call in SyscallNumber.all(of: abi) { set(call.number, abi: abi, to: calls.contains(call)) }
    }
  }
}

extension SignalSet {
  init(_ signals: NumberSet) {
    self.init(all: false)
    for signal: Int32 in 1...64 where signals.contains(signal) { insert(signal) }
  }
}

extension Tracing.Injection {
  init(_ parsed: Options.Injection) {
    self.init()
    calls = SyscallFilter(parsed.calls)
    subcalls = Set(Subcall.all.filter { parsed.calls.contains($0) })
    switch parsed.outcome {
    case .error(let error): result = .error(error)
    case .result(let value): result = .value(Int64(bitPattern: value))
    case nil: break
    }
    if let replacing = parsed.replacement {
      replacement = [replacing.x86_64, replacing.i386, replacing.x32].map { $0.map { Int64($0) } ?? -1 }
    }
    signal = parsed.signal
    delayAtEntry = parsed.delayAtEntry
    delayAtExit = parsed.delayAtExit
    pokesAtEntry = parsed.pokesAtEntry.map { Poke(argument: $0.argument, bytes: $0.bytes) }
    pokesAtExit = parsed.pokesAtExit.map { Poke(argument: $0.argument, bytes: $0.bytes) }
    occasions.first = UInt32(parsed.when.first)
    occasions.last = parsed.when.last == Options.Injection.Occasions.withoutEnd ? .max : UInt32(parsed.when.last)
    occasions.step = UInt32(parsed.when.step)
  }
}
