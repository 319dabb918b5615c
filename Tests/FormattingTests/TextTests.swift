import CTableFormat
import Decoding
import SyscallTables
import Testing

@testable import Formatting

/// A record as the decoder would leave it, built by hand.
func call(
  _ name: String, abi: ABI = .native, _ build: (inout TapeBuilder) -> Void
) -> CallRecord {
  let record = CallRecord()
  record.abi = abi
  record.entry = SyscallNumber.named(name, abi: abi)
  record.number = record.entry?.number ?? 1000
  var builder = TapeBuilder(record: record)
  build(&builder)
  record.entryTokens = record.tape.tokens.count
  record.explanation = record.entryTokens
  record.dumps = record.entryTokens
  return record
}

extension CallRecord {
  /// The call returned `result`; `build` adds what is decoded at exit.
  func returned(_ result: Int64, error: Int32 = 0, _ build: (inout TapeBuilder) -> Void = { _ in }) {
    hasReturned = true
    self.result = error == 0 ? result : -1
    self.error = error
    var builder = TapeBuilder(record: self)
    build(&builder)
    explanation = tape.tokens.count
    dumps = explanation
  }

  func explained(_ build: (inout TapeBuilder) -> Void) {
    var builder = TapeBuilder(record: self)
    build(&builder)
    dumps = tape.tokens.count
  }
}

struct TapeBuilder {
  let record: CallRecord

  func add(_ token: Token) { record.tape.append(token) }

  func number(_ value: UInt64, _ style: ScalarStyle = .decimal, width: UInt8 = 4, signed: Bool = false) {
    add(Token(.number, style: style, width: width, flags: signed ? .signed : [], value: value))
  }

  func string(_ text: String, _ style: TextForm = .path, cut: Bool = false) {
    bytes(Array(text.utf8), style, cut: cut)
  }

  func bytes(_ bytes: [UInt8], _ style: TextForm = .bytes, cut: Bool = false, kind: Token.Kind = .string) {
    let start = bytes.withUnsafeBytes { record.tape.append(bytes: $0) }
    add(
      Token(
        kind, text: style, flags: cut ? .cut : [], operand: UInt32(bytes.count), value: UInt64(start)))
  }
}

/// What a formatter writes, as text.
func text(_ options: TextOptions = TextOptions(), _ events: (TextFormatter) -> Void) -> String {
  let sink = OutputSink()
  let formatter = TextFormatter(options: options, outputs: .shared(sink))
  events(formatter)
  return String(decoding: sink.buffer.bytes, as: UTF8.self)
}

struct TextTests {
  let first = TraceeIdentity(tid: 101, pid: 101)
  let second = TraceeIdentity(tid: 102, pid: 102)

  @Test func resultsStandAtColumnForty() {
    let lines = text { formatter in
      let record = call("close") { $0.number(99, .fd, signed: true) }
      formatter.handle(.callEntered(record, by: first))
      record.returned(0, error: 9)
      formatter.handle(.callReturned(record, by: first))
    }
    #expect(lines == "close(99)                               = -1 EBADF (Bad file descriptor)\n")
  }

