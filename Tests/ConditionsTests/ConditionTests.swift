import CTableFormat
import Decoding
import SyscallTables
import Testing

@testable import Conditions

@Suite("Conditions")
struct ConditionTests {
  /// `openat(3, "/etc/passwd", O_RDONLY|O_CLOEXEC) = -1 ENOENT`, in 2 ms.
  private static func openat() throws -> CallRecord {
    let call = CallRecord()
    call.entry = SyscallNumber.named("openat", abi: .native)
    call.tape.append(Token(.name, operand: try name("dirfd")))
    call.tape.append(Token(.number, style: .dirfd, width: 4, flags: .signed, value: 3))
    call.tape.append(Token(.name, operand: try name("pathname")))
    let path = Array("/etc/passwd".utf8).withUnsafeBytes { call.tape.append(bytes: $0) }
    call.tape.append(
      Token(.string, text: .path, operand: 11, value: UInt64(path)))
    call.tape.append(Token(.name, operand: try name("flags")))
    call.tape.append(Token(.set, width: 4, operand: 1, value: 0o2000000))
    call.entryTokens = call.tape.tokens.count
    call.explanation = call.entryTokens
    call.dumps = call.entryTokens
    call.hasReturned = true
    call.error = 2
    call.result = -2
    (call.began, call.ended) = (1_000, 2_001_000)
    return call
  }

  /// The tables' string of an argument of openat.
  private static func name(_ text: String) throws -> UInt32 {
    let call = try #require(SyscallNumber.named("openat", abi: .native))
    let variant = Tables.variant(Tables.call(call.call).variant64)
    let names = (0..<variant.argument_count).map { Tables.field(variant.first_argument + $0).name }
    return try #require(names.first { TableString($0).matches(text) })
  }

  @Test(arguments: [
    "call == openat", "call != read", "call ~ \"open*\"", "class == file", "abi == x86_64", "pid == 7", "tid == 8",
    "ret < 0", "ret == -1", "errno == ENOENT", "errno == 2", "errno", "duration > 1ms", "duration < 2.5ms",
    "path ~ \"/etc/*\"", "path == \"/etc/passwd\"", "pathname !~ '/usr/*'", "fd == 3", "dirfd == 3",
    "flags has O_CLOEXEC", "not (flags has O_CREAT)", "ret < 0 and path ~ \"*pass??\"", "pid == 1 or ret < 0",
    "! pid == 1", "flags == 0x80000", "path ~ '/[a-f]tc/*'", "(((ret < 0)))", "command == sh",
  ])
  func holds(_ source: String) throws {
    let condition = try Condition(parsing: source)
    #expect(condition.holds(for: try Self.openat(), by: Self.tracee))
    let opposite = try Condition(parsing: "not (\(source))")
    #expect(!opposite.holds(for: try Self.openat(), by: Self.tracee))
  }

  @Test(arguments: [
    "mode == 0", "signal == SIGINT", "pathname == 3", "ret >= 0 and errno == ENOENT", "path ~ \"/etc\"",
  ])
  func doesNotHold(_ source: String) throws {
    #expect(try !Condition(parsing: source).holds(for: try Self.openat(), by: Self.tracee))
  }

  private static var tracee: TraceeIdentity {
    let tracee = TraceeIdentity(tid: 8, pid: 7)
    tracee.command = Array("sh".utf8)
    return tracee
  }

  @Test(arguments: [
    ("", 1), ("ret <", 6), ("ret < 0 and", 12), ("(ret < 0", 9), ("ret < 0)", 8), ("path ~ \"x", 8), ("nosuch == 1", 1),
    ("ret @ 1", 5), ("3", 2), ("ret < 5parsecs", 7), ("flags has O_CLOEXE", 11),
    ("ret = 1", 5), ("a = b", 3), ("path ~ \"x\" and pid = 7", 20),
  ])
  func errorNamesTheColumn(_ source: String, _ column: Int) {
    #expect { try Condition(parsing: source) } throws: { ($0 as? ConditionError)?.column == column }
  }

  @Test func depthIsBounded() {
    let deep = String(repeating: "(", count: 100_000) + "ret" + String(repeating: ")", count: 100_000)
    #expect(throws: ConditionError.self) { try Condition(parsing: deep) }
  }

  @Test func asksForWhatItNeeds() throws {
    #expect(try Condition(parsing: "ret < 0 or not duration > 1ms").needsDurations)
    #expect(try !Condition(parsing: "ret < 0").needsDurations)
    #expect(try Condition(parsing: "command == sh").needsCommands)
  }

  /// What is about the result, or about a value that is not there yet, is open at the entry.
  @Test(arguments: [
    ("path ~ \"/etc/*\"", false, true), ("path ~ \"/usr/*\"", false, false), ("ret >= 0", false, true),
    ("ret >= 0 and pid == 1", false, false), ("not (ret < 0)", false, true), ("not (pid == 7)", false, false),
    ("mode == 0", false, false), ("mode == 0", true, true), ("not (mode == 0)", true, true),
  ])
  func mayHold(_ source: String, _ awaitsExit: Bool, _ expected: Bool) throws {
    let call = try Self.openat()
    call.hasReturned = false
    call.awaitsExit = awaitsExit
    #expect(try Condition(parsing: source).mayHold(for: call, by: Self.tracee) == expected)
  }
}
