import CSyscallTables
import Decoding
import Options
import Surroundings
import SyscallTables

extension DecodingOptions {
  /// What the command line says of what is read from tracees, and how much.
  init(_ invocation: Invocation, _ qualifiers: Qualifiers) {
    self.init()
    stringLimit = invocation.output.stringLimit
    defaultManner = Manner(
      abbreviated: qualifiers.abbreviated.containsUnknown, structures: qualifiers.verbose.containsUnknown,
      raw: qualifiers.raw.containsUnknown)
    if !(qualifiers.abbreviated.isUniform && qualifiers.verbose.isUniform && qualifiers.raw.isUniform) {
      manners = (0..<tl_number_count).map { index in
        let call = SyscallNumber(index: index)
        return Manner(
          abbreviated: qualifiers.abbreviated.contains(call), structures: qualifiers.verbose.contains(call),
          raw: qualifiers.raw.contains(call))
      }
      for subcall in Subcall.all {
        subcallManners[subcall.name] = Manner(
          abbreviated: qualifiers.abbreviated.contains(subcall), structures: qualifiers.verbose.contains(subcall),
          raw: qualifiers.raw.contains(subcall))
      }
    }
    if !qualifiers.descriptorDetails.isEmpty { annotations.insert(.descriptors) }
    if !qualifiers.processDetails.isEmpty { annotations.insert(.processes) }
    if qualifiers.showsNewNamespaces { annotations.insert(.namespaces) }
    if !qualifiers.contexts.isEmpty { annotations.insert(.contexts) }
    omitsEnvironment = invocation.output.noEnv
    // Data has one form, whatever the options for text say.
    if invocation.output.format == .text { constants = Constants(invocation.output.constantStyle) }
    dumpedReads = DescriptorSet(qualifiers.dumpedReads)
    dumpedWrites = DescriptorSet(qualifiers.dumpedWrites)
  }
}

extension DecodingOptions.Manner {
  init(abbreviated: Bool, structures: Bool, raw: Bool) {
    self = []
    if abbreviated { insert(.abbreviated) }
    if structures { insert(.structures) }
    if raw { insert(.raw) }
  }
}

extension DecodingOptions.Constants {
  init(_ style: Options.ConstantStyle) {
    self =
      switch style {
      case .abbrev: .names
      case .raw: .numbers
      case .verbose: .both
      }
  }
}

extension DecodingOptions.DescriptorSet {
  init(_ set: NumberSet) {
    self.init()
    members = Array(set.members)
    inverted = set.inverted
  }
}

extension CallSet {
  /// Whether it makes no difference between calls.
  var isUniform: Bool { isAll || isEmpty }
}

extension ProcessSurroundings.Details {
  /// What the command line says of descriptors and processes.
  init(_ qualifiers: Qualifiers) {
    self = []
    let descriptors: [(DescriptorDetails, Self)] = [
      (.path, .path), (.socket, .socket), (.device, .device), (.pidfd, .pidfd), (.signalfd, .signalfd),
      (.eventfd, .eventfd),
    ]
    for (asked, detail) in descriptors where qualifiers.descriptorDetails.contains(asked) { insert(detail) }
    if qualifiers.processDetails.contains(.command) { insert(.command) }
    if qualifiers.processDetails.contains(.namespace) { insert(.ownNumber) }
    if qualifiers.showsKVMExits { insert(.vcpuExit) }
    if !qualifiers.contexts.isEmpty { insert(.context) }
    if qualifiers.contexts.contains(.full) { insert(.wholeContext) }
    if qualifiers.contexts.contains(.mismatch) { insert(.expectedContext) }
  }
}