  @Test func interruptedCallsAreResumed() {
    var options = TextOptions()
    options.pidPrefix = .whenSeveral
    let lines = text(options) { formatter in
      formatter.handle(.attached(first, byUs: true))
      formatter.handle(.attached(second, byUs: false))
      let read = call("read") { $0.number(3, .fd) }
      read.awaitsExit = true
      formatter.handle(.callEntered(read, by: first))
      let getuid = call("getuid") { _ in }
      formatter.handle(.callEntered(getuid, by: second))
      getuid.returned(0)
      formatter.handle(.callReturned(getuid, by: second))
      read.returned(1) {
        $0.string("x", .data)
        $0.number(1)
      }
      formatter.handle(.callReturned(read, by: first))
      formatter.handle(.exited(second, .exited(0), wallClock: 1))
      formatter.handle(.exited(first, .killed(signal: 9, coreDumped: true), wallClock: 1))
    }
    #expect(
      lines == """
        [pid   101] read(3 <unfinished ...>
        [pid   102] getuid()                    = 0
        [pid   101] <... read resumed>, "x", 1) = 1
        [pid   102] +++ exited with 0 +++
        +++ killed by SIGKILL (core dumped) +++

        """)
  }

  @Test func wholeLinesWaitForTheExit() {
    var options = TextOptions()
    options.showsWholeLines = true
    let lines = text(options) { formatter in
      let read = call("read") { $0.number(3, .fd) }
      formatter.handle(.callEntered(read, by: first))
      let getuid = call("getuid") { _ in }
      formatter.handle(.callEntered(getuid, by: second))
      getuid.returned(0)
      formatter.handle(.callReturned(getuid, by: second))
      read.returned(0)
      formatter.handle(.callReturned(read, by: first))
    }
    #expect(lines.split(separator: "\n").map { $0.prefix(7) } == ["getuid(", "read(3)"])
  }

  @Test func statusesFilter() {
    var options = TextOptions()
    options.statuses = StatusFilter([.unfinished], errors: [2])
    let lines = text(options) { formatter in
      for (result, error) in [(0, 0), (-1, 2), (-1, 13)] as [(Int64, Int32)] {
        let record = call("chdir") { $0.string("/x") }
        formatter.handle(.callEntered(record, by: first))
        record.returned(result, error: error)
        formatter.handle(.callReturned(record, by: first))
      }
      let record = call("exit_group") { $0.number(3) }
      formatter.handle(.callEntered(record, by: first))
      record.neverReturns = true
      formatter.handle(.callReturned(record, by: first))
    }
    #expect(
      lines == """
        chdir("/x")                             = -1 ENOENT (No such file or directory)
        exit_group(3)                           = ?

        """)
  }

  @Test func execByAnotherThreadTakesTheLeadersPlace() {
    var options = TextOptions()
    options.pidPrefix = .always
    let lines = text(options) { formatter in
      formatter.handle(.attached(first, byUs: true))
      formatter.handle(.attached(second, byUs: false))
      let exec = call("execve") { $0.string("t/ops") }
      formatter.handle(.callEntered(exec, by: second))
      formatter.handle(.superseded(first, by: 102, wallClock: 1))
      exec.returned(0)
      formatter.handle(.callReturned(exec, by: first))
    }
    #expect(
      lines == """
        102   execve("t/ops" <pid changed to 101 ...>
        101   +++ superseded by execve in pid 102 +++
        101   <... execve resumed>)             = 0

        """)
  }

  @Test func unknownCallsAndTheirArgumentNames() {
    var options = TextOptions()
    options.showsArgumentNames = true
    let lines = text(options) { formatter in
      let record = call("no such call") { tape in
        for value in 1...2 { tape.number(UInt64(value), .hexadecimal, width: 8) }
      }
      formatter.handle(.callEntered(record, by: first))
      record.returned(0, error: 38)
      formatter.handle(.callReturned(record, by: first))
    }
    #expect(lines == "syscall_0x3e8(arg1=0x1, arg2=0x2)       = -1 ENOSYS (Function not implemented)\n")
  }

  @Test func timesAndNumbersStandInFront() {
    var options = TextOptions()
    options.absoluteTime = .unix(.microseconds)
    options.relativeTime = .milliseconds
    options.timeSpent = .microseconds
    options.showsCallNumber = true
    options.showsInstructionPointer = true
    let lines = text(options) { formatter in
      let record = call("getuid") { _ in }
      record.wallClock = 1_700_000_000_123_456_789
      record.instructionPointer = 0x401026
      first.number = record.number
      (record.began, record.ended) = (5_000, 12_345)
      formatter.handle(.callEntered(record, by: first))
      record.returned(7)
      formatter.handle(.callReturned(record, by: first))
      formatter.handle(.exited(first, .exited(1), wallClock: 1_700_000_001_623_456_789))
    }
    #expect(
      lines == """
        1700000000.123456 (+     0.000) [ 102] [0000000000401026] getuid() = 7 <0.000007>
        1700000001.623456 (+     1.500) [ 102] [????????????????] +++ exited with 1 +++

        """)
  }

  @Test func structuresGoOnAtExit() {
    let name = SyscallNumber.named("openat", abi: .native).map { Tables.number($0.index).name } ?? 0
    let lines = text { formatter in
      let record = call("ioctl") { tape in
        tape.number(1)
        tape.add(Token(.structOpen))
        tape.add(Token(.name, operand: name))
        tape.number(2)
      }
      formatter.handle(.callEntered(record, by: first))
      record.returned(0) { tape in
        tape.add(Token(.name, operand: name))
        tape.number(3)
        tape.add(Token(.structClose))
        tape.number(4)
      }
      formatter.handle(.callReturned(record, by: first))
    }
    #expect(lines == "ioctl(1, {openat=2, openat=3}, 4)       = 0\n")
  }

  @Test func restartsAreQuestions() {
    let lines = text { formatter in
      for error in [512, 513, 514, 516, 517, 519] as [Int32] {
        let record = call("pause") { _ in }
        formatter.handle(.callEntered(record, by: first))
        record.returned(-1, error: error)
        formatter.handle(.callReturned(record, by: first))
      }
    }
    #expect(
      lines == """
        pause()                                 = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
        pause()                                 = ? ERESTARTNOINTR (To be restarted)
        pause()                                 = ? ERESTARTNOHAND (To be restarted if no handler)
        pause()                                 = ? ERESTART_RESTARTBLOCK (Interrupted by signal)
        pause()                                 = -1 EPROBE_DEFER (Unknown error 517)
        pause()                                 = -1 (errno 519)

        """)
  }

  @Test func dataIsDumped() {
    let lines = text { formatter in
      let record = call("write") { tape in
        tape.number(9, .fd)
        tape.string("abcdefghijklmnopqrstuvwxyz", .data)
        tape.number(26)
      }
      formatter.handle(.callEntered(record, by: first))
      record.returned(26)
      TapeBuilder(record: record).bytes(Array("abcdefghijklmnopqrstuvwxyz".utf8), kind: .dump)
      formatter.handle(.callReturned(record, by: first))
    }
    #expect(
      lines == """
        write(9, "abcdefghijklmnopqrstuvwxyz", 26) = 26
         | 00000  61 62 63 64 65 66 67 68  69 6a 6b 6c 6d 6e 6f 70  abcdefghijklmnop |
         | 00010  71 72 73 74 75 76 77 78  79 7a                    qrstuvwxyz       |

        """)
  }

  @Test func colorsTakeNoColumns() {
    var options = TextOptions()
    options.colors = Palette()
    let lines = text(options) { formatter in
      let record = call("getuid") { _ in }
      formatter.handle(.callEntered(record, by: first))
      record.returned(0)
      formatter.handle(.callReturned(record, by: first))
    }
    #expect(lines.contains("\u{1b}["))
    #expect(lines.replacing(/\u{1b}\[[0-9]*m/, with: "") == "getuid()                                = 0\n")
  }

  @Test func partsOfALineHaveTheirColors() {
    var options = TextOptions()
    options.colors = Palette(parsing: Array("syscall=93: SysCall = 1;33 :argval=35;x:punct=90:error=41:nothing=1".utf8))
    let lines = text(options) { formatter in
      let record = call("openat") { tape in
        tape.number(5)
        tape.string("a \"b\" (c)")
      }
      formatter.handle(.callEntered(record, by: first))
      record.returned(-1, error: 2)
      formatter.handle(.callReturned(record, by: first))
    }
    let marked = lines.replacing("\u{1b}[0m", with: "^").replacing("\u{1b}[", with: "~")
    #expect(
      marked.hasPrefix(
        #"~1;33mopenat^~90m(^~35m5^~90m,^~90m ^~35m"a \"b\" (c)"^~90m)^"#))
    #expect(marked.hasSuffix("= ~32m-1^ ~41mENOENT (No such file or directory)^\n"))
  }
}
