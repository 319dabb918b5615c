import Decoding
import Ptrace

/// The tracees there are, and the records of those there were, which new ones take over.
struct Tracees {
  private var table = TraceeTable()
  private var spareRecords: [CallRecord] = []
  private var addedCount: UInt64 = 0
  /// Processes that have had threads besides their first.
  private var ofThreads: Set<Int32> = []

  var count: Int { table.count }
  @inline(__always) subscript(tid: Int32) -> Tracee? { table[tid] }
  /// In the order in which they became tracees.
  var inOrder: [Tracee] { table.all.sorted { $0.order < $1.order } }

  /// A record for a new tracee, which has made no call.
  mutating func newRecord() -> CallRecord {
    let record = spareRecords.popLast() ?? CallRecord()
    record.previous = nil
    return record
  }

  mutating func add(_ tracee: Tracee) {
    tracee.order = addedCount
    addedCount &+= 1
    table.insert(tracee)
  }

  /// A process has another thread than its first.
  mutating func noteThreads(of pid: Int32) { ofThreads.insert(pid) }

  /// The other threads of a process whose first thread's end was reported, which comes last: they are gone, unreported.
  mutating func takeRemainder(of pid: Int32) -> [Tracee] {
    ofThreads.remove(pid) == nil ? [] : table.all.filter { $0.identity.pid == pid && $0.tid != pid }
  }

  /// Forgets a tracee that is gone, or let go of.
  mutating func remove(_ tracee: Tracee) {
    table.remove(tracee.tid)
    if spareRecords.count < 64 { spareRecords.append(tracee.thread.call) }
  }
}
