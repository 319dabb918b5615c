import CTableFormat
import Decoding
import SyscallTables
import Testing

@testable import Formatting

/// Security contexts behind values, and of who makes a call.
struct ContextTests {
  private func opened() -> CallRecord {
    let record = call("openat") { tape in
      tape.number(UInt64(bitPattern: -100), .dirfd, signed: true)
      tape.string("sample")
      note("user_home_t", expected: "etc_t", &tape)
    }
    record.returned(3)
    record.explained { note("user\u{1}_t", expected: "", &$0) }
    return record
  }

  private func note(_ context: String, expected: String, _ tape: inout TapeBuilder) {
    tape.add(Token(.detailOpen, detail: .context))
    for (name, text) in [("context", context), ("expectedContext", expected)] where !text.isEmpty {
      tape.add(Token(.name, operand: Tables.member(named: name, of: "details")))
      tape.string(text, .whole)
    }
    tape.add(Token(.detailClose))
  }

  private func caller(_ context: String = "") -> TraceeIdentity {
    let identity = TraceeIdentity(tid: 12, pid: 12)
    identity.context = Array(context.utf8)
    return identity
  }

  @Test func asText() {
    let line = text { $0.handle(.callReturned(opened(), by: caller())) }
    #expect(line == "openat(AT_FDCWD, \"sample\" [user_home_t!!etc_t]) = 3 [user\\1_t]\n")
  }

  @Test(arguments: [
    (TextOptions.PidPrefix.never, "[init_t] --- stopped by SIGSTOP ---\n"),
    (.always, "12    [init_t] --- stopped by SIGSTOP ---\n"),
  ])
  func whoCallsStandsBehindItsNumber(_ prefix: TextOptions.PidPrefix, _ expected: String) {
    var options = TextOptions()
    options.pidPrefix = prefix
    #expect(text(options) { $0.handle(.stopped(caller("init_t"), by: 19, wallClock: 0)) } == expected)
  }

  @Test func asData() {
    let sink = OutputSink()
    JSONFormatter(options: JSONOptions(), outputs: .shared(sink)).handle(.callReturned(opened(), by: caller("init_t")))
    let lines = String(decoding: sink.buffer.bytes, as: UTF8.self)
    #expect(lines.contains(#""tid":12,"context":"init_t","#), "\(lines)")
    #expect(lines.contains(#"{"path":"sample","context":"user_home_t","expectedContext":"etc_t"}"#), "\(lines)")
  }
}
