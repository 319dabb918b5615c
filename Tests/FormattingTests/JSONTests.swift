import CTableFormat
import Decoding
import Foundation
import SyscallTables
import TestSupport
import Testing

@testable import Formatting

struct JSONTests {
  let tracee = TraceeIdentity(tid: 102, pid: 101)

  func json(_ events: (JSONFormatter) -> Void) -> [String] {
    let sink = OutputSink()
    var options = JSONOptions()
    options.command = [Array("a\"b".utf8), [0xff, 0xfe]]
    let formatter = JSONFormatter(options: options, outputs: .shared(sink))
    events(formatter)
    return String(decoding: sink.buffer.bytes, as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// The arguments of a call, as JSON.
  func arguments(_ build: (inout TapeBuilder) -> Void) -> String {
    let record = call("read", build)
    let lines = json { formatter in
      record.returned(0)
      formatter.handle(.callReturned(record, by: tracee))
    }
    let line = lines.last ?? ""
    guard let start = line.range(of: "\"args\":"), let end = line.range(of: ",\"return\":", options: .backwards) else {
      return line
    }
    return String(line[start.upperBound..<end.lowerBound])
  }

  /// A set by name, for its row.
  func set(_ name: String) -> UInt32 { ConstantSet(named: name)?.index ?? 0 }

  @Test func numbersAndAddresses() {
    #expect(
      arguments { tape in
        tape.number(.max, width: 8)
        tape.number(UInt64(bitPattern: -5), signed: true)
        tape.number(0x7ffd_1c2e, .pointer, width: 8)
        tape.add(Token(.address, value: 0xfff_f000))
        tape.add(Token(.address, value: 0))
        tape.number(3, .fd)
        tape.number(UInt64(bitPattern: -100), .dirfd, signed: true)
        tape.number(0x5000, .port, width: 2)
        tape.number(0x100_007f, .ipv4)
      } == #"{"arg1":18446744073709551615,"arg2":-5,"arg3":"0x7ffd1c2e","arg4":{"unread":"0xffff000"},"arg5":null,"#
        + #""arg6":{"fd":3},"arg7":{"fd":-100,"name":"AT_FDCWD"},"arg8":80,"arg9":"127.0.0.1"}"#)
  }

  /// The columns of a call, as JSON.
  private func columns(
    _ name: String, _ result: Int64, error: Int32 = 0, _ build: (inout TapeBuilder) -> Void
  ) -> String {
    let record = call(name, build)
    let row = record.entry.map { Tables.variant(Tables.call($0.call).variant64).result } ?? 0
    let lines = json { formatter in
      record.returned(result, error: error)
      record.resultType = TypeIndex(rawValue: row)
      formatter.handle(.callReturned(record, by: tracee))
    }
    let line = lines.last ?? ""
    let start = line.range(of: ",\"return\":", options: .backwards)?.upperBound ?? line.startIndex
    return String(line[start...].drop { $0 != "," })
  }

  @Test func callsHavePlainColumns() {
    #expect(
      columns("openat", 3) { tape in
        tape.number(UInt64(bitPattern: -100), .dirfd, signed: true)
        tape.bytes([0x2f, 0xff], .path)
      } == ",\"path\":\"/\u{fffd}\",\"result\":3}")
    #expect(columns("read", -1, error: 9) { $0.number(7, .fd) } == #","errno":9,"error":"EBADF","fd":7,"result":-1}"#)
    #expect(
      columns("write", 12) { tape in
        tape.number(7, .fd)
        tape.string("text", .string)
      } == #","fd":7,"result":12,"bytes":12}"#)
    #expect(columns("getuid", 1000) { _ in } == #","result":1000}"#)
  }

  @Test func strings() {
    #expect(
      arguments { tape in
        tape.string("a\"\\\n\u{1}é")
        tape.string("abc", .string, cut: true)
        tape.bytes([0xff, 0x61, 0x62, 0x63])
        tape.bytes([0xed, 0xa0, 0x80], cut: true)
        tape.bytes([])
      } == #"{"arg1":"a\"\\\n\u0001é","arg2":{"text":"abc","cut":true},"arg3":{"base64":"/2FiYw=="},"#
        + #""arg4":{"base64":"7aCA","cut":true},"arg5":""}"#)
  }

  @Test func groups() {
    #expect(
      arguments { tape in
        tape.add(Token(.structOpen))
        tape.number(1)
        tape.add(Token(.structClose))
        tape.add(Token(.becomes))
        tape.add(Token(.structOpen))
        tape.number(2)
        tape.add(Token(.structClose))
        tape.add(Token(.referOpen))
        tape.number(128)
        tape.add(Token(.becomes))
        tape.number(16)
        tape.add(Token(.referClose))
        tape.add(Token(.arrayOpen))
        tape.number(7)
        tape.add(Token(.ellipsis))
        tape.add(Token(.arrayClose))
      } == #"{"arg1":{"before":{"member1":1},"after":{"member1":2}},"arg2":{"before":128,"after":16},"#
        + #""arg3":[7,{"more":true}]}"#)
  }

  @Test func constants() {
    let file = set("file_types")
    #expect(
      arguments { tape in
        tape.add(Token(.set, width: 4, operand: file, value: 0o100000))
        tape.add(Token(.set, width: 4, operand: file, value: 1))
        tape.number(0o104644, .fileMode)
        tape.number(0x100, .waitStatus)
        tape.number(9, .signal)
        tape.number(0x800_0000_0000, .personality, width: 8)
      } == #"{"arg1":{"value":32768,"names":["S_IFREG"]},"arg2":{"value":1,"names":[]},"#
        + #""arg3":{"value":35236,"names":["S_IFREG","S_ISUID"],"permissions":"0644"},"#
        + #""arg4":{"value":256,"exited":1},"arg5":{"value":9,"names":["SIGKILL"]},"#
        + #""arg6":{"value":8796093022208,"names":["PER_LINUX"],"rest":8796093022208}}"#)
  }

  @Test func numbersInParts() {
    let or = UInt32(UInt8(ascii: "|"))
    let shift = UInt32(UInt8(ascii: "<")) << 8 | UInt32(UInt8(ascii: "<"))
    let file = set("file_types")
    let name = SyscallNumber.named("openat", abi: .native).map { Tables.number($0.index).name } ?? 0
    #expect(
      arguments { tape in
        tape.add(Token(.name, operand: name))
        tape.add(Token(.structOpen, flags: .bare, extra: or))
        tape.add(Token(.set, width: 4, operand: file, value: 0o100000))
        tape.add(Token(.structOpen, flags: .bare, extra: shift))
        tape.number(3)
        tape.number(4)
        tape.add(Token(.structClose, flags: .bare, extra: shift))
        tape.add(Token(.structClose, flags: .bare, extra: or))
        tape.add(Token(.structOpen, flags: .bare))
        tape.number(7)
        tape.add(Token(.structClose, flags: .bare))
      } == #"{"openat":{"value":32816,"names":["S_IFREG"],"rest":48},"arg2":7}"#)
  }

  @Test func membersOfOneName() {
    let name = SyscallNumber.named("openat", abi: .native).map { Tables.number($0.index).name } ?? 0
    #expect(
      arguments { tape in
        tape.add(Token(.structOpen))
        for value in 1...3 as ClosedRange<UInt64> {
          tape.add(Token(.name, operand: name))
          tape.number(value)
        }
        tape.add(Token(.ellipsis))
        tape.add(Token(.ellipsis))
        tape.add(Token(.structClose))
      } == #"{"arg1":{"openat":1,"openat#2":2,"openat#3":3,"more":{"more":true},"more#2":{"more":true}}}"#)
  }

  @Test func everyEventAgreesWithTheSchema() throws {
    let lines = json { formatter in
      tracee.command = Array("a b".utf8)
      formatter.handle(.attached(tracee, byUs: true))
      let read = call("read") { tape in
        tape.number(3, .fd)
        tape.string("x", .data)
      }
      read.returned(0, error: 2)
      (read.began, read.ended) = (5, 1_000_005)
      read.tampering = [.injected, .delayed]
      formatter.handle(.callReturned(read, by: tracee))
      let exec = call("execve") { $0.string("/bin/true") }
      exec.returned(0)
      formatter.handle(.callReturned(exec, by: tracee))
      let pause = call("pause") { _ in }
      pause.neverReturns = true
      formatter.handle(.callReturned(pause, by: tracee))
      let unknown = call("no such call") { $0.number(1, .hexadecimal) }
      unknown.returned(-1, error: 512)
      unknown.stack = [StackFrame(address: 0x1000)]
      TapeBuilder(record: unknown).bytes([0, 1, 2], kind: .dump)
      formatter.handle(.callReturned(unknown, by: tracee))
      let signal = SignalRecord()
      signal.signal = 15
      formatter.handle(.signal(signal, to: tracee))
      formatter.handle(.stopped(tracee, by: 19, wallClock: 5))
      formatter.handle(.exited(tracee, .killed(signal: 9, coreDumped: false), wallClock: 7))
      formatter.handle(.exited(tracee, .exited(3), wallClock: 8))
      formatter.handle(.detached(tracee, byUs: true))
    }
    #expect(lines.count == 12)
    #expect(try validate(lines) == "")
  }

  /// What a validator of JSON Schema says about lines; empty when they are valid.
  func validate(_ lines: [String]) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "trace-\(UUID().uuidString).jsonl")
    try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(at: file) }
    do {
      return try PythonEnvironment.complaints(about: file)
    } catch let missing as PythonEnvironment.Missing where missing.isOffline {
      try Test.cancel("\(missing)")
    }
  }
}
