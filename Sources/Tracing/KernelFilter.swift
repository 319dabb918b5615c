import CSeccomp
import Decoding
import Glibc
import Linux
import SyscallTables

/// A filter by which the kernel itself tells the calls that are traced from those that are not, compiled by libseccomp.
///
/// It stops at all calls that are wanted, and perhaps at some that are not: those that libseccomp has no name for.
/// Calls that nobody has a name for are wanted all or not at all.
struct KernelFilter {
  /// The calls to stop at.
  let calls: SyscallFilter
  private let trace = tl_scmp_trace(0)
  private let allow = tl_scmp_allow()

  init(_ calls: SyscallFilter) { self.calls = calls }

  /// The program for seccomp(2); nil when libseccomp cannot express it.
  func compiled() -> [Program.FilterInstruction]? {
    // Whether calls that no rule names stop the tracee; then the rules name those that do not.
    let namesUnwanted = wantsMost || ABI.allCases.contains { !canNameWanted(of: $0) }
    guard let filter = filter(of: .native, namesUnwanted) else { return nil }
    defer { seccomp_release(filter) }
    for abi in ABI.allCases where abi != .native {
      guard let other = self.filter(of: abi, namesUnwanted) else { return nil }
      guard seccomp_merge(filter, other) == 0 else {
        seccomp_release(other)
        return nil
      }
    }
    guard let named = program(of: filter) else { return nil }
    return namesUnwanted || !wantsUnnamed ? named : unnamed() + named
  }

  /// Whether calls are wanted that no table has.
  private var wantsUnnamed: Bool { ABI.allCases.contains { calls.hasUnknown($0) } }

  /// Whether naming what is not wanted takes fewer rules.
  private var wantsMost: Bool {
    let all = SyscallNumber.all(of: .native)
    return all.count { calls.contains($0.number, abi: .native) } > all.count / 2
  }

  /// The beginning of a program, which stops at numbers that have no name and goes on behind it with the others.
  private func unnamed() -> [Program.FilterInstruction] {
    var program: [sock_filter] = []
    for architecture in Set(ABI.allCases.map(\.architecture)).sorted(by: >) {
      let abis = ABI.allCases.filter { $0.architecture == architecture }
      // A jump reaches over 255 instructions.
      let gaps = abis.flatMap(gaps).prefix(84)
      program += [
        tl_load_architecture(), tl_skip_unless_equal(architecture, UInt8(clamping: 1 + 3 * gaps.count)),
        tl_load_number(),
      ]
      for gap in gaps {
        program += [tl_skip_below(gap.lowerBound, 2), tl_skip_above(gap.upperBound, 1), tl_answer(trace)]
      }
    }
    return program.map { Program.FilterInstruction(code: $0.code, whenTrue: $0.jt, whenFalse: $0.jf, operand: $0.k) }
  }

  /// The numbers between and behind those of an ABI's calls, as the kernel has them.
  private func gaps(_ abi: ABI) -> [ClosedRange<UInt32>] {
    let first = UInt32(clamping: abi.mark)
    // Those above are of a marked ABI.
    let marks = ABI.allCases.filter { $0 != abi && $0.architecture == abi.architecture }.map(\.mark)
    let last = marks.filter { $0 > abi.mark }.min().map { UInt32(clamping: $0 - 1) } ?? .max
    var next = first
    var gaps: [ClosedRange<UInt32>] = []
    for call in SyscallNumber.all(of: abi) {
      let number = first &+ UInt32(clamping: call.number)
      if number > next { gaps.append(next...(number - 1)) }
      next = max(next, number &+ 1)
    }
    return next <= last ? gaps + [next...last] : gaps
  }

  /// The number that libseccomp knows a call by: its own for this machine, or a negative one; nil when it knows none.
  private func knownNumber(_ call: SyscallNumber, _ abi: ABI) -> Int32? {
    let number = UInt32(clamping: call.number | abi.mark)
    guard let name = seccomp_syscall_resolve_num_arch(Self.architecture(abi), Int32(bitPattern: number))
    else { return nil }
    defer { free(name) }
    if abi == .native { return Int32(bitPattern: number) }
    let known = seccomp_syscall_resolve_name(name)
    return known == Self.unknown ? nil : known
  }

