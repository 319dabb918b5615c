import Ptrace

/// New threads whose first stop came before their parent's event, and those whose end did.
///
/// Their parent's event is certain to come, unless the parent dies first or the event was not asked for (CLONE_PTRACE
/// and CLONE_UNTRACED together). So they wait in their stop: for the event, for the end of any tracee, or, as the last
/// resort, for some waits without any report.
struct UnknownThreads {
  private var queue: [Int32] = []
  private var endedEarly: Set<Int32> = []
  private var emptyWaits = 0
  /// Until when a thread may be met whose parent died before it told of it (CLOCK_MONOTONIC, nanoseconds).
  private var orphansUntil: UInt64 = 0

  /// Nanoseconds of a wait while there are such threads.
  static let wait: UInt64 = 10_000_000
  private static let mostEmptyWaits = 10

  var isEmpty: Bool { queue.isEmpty }

  mutating func add(_ tid: Int32) {
    queue.append(tid)
    emptyWaits = 0
  }

  /// Their parent's event tells of a thread, or it is gone.
  mutating func claim(_ tid: Int32) { queue.removeAll { $0 == tid } }

  /// A thread ended before its parent's event.
  mutating func ended(_ tid: Int32) { endedEarly.insert(tid) }

  /// Whether a thread that a parent's event tells of has ended already; there will be no report of it then.
  mutating func hasEnded(_ tid: Int32) -> Bool { endedEarly.remove(tid) != nil }

  /// A tracee ended in a call that may have started a thread, which no event will tell of.
  mutating func expectOrphan(_ kernel: Kernel) {
    orphansUntil = kernel.now &+ Self.wait &* UInt64(Self.mostEmptyWaits)
  }

  /// Whether such a thread may still come, though no tracee is left.
  func expectsOrphan(_ kernel: Kernel) -> Bool { orphansUntil != 0 && kernel.now < orphansUntil }

  /// A wait brought nothing, or something: whether waiting for parents is given up.
  mutating func waited(inVain: Bool) -> Bool {
    guard inVain, !queue.isEmpty else {
      emptyWaits = 0
      return false
    }
    emptyWaits += 1
    return emptyWaits >= Self.mostEmptyWaits
  }

  /// All of them, which wait no longer.
  mutating func takeAll() -> [Int32] {
    defer { queue = [] }
    return queue
  }
}
