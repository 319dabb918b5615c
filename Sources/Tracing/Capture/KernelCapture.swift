import CBPF
import CLinux
import CapturePlans
import Decoding
import Glibc
import Linux
import Settings
import SyscallTables

/// The programs that record calls in the kernel, and the ring that they fill: loaded, told which threads and calls,
/// read, unloaded.
///
/// It knows nothing of ptrace. When it goes, so do the programs: they are held by descriptors alone.
final class KernelCapture {
  private let configuration: TraceConfiguration
  private let options: DecodingOptions
  private var stepCount = 0
  private var choiceCount = 0
  private var planned: Set<ABI> = []
  private let bpf: UnsafeMutablePointer<trapline_bpf>
  private var ring: RingReader
  private var watch: Int32 = -1
  private var children: Int32 = -1
  /// What is added to CLOCK_MONOTONIC to come to CLOCK_REALTIME, in nanoseconds.
  let wallClockOffset: UInt64

  /// The signal that makes a thread wait for the tracer, which takes it away. Should the tracer be killed meanwhile, the
  /// thread gets it: SIGURG is what programs ignore by default, and take in their stride where they handle it.
  static let stopSignal = SIGURG
  /// The `si_code` of it.
  static let stopCode = Int32(SI_KERNEL)
  private static let mostThreads: UInt32 = 16384

  /// Loads the programs. They do not run before ``begin()``.
  init(_ configuration: TraceConfiguration, decoding options: DecodingOptions) throws(CaptureRefusal) {
    self.configuration = configuration
    self.options = options
    let ringSize = configuration.ringSize
    guard trapline_bpf_knows_machine() != 0 else {
      throw CaptureRefusal(reason: "the kernel's programs know no registers of \(ABI.native) yet")
    }
    if !SmallFile.isInFirstPidNamespace {
      throw CaptureRefusal(
        reason: "the tracer runs in a pid namespace of its own, where the kernel's programs see other numbers")
    }
    var settings = trapline_settings()
    settings.ring_size = ringSize
    settings.reserve = ringSize / 2
    settings.wake_at = RingReader.filling(ringSize)
    settings.stop_signal = UInt32(Self.stopSignal)
    settings.cpu_count = UInt32(clamping: max(1, sysconf(Int32(_SC_NPROCESSORS_CONF))))
    settings.measures_cpu = configuration.stamps.contains(.systemTime) ? 1 : 0
    settings.names_commands = configuration.readsCommandNames ? 1 : 0
    settings.tells_threads = settings.measures_cpu | settings.names_commands
    settings.tells_time = configuration.stamps.isDisjoint(with: [.duration, .wallClock]) ? 0 : 1
    settings.look_after = UInt32(clamping: ringSize / 4096)
    if let chosen = configuration.tracedDescriptors {
      settings.chooses_descriptors = 1
      withUnsafeMutableBytes(of: &settings.descriptors) { words in
        for descriptor in 0..<words.count * 8 where chosen.contains(Int32(descriptor)) {
          words[descriptor / 8] |= 1 << UInt8(descriptor % 8)
        }
      }
    }
    bpf = .allocate(capacity: 1)
    bpf.initialize(to: trapline_bpf())
    trapline_bpf_begin_loading(bpf, &settings, Self.mostThreads)
    // Meanwhile, what takes as long.
    let plans = Plans(.native, configuration, options)
    let error = trapline_bpf_finish_loading(bpf)
    guard error == 0 else {
      let stage = Int(bpf.pointee.stage)
      bpf.deallocate()
      throw CaptureRefusal(reason: Self.reason(error, stage))
    }
    ring = RingReader(bpf)
    wallClockOffset = Clock.real &- Clock.monotonic
    for abi in ABI.allCases { want(abi) }
    guard add(plans, of: .native) else { throw CaptureRefusal(reason: "the plans of all calls are too long") }
  }

  deinit {
    if watch >= 0 { close(watch) }
    if children >= 0 { close(children) }
    trapline_bpf_unload(bpf)
    bpf.deallocate()
  }

  private static func reason(_ error: Int32, _ stage: Int) -> String {
    let meaning = explanation(Errno(rawValue: error))
    if stage == TRAPLINE_BPF_LAYOUT.rawValue {
      return "the kernel does not tell its layout in /sys/kernel/btf/vmlinux: \(meaning)"
    }
    switch error {
    case EPERM, EACCES: return "it needs CAP_BPF and CAP_PERFMON: \(meaning)"
    case ENOSYS: return "the kernel has no bpf(2): \(meaning)"
    case EINVAL where stage != TRAPLINE_BPF_ATTACHING.rawValue:
      return "the kernel is too old, it takes Linux 5.17: \(meaning)"
    default:
      let what =
        stage == TRAPLINE_BPF_MAPS.rawValue
        ? "a map"
        : stage == TRAPLINE_BPF_PROGRAMS.rawValue ? "a program" : "a trace point"
      return "the kernel refuses \(what): \(meaning)"
    }
  }