  private func canNameWanted(of abi: ABI) -> Bool {
    SyscallNumber.all(of: abi).allSatisfy { !calls.contains($0.number, abi: abi) || knownNumber($0, abi) != nil }
  }

  private func filter(of abi: ABI, _ namesUnwanted: Bool) -> scmp_filter_ctx? {
    guard let filter = seccomp_init(namesUnwanted ? trace : allow) else { return nil }
    guard adapt(filter, to: abi), addRules(to: filter, abi, namesUnwanted) else {
      seccomp_release(filter)
      return nil
    }
    return filter
  }

  private func adapt(_ filter: scmp_filter_ctx, to abi: ABI) -> Bool {
    guard seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH, allow) == 0,
      seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2) == 0
    else { return false }
    if abi == .native { return true }
    return seccomp_arch_remove(filter, Self.architecture(.native)) == 0
      && seccomp_arch_add(filter, Self.architecture(abi)) == 0
  }

  private func addRules(to filter: scmp_filter_ctx, _ abi: ABI, _ namesUnwanted: Bool) -> Bool {
    for call in SyscallNumber.all(of: abi) where calls.contains(call.number, abi: abi) != namesUnwanted {
      guard let known = knownNumber(call, abi) else {
        if namesUnwanted { continue }
        return false
      }
      // libseccomp lets a rule on a call through socketcall(2) or ipc(2) count for these too, which may be wanted.
      if namesUnwanted && Self.isMultiplexed(call, abi) { continue }
      let status = seccomp_rule_add_array(filter, namesUnwanted ? allow : trace, known, 0, nil)
      if status != 0 && !namesUnwanted { return false }
    }
    return true
  }

  /// Whether it is the ABI's own number of what socketcall(2) or ipc(2) does too.
  private static func isMultiplexed(_ call: SyscallNumber, _ abi: ABI) -> Bool {
    Subcall.all.contains { $0.abi == abi && TableString($0.name) == call.name }
  }

  private static let unknown: Int32 = -1

  /// libseccomp's own number of it.
  private static func architecture(_ abi: ABI) -> UInt32 { seccomp_arch_resolve_name(abi.filterName.description) }

  private func program(of filter: scmp_filter_ctx) -> [Program.FilterInstruction]? {
    guard let file = try? ScratchFile(), seccomp_export_bpf(filter, file.descriptor) == 0,
      let bytes = try? file.contents(), bytes.count % 8 == 0, bytes.count / 8 <= 4096
    else { return nil }
    return bytes.withUnsafeBytes { raw in
      stride(from: 0, to: raw.count, by: 8).map { offset in
        Program.FilterInstruction(
          code: raw.loadUnaligned(fromByteOffset: offset, as: UInt16.self), whenTrue: raw[offset + 2],
          whenFalse: raw[offset + 3], operand: raw.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self))
      }
    }
  }
}

extension PtraceEngine {
  /// The filter to start the command with; empty when there is to be none.
  func kernelFilter() -> [Program.FilterInstruction] {
    // What is not wanted is not recorded either: nothing stops for it.
    guard mayFilterInKernel, source == nil else { return [] }
    var wanted = configuration.calls
    wanted.formUnion(WatchedCalls.userFaults)
    if placement.isOn { wanted.formUnion(WatchedCalls.all) }
    if watchesPaths { wanted.formUnion(OpenedPaths.calls) }
    return KernelFilter(wanted).compiled() ?? []
  }

  /// A filter binds its process, and all that it starts, to a tracer: without one, the calls that it selects fail. So
  /// there is none where children are not followed or tracees are to be let go of before they end, nor where a signal
  /// is to be delivered at a call, which only a stop that the filter does not make allows.
  private var mayFilterInKernel: Bool {
    configuration.filtersInKernel && configuration.followsForks && !configuration.calls.isComplete
      && !configuration.detachesOnExec && configuration.callLimit == nil && configuration.attached.isEmpty
      && configuration.timeLimit == nil && configuration.followDepth == nil
      && !configuration.injections.contains { $0.signal != nil || $0.replacement != nil }
  }

  /// Whether tracees end with the tracer: as was asked for, or since a filter would make their calls fail.
  var killsOnExit: Bool { configuration.killsOnExit || command.usesFilter }
}
