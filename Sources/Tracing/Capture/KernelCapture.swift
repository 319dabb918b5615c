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
  private let bpf: UnsafeMutablePointer<trapline_bpf>
  private(set) var ring: RingReader
  private var watch: Int32 = -1
  private var children: Int32 = -1
  /// What is added to CLOCK_MONOTONIC to come to CLOCK_REALTIME, in nanoseconds.
  let wallClockOffset: UInt64

  /// The signal that makes a thread wait for the tracer, which takes it away. Should the tracer be killed meanwhile,
  /// the thread gets
  /// it: SIGURG is what programs ignore by default, and take in their stride where they handle it.
  static let stopSignal = SIGURG
  /// The `si_code` of it: `SI_KERNEL`.
  static let stopCode: Int32 = 0x80
  private static let mostThreads: UInt32 = 65536

  /// Loads the programs for some calls. They do not run before ``begin()``.
  init(calls: SyscallFilter, decoding options: DecodingOptions, ringSize: UInt64) throws(CaptureRefusal) {
    if !SmallFile.isInFirstPidNamespace {
      throw CaptureRefusal(
        reason: "the tracer runs in a pid namespace of its own, where the kernel's programs see other numbers")
    }
    var settings = trapline_settings()
    settings.ring_size = ringSize
    settings.reserve = ringSize / 2
    settings.wake_at = ringSize / 8
    settings.stop_signal = UInt32(Self.stopSignal)
    settings.string_limit = UInt32(clamping: options.stringLimit)
    settings.cpu_count = UInt32(clamping: max(1, sysconf(Int32(_SC_NPROCESSORS_CONF))))
    settings.blocked_offset = trapline_bpf_blocked_offset()
    if settings.blocked_offset == 0 {
      throw CaptureRefusal(reason: "the kernel does not tell its layout in /sys/kernel/btf/vmlinux")
    }
    bpf = .allocate(capacity: 1)
    bpf.initialize(to: trapline_bpf())
    let error = trapline_bpf_load(bpf, &settings, Self.mostThreads)
    guard error == 0 else {
      let stage = Int(bpf.pointee.stage)
      bpf.deallocate()
      throw CaptureRefusal(reason: Self.reason(error, stage))
    }
    ring = RingReader(bpf)
    wallClockOffset = Clock.real &- Clock.monotonic
    guard install(calls, options) else {
      throw CaptureRefusal(reason: "the plans of all calls are too long")
    }
  }

  deinit {
    if watch >= 0 { close(watch) }
    if children >= 0 { close(children) }
    trapline_bpf_unload(bpf)
    bpf.deallocate()
  }

  private static func reason(_ error: Int32, _ stage: Int) -> String {
    let meaning = explanation(Errno(rawValue: error))
    switch error {
    case EPERM, EACCES: return "it needs CAP_BPF and CAP_PERFMON: \(meaning)"
    case ENOSYS: return "the kernel has no bpf(2): \(meaning)"
    case EINVAL where stage != TRAPLINE_BPF_ATTACHING.rawValue:
      return "the kernel is too old, it takes Linux 5.17: \(meaning)"
    default:
      let what = ["a map", "a program", "a trace point"]
      return "the kernel refuses \(stage < what.count ? what[stage] : "it"): \(meaning)"
    }
  }

  /// Has the programs record from now on, and wakes by ``wait(milliseconds:)``.
  func begin() throws(CaptureRefusal) {
    let error = trapline_bpf_attach(bpf)
    guard error == 0 else { throw CaptureRefusal(reason: Self.reason(error, Int(bpf.pointee.stage))) }
  }

  /// Nothing is recorded any more.
  func end() { trapline_bpf_detach(bpf) }

  /// The plans of all calls that are wanted; false when they do not fit.
  private func install(_ calls: SyscallFilter, _ options: DecodingOptions) -> Bool {
    guard let plans = bpf.pointee.plans, let steps = bpf.pointee.code else { return false }
    var code: PlanCode?
    for abi in ABI.allCases {
      var compiler = PlanCompiler(abi: abi, options: options, after: code)
      let first = Int(abi.rawValue) * TRAPLINE_CALLS_PER_ABI
      for index in 0..<TRAPLINE_CALLS_PER_ABI {
        plans[first + index].is_wanted = calls.contains(UInt64(index), abi: abi) ? 1 : 0
      }
      for entry in SyscallNumber.all(of: abi) where calls.contains(entry.number, abi: abi) {
        let index = Int(entry.number)
        guard index < TRAPLINE_CALLS_PER_ABI - 1 else { continue }
        let plan = compiler.plan(entry)
        plans[first + index].entry = plan.entry
        plans[first + index].exit = plan.exit
        plans[first + index].executes = Self.executing.contains(entry.number, abi: abi) ? 1 : 0
        plans[first + index].wakes = Self.making.contains(entry.number, abi: abi) ? 1 : 0
        plans[first + index].keeps = entry.call != 0 && Tables.call(entry.call).capture_count > 0 ? 1 : 0
      }
      code = compiler.code
    }
    guard let code, code.steps.count <= TRAPLINE_STEP_LIMIT else { return false }
    for (index, step) in code.steps.enumerated() { steps[index] = step }
    for choice in code.choices {
      let value = UInt64(bitPattern: choice.value)
      guard trapline_bpf_add_choice(bpf, choice.table, value, choice.step) == 0 else { return false }
    }
    return true
  }

  /// The calls after which the memory that they were given is gone.
  private static let executing = SyscallFilter(named: ["execve", "execveat"])

  /// The calls that make processes and threads, which are held until the call has returned.
  private static let making = SyscallFilter(named: ["fork", "vfork", "clone", "clone3"])

  // MARK: Threads

  /// Records a thread's calls from now on. It has to be stopped outside of a call, or at a call's entry. Returns why
  /// that is not possible.
  func add(_ tid: Int32) -> Errno? {
    var state = trapline_thread()
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
  /// What is added
  /// meanwhile is left: a busy thread could add without end.
  func drain(_ body: (CapturedRecord) -> Bool) {
    var count = 0
    let end = ring.end
    while let record = ring.next(before: end) {
      let goesOn = body(record)
      count += 1
      if count & 15 == 0 { ring.release() }
      if !goesOn { break }
    }
    ring.release()
  }

  /// Waits until the ring fills up or a tracee changes its state, at most so long. `sleeps`: until there is any record.
  /// SIGCHLD has to be blocked. False when nothing came.
  func wait(nanoseconds: UInt64, sleeps: Bool) -> Bool {
    if watch < 0 { watch = tl_watch_with_children(bpf.pointee.ring, &children) }
    if watch < 0 {
      TracerSignals.awaitChild(nanoseconds: 1_000_000)
      return true
    }
    if sleeps {
      trapline_bpf_sleeps(bpf, 1)
      // A record that came before that wakes nobody.
      if ring.hasMore { return true }
    }
    let milliseconds = (min(nanoseconds, 1 << 40) + 999_999) / 1_000_000
    let count = tl_await_either(watch, children, Int32(clamping: milliseconds))
    if sleeps { trapline_bpf_sleeps(bpf, 0) }
    return count > 0 || ring.hasMore
  }
}