  /// Has the programs record from now on, and wakes by ``wait(milliseconds:)``.
  func begin() throws(CaptureRefusal) {
    let error = trapline_bpf_attach(bpf)
    guard error == 0 else { throw CaptureRefusal(reason: Self.reason(error, Int(bpf.pointee.stage))) }
  }

  /// Nothing is recorded any more.
  func end() { trapline_bpf_detach(bpf) }

  /// Says which calls of an ABI are recorded, and which are counted; their memory is read from the thread, as long as they
  /// have no plans.
  private func want(_ abi: ABI) {
    guard let plans = bpf.pointee.plans else { return }
    let first = Int(abi.rawValue) * TRAPLINE_CALLS_PER_ABI
    for index in 0..<TRAPLINE_CALLS_PER_ABI {
      let number = UInt64(index)
      var plan = trapline_call_plan()
      plan.is_wanted = UInt8(configuration.use(of: number, abi).rawValue)
      plan.is_live = 1
      plan.executes = WatchedCalls.execs.contains(number, abi: abi) ? 1 : 0
      // What they start is held until they have returned.
      plan.wakes = WatchedCalls.births.contains(number, abi: abi) ? 1 : 0
      plan.works_on =
        configuration.tracedDescriptors == nil ? UInt8(TRAPLINE_WORKS_ON_ANY) : Self.descriptors(of: number, abi)
      plans[first + index] = plan
    }
  }

  /// The registers with a call's descriptors. Of those that start something the engine wants to know, too.
  private static func descriptors(of number: UInt64, _ abi: ABI) -> UInt8 {
    guard let entry = SyscallNumber(abi: abi, number: number), !WatchedCalls.execs.contains(number, abi: abi),
      !WatchedCalls.births.contains(number, abi: abi), !entry.flags.contains(.firstChoosesNot),
      !WatchedCalls.userFaults.contains(number, abi: abi),
      case .registers(let registers) = DescriptorUse(of: entry, abi: abi)
    else { return UInt8(TRAPLINE_WORKS_ON_ANY) }
    return registers
  }

  /// Whether the programs can tell a call from others, and so whether it is wanted: not where its number is too large.
  static func tells(_ number: UInt64) -> Bool { number < UInt64(TRAPLINE_CALLS_PER_ABI - 1) }

  /// Makes the plans of an ABI's calls, which takes a while: those of 32 bits once such a call was made.
  func makePlans(_ abi: ABI) {
    guard !planned.contains(abi) else { return }
    add(Plans(abi, configuration, options, firstStep: stepCount, firstChoice: choiceCount), of: abi)
  }

  /// Gives plans to the programs. False when there is no room for them.
  @discardableResult
  private func add(_ made: Plans, of abi: ABI) -> Bool {
    planned.insert(abi)
    guard let plans = bpf.pointee.plans, let steps = bpf.pointee.code, let choices = bpf.pointee.choice,
      stepCount + made.steps.count <= TRAPLINE_STEP_LIMIT, choiceCount + made.choices.count <= TRAPLINE_CHOICE_LIMIT
    else { return false }
    made.steps.withUnsafeBufferPointer { code in
      if let start = code.baseAddress { (steps + stepCount).update(from: start, count: code.count) }
    }
    made.choices.withUnsafeBufferPointer { cases in
      if let start = cases.baseAddress { (choices + choiceCount).update(from: start, count: cases.count) }
    }
    stepCount += made.steps.count
    choiceCount += made.choices.count
    // The programs run meanwhile: what a plan leads to is there before it.
    let first = Int(abi.rawValue) * TRAPLINE_CALLS_PER_ABI
    for (entry, compiled) in made.plans {
      var plan = plans[first + Int(entry.number)]
      plan.entry = compiled.entry
      plan.exit = compiled.exit
      plan.at_entry = compiled.readsAtEntry
      plan.at_exit = compiled.readsAtExit
      plan.is_live = compiled.isLive ? 1 : 0
      plan.keeps = entry.call != 0 && Tables.call(entry.call).capture_count > 0 ? 1 : 0
      plans[first + Int(entry.number)] = plan
    }
    return true
  }

  /// What was counted of the calls that are not recorded.
  var counts: [CallCount] {
    guard let sums = bpf.pointee.sums else { return [] }
    let calls = TRAPLINE_CALL_ABIS * TRAPLINE_CALLS_PER_ABI
    var counts: [CallCount] = []
    for abi in ABI.allCases {
      for entry in SyscallNumber.all(of: abi) where entry.number < UInt64(TRAPLINE_CALLS_PER_ABI) {
        var count = CallCount(abi: abi, entry: entry)
        for cpu in 0..<bpf.pointee.cpu_count {
          let sum = sums[cpu * calls + Int(abi.rawValue) * TRAPLINE_CALLS_PER_ABI + Int(entry.number)]
          guard sum.calls > 0 else { continue }
          count.calls &+= sum.calls
          count.errors &+= sum.errors
          count.total &+= sum.total
          count.longest = max(count.longest, sum.longest)
          count.shortest = min(count.shortest, sum.shortest &- 1)
        }
        if count.calls > 0 { counts.append(count) }
      }
    }
    return counts
  }

