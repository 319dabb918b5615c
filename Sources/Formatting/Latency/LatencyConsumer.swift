import CSyscallTables
import Decoding
import Distributions
import SyscallTables

/// Collects how long calls took, and shows their distribution (`--latency`): percentiles and a histogram for each call,
/// by process where children are followed.
public final class LatencyConsumer: TraceConsumer {
  /// The calls of one number.
  struct Calls {
    let name: CallName
    var times = Distribution()
  }

  /// The calls of one process, by ``row(of:)``.
  final class ProcessCalls {
    let pid: Int32
    var command: [UInt8] = []
    @exclusivity(unchecked) var calls: [Calls?] = []

    init(pid: Int32) { self.pid = pid }

    var total: UInt64 { calls.reduce(0) { $0 &+ ($1?.times.total ?? 0) } }

    /// What took most time first.
    var sortedCalls: [Calls] { calls.compactMap { $0 }.sorted { $0.times.total > $1.times.total } }
  }

  private let byProcess: Bool
  private let sink: OutputSink
  @exclusivity(unchecked) private var processes: [Int32: ProcessCalls] = [:]
  @exclusivity(unchecked) private var last: ProcessCalls?
  private var unnamed = UnnamedCalls()

  /// - Parameters:
  ///   - byProcess: a table for each process, instead of one for all.
  ///   - sink: where ``writeTables()`` writes.
  public init(byProcess: Bool, sink: OutputSink) {
    self.byProcess = byProcess
    self.sink = sink
  }

  public override func handle(_ event: TraceEvent) {
    if case .callReturned(let call, let tracee) = event { count(call, by: tracee) }
  }

  private func count(_ call: CallRecord, by tracee: TraceeIdentity) {
    guard !call.neverReturns, call.ended >= call.began, call.began != 0 else { return }
    let process = process(byProcess ? tracee.pid : 0)
    if process.command != tracee.command { process.command = tracee.command }
    let (row, name) = row(of: call)
    if process.calls.count <= row {
      process.calls.append(contentsOf: repeatElement(nil, count: row + 64 - process.calls.count))
    }
    if process.calls[row] == nil { process.calls[row] = Calls(name: name) }
    process.calls[row]?.times.record(call.ended - call.began)
  }

  /// Where a call is counted, and its name there: at its row in the numbers' table; behind all rows, at that of the call
  /// that it stands for; behind these, where it has no name.
  private func row(of call: CallRecord) -> (Int, CallName) {
    guard let entry = call.entry else {
      let (row, name) = unnamed.row(of: call.number)
      return (Int(tl_number_count) + Subcall.all.count + row, name)
    }
    let row = call.subcallPlace.map { Int(tl_number_count) + $0 } ?? Int(entry.index)
    return (row, .named(call.name ?? entry.name))
  }

  private func process(_ pid: Int32) -> ProcessCalls {
    if let last, last.pid == pid { return last }
    let process = processes[pid] ?? ProcessCalls(pid: pid)
    processes[pid] = process
    last = process
    return process
  }

  /// Writes the tables, the process that took most time first, and flushes.
  public func writeTables() {
    for (index, process) in sortedProcesses.enumerated() {
      if index > 0 { sink.buffer.append(UInt8(ascii: "\n")) }
      if byProcess {
        sink.buffer.append("Process ")
        sink.buffer.appendDecimal(Int64(process.pid))
        writeCommand(process.command)
        sink.buffer.append("\n")
      }
      LatencyTable(rows: process.sortedCalls).write(to: &sink.buffer)
    }
    sink.flush()
  }

  /// Writes the distributions as JSON, an object a call, in the tables' order, and flushes.
  public func writeJSON() {
    for process in sortedProcesses {
      for row in process.sortedCalls { row.write(of: byProcess ? process : nil, to: &sink.buffer) }
    }
    sink.flush()
  }

  /// The one that took most time first.
  private var sortedProcesses: [ProcessCalls] {
    processes.values.sorted { ($1.total, $0.pid) < ($0.total, $1.pid) }
  }

  /// A process may call itself anything: what could move the cursor is shown as `?`.
  private func writeCommand(_ command: [UInt8]) {
    if command.isEmpty { return }
    sink.buffer.append(" (")
    for byte in command { sink.buffer.append(byte >= 0x20 && byte < 0x7f ? byte : UInt8(ascii: "?")) }
    sink.buffer.append(")")
  }
}
