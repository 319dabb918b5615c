import Decoding
import SyscallTables
import Testing

@testable import Formatting

struct SummaryTests {
  func table(_ options: SummaryOptions, _ calls: [(String, Int32, UInt64)]) -> String {
    let sink = OutputSink()
    let summary = SummaryConsumer(options: options, sink: sink)
    let tracee = TraceeIdentity(tid: 1, pid: 1)
    for (name, error, time) in calls {
      let record = call(name) { _ in }
      record.returned(0, error: error)
      record.systemTime = time
      summary.handle(.callReturned(record, by: tracee))
    }
    summary.writeTable()
    return String(decoding: sink.buffer.bytes, as: UTF8.self)
  }

  let calls: [(String, Int32, UInt64)] = [
    ("getuid", 0, 1_000), ("close", 9, 40_000), ("close", 9, 20_000), ("execve", 0, 354_900), ("getuid", 0, 2_000),
  ]

  @Test func theUsualTable() {
    #expect(
      table(SummaryOptions(), calls) == """
        % time     seconds  usecs/call     calls    errors syscall
        ------ ----------- ----------- --------- --------- ----------------
         84.92    0.000355         354         1           execve
         14.36    0.000060          30         2         2 close
          0.72    0.000003           1         2           getuid
        ------ ----------- ----------- --------- --------- ----------------
        100.00    0.000418          83         5         2 total

        """)
  }

  @Test func columnsInAnyOrder() {
    var options = SummaryOptions()
    options.columns = [.errors, .name, .calls]
    options.order = .by(.name)
    #expect(
      table(options, calls)
        == [
          "   errors syscall              calls", "--------- ---------------- ---------",
          "        2 close                    2", "          execve                   1",
          "          getuid                   2", "--------- ---------------- ---------",
          "        2 total                    5", "",
        ].joined(separator: "\n"))
  }

  @Test func columnsAreAsWideAsTheirCells() {
    var options = SummaryOptions()
    options.columns = [.maximumTime, .name, .calls]
    #expect(
      table(options, [("getuid", 0, 9_999_999_600), ("inotify_rm_watch", 0, 1_000)])
        == [
          "  longest syscall               calls", "--------- ----------------- ---------",
          "10.000000 getuid                    1", " 0.000001 inotify_rm_watch          1",
          "--------- ----------------- ---------", "10.000000 total                     2", "",
        ].joined(separator: "\n"))
  }

  @Test func overheadIsTakenOff() {
    var options = SummaryOptions()
    options.columns = [.totalTime, .name]
    options.overhead = 1_000_000
    #expect(table(options, [("getuid", 0, 500)]).split(separator: "\n")[2] == "   0.000000 getuid")
  }

  @Test func nothingCountedIsNoTable() {
    #expect(table(SummaryOptions(), []) == "")
  }

  @Test func callsWithoutANameHaveRows() {
    var options = SummaryOptions()
    options.columns = [.calls, .name]
    #expect(table(options, [("no such call", 38, 0), ("getuid", 0, 0)]).contains("        1 syscall_0x3e8\n"))
  }

  @Test func whatWasCountedElsewhereIsAdded() throws {
    var options = SummaryOptions()
    options.columns = [.totalWall, .maximumWall, .calls, .errors, .name]
    let sink = OutputSink()
    let summary = SummaryConsumer(options: options, sink: sink)
    var count = CallCount(abi: .native, entry: try #require(SyscallNumber.named("read", abi: .native)))
    (count.calls, count.errors) = (3, 1)
    (count.total, count.shortest, count.longest) = (2_000_000, 500_000, 1_000_000)
    summary.add(count)
    summary.writeTable()
    let text = String(decoding: sink.buffer.bytes, as: UTF8.self)
    #expect(text.contains("   0.002000 0.001000         3         1 read\n"), "\(text)")
  }
}