  // MARK: Threads

  /// Records a thread's calls from now on. It has to be stopped outside of a call, or at a call's entry. Returns why
  /// that is not possible.
  func add(_ tid: Int32, _ abi: ABI, isStarting: Bool) -> Errno? {
    var state = trapline_thread()
    state.abi = abi.rawValue
    state.is_starting = isStarting ? 1 : 0
    let error = trapline_bpf_set_thread(bpf, UInt32(bitPattern: tid), &state)
    return error == 0 ? nil : Errno(rawValue: error)
  }

  /// Records it no longer; how many of its calls were lost, or nil when it was not recorded.
  func remove(_ tid: Int32) -> UInt32? {
    guard let state = state(of: tid) else { return nil }
    trapline_bpf_remove_thread(bpf, UInt32(bitPattern: tid))
    return state.lost
  }

  /// A thread goes on under another number, in the call that it is in.
  func move(_ tid: Int32, to other: Int32) {
    guard var state = state(of: tid) else { return }
    trapline_bpf_set_thread(bpf, UInt32(bitPattern: other), &state)
    trapline_bpf_remove_thread(bpf, UInt32(bitPattern: tid))
  }

  private func state(of tid: Int32) -> trapline_thread? {
    var state = trapline_thread()
    return trapline_bpf_get_thread(bpf, UInt32(bitPattern: tid), &state) == 0 ? state : nil
  }

  // MARK: The ring

  /// Calls `body` with each record that is there now, as long as it returns true; their place is given back afterwards.
  /// What is added meanwhile is left: a busy thread could add without end.
  @inline(__always)
  func drain(_ body: (CapturedRecord) -> Bool) {
    var count = 0
    let end = ring.end
    while let record = ring.next(before: end) {
      let goesOn = body(record)
      count += 1
      if count & 63 == 0 { ring.release() }
      if !goesOn { break }
    }
    ring.release()
  }

  /// While a record is handled: what its thread's next brings that it lacks; see ``RingReader/followingMemory(of:)``.
  func followingMemory(of tid: Int32) -> CapturedRecord? { ring.followingMemory(of: tid) }

  /// Waits until the ring fills up or a tracee changes its state, at most so long. `sleeps`: until there is any record.
  /// SIGCHLD has to be blocked. False when nothing came.
  func wait(nanoseconds: UInt64, sleeps: Bool) -> Bool {
    if watch < 0 { watch = tl_watch_with_children(bpf.pointee.ring, &children) }
    if watch < 0 {
      TracerSignals.awaitChild(nanoseconds: 1_000_000)
      return true
    }
    trapline_bpf_waits(bpf, sleeps ? TRAPLINE_WAITS_FOR_ANY : TRAPLINE_WAITS_FOR_MANY)
    defer { trapline_bpf_waits(bpf, TRAPLINE_AWAKE) }
    // What came before that wakes nobody.
    if sleeps ? ring.hasMore : ring.isFilling { return true }
    let milliseconds = (min(nanoseconds, 1 << 40) + 999_999) / 1_000_000
    let count = tl_await_either(watch, children, Int32(clamping: milliseconds))
    return count > 0 || ring.hasMore
  }
}

/// Plans of all calls of an ABI that are recorded, as the programs take them.
private struct Plans {
  private(set) var plans: [(call: SyscallNumber, plan: PlanCompiler.Plan)] = []
  let steps: [trapline_step]
  let choices: [trapline_choice]

  init(
    _ abi: ABI, _ configuration: TraceConfiguration, _ options: DecodingOptions, firstStep: Int = 0,
    firstChoice: Int = 0
  ) {
    var compiler = PlanCompiler(abi: abi, options: options, firstStep: firstStep, firstChoice: firstChoice)
    for call in SyscallNumber.all(of: abi) where call.number < UInt64(TRAPLINE_CALLS_PER_ABI - 1) {
      guard configuration.use(of: call.number, abi) == TRAPLINE_CALL_RECORDED else { continue }
      plans.append((call, compiler.plan(call)))
    }
    (steps, choices) = compiler.takeCode()
  }
}

extension TraceConfiguration {
  fileprivate func use(of number: UInt64, _ abi: ABI) -> trapline_call_use {
    guard calls.contains(number, abi: abi) else {
      // The tracer has to know of it, shown or not.
      return WatchedCalls.userFaults.contains(number, abi: abi) ? TRAPLINE_CALL_RECORDED : TRAPLINE_CALL_UNWANTED
    }
    // What they stand for is in their arguments; what has no name is in no table.
    guard let counted = countsOnly, let entry = SyscallNumber(abi: abi, number: number),
      !Subcall.all.contains(where: { $0.call == entry })
    else { return TRAPLINE_CALL_RECORDED }
    return counted == .passed ? TRAPLINE_CALL_COUNTED : TRAPLINE_CALL_COUNTED_BY_CPU
  }
}
