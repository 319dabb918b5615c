import Settings
import SyscallTables
import Testing

@testable import Options

@Suite("Expressions")
struct ExpressionTests {
  private func has(_ set: SyscallFilter, _ name: String, _ abi: ABI = .native) throws -> Bool {
    set.contains(try #require(SyscallNumber.named(name, abi: abi)).number, abi: abi)
  }

  @Test(arguments: [
    ("read,write", ["read", "write"], ["open"]), ("!read", ["write"], ["read"]), ("!!read", ["read"], ["write"]),
    ("all", ["read"], []), ("none", [], ["read"]), ("!all", [], ["read"]), ("!none", ["read"], []),
    ("0,1", ["read", "write"], ["open"]), ("%file", ["open", "stat"], ["read"]), ("file", ["open"], ["read"]),
    ("%%stat", ["stat", "fstat"], ["open"]), ("%stat", ["stat"], ["fstat"]), ("%net", ["socket"], ["read"]),
    ("/^get.*id$", ["getuid", "getpid"], ["getcwd"]), ("?nosuch,read", ["read"], ["write"]), ("read@64", ["read"], []),
    ("read@32", [], ["read"]), ("%desc@32", [], ["read"]),
  ])
  func callsAreChosen(_ text: String, _ members: [String], _ others: [String]) throws {
    let set = try SyscallFilter(parsing: text[...])
    for name in members { #expect(try has(set, name), "\(name)") }
    for name in others { #expect(try !has(set, name), "\(name)") }
  }

  /// socketcall(2) of i386 counts by the names of what it stands for, also those that no ABI here has a number for.
  @Test(arguments: [
    ("socket", ["socket"], ["bind"]), ("send,recv", ["send", "recv"], ["sendto"]),
    ("%net", ["socket", "send"], ["semop"]),
    ("%ipc", ["semop"], ["socket"]), ("!bind", ["socket", "semop"], ["bind"]), ("socketcall", [], ["socket"]),
    ("/^sem", ["semop", "semget"], ["socket"]), ("socket@64", [], ["socket"]), ("all", ["socket"], []),
  ])
  func subcallsAreChosen(_ text: String, _ members: [String], _ others: [String]) throws {
    let set = try SyscallFilter(parsing: text[...])
    func subcall(_ name: String) throws -> Subcall {
      try #require(Subcall.all.first { TableString($0.name).description == name }, "\(name)")
    }
    for name in members { #expect(set.contains(try subcall(name)), "\(name)") }
    for name in others { #expect(!set.contains(try subcall(name)), "\(name)") }
  }

  @Test func nameCountsForEveryABI() throws {
    let set = try SyscallFilter(parsing: "close,getuid32")
    for abi in ABI.allCases { #expect(try has(set, "close", abi)) }
    #expect(try has(set, "getuid32", .compat))
  }

  @Test func onlyInvertedSetsHaveUnknownCalls() throws {
    #expect(try SyscallFilter(parsing: "all").hasUnknown(.native))
    #expect(try !SyscallFilter(parsing: "all@64").hasUnknown(.native))
    #expect(try SyscallFilter(parsing: "!read").hasUnknown(.native))
    #expect(try !SyscallFilter(parsing: "read").hasUnknown(.native))
  }

  @Test(arguments: [
    ("", "invalid system call ''"), (",", "invalid system call ','"), ("nosuch", "invalid system call 'nosuch'"),
    ("opnat", "did you mean 'openat'?"), ("%fil", "did you mean '%file'?"), ("%", "invalid system call '%'"),
    ("all,none", "invalid system call 'none'"), ("99999", "accepted are"), ("-1", "accepted are"),
    ("getuid32@64", "in the ABI @64"), ("close@31", "@64, @32, @x32"), ("/(", "regcomp: (: "),
    ("/^nosuch", "no call matches"), ("stat_like", "invalid system call 'stat_like'"),
  ])
  func callsAreRefused(_ text: String, _ part: String) {
    #expect { try SyscallFilter(parsing: text[...]) } throws: { "\($0)".contains(part) }
  }

  @Test(arguments: [
    ("1", 1, 1, 0), ("3+", 3, .max, 1), ("1+2", 1, .max, 2), ("2..4", 2, 4, 1), ("2..4+2", 2, 4, 2),
    ("+1", 1, 1, 0), (" 1", 1, 1, 0), ("1++2", 1, .max, 2), ("1..+2+1", 1, 2, 1), ("1+ 2", 1, .max, 2),
    ("65535", 65535, 65535, 0), ("1..65534", 1, 65534, 1),
  ])
  func occasionsAreRead(_ text: String, _ first: UInt32, _ last: UInt32, _ step: UInt32) throws {
    let when = try Injection.Occasions(parsing: text[...])
    #expect([when.first, when.last, when.step] == [first, last, step])
  }

  @Test(arguments: [
    "", "0", "-1", "x", "3..2", "1+0", "65536", "1..65535", "1+65536", "..", "1..", "1 ", "1+2+3", "1++", "+",
  ])
  func occasionsAreRefused(_ text: String) {
    #expect(throws: UnacceptableValue.self) { try Injection.Occasions(parsing: text[...]) }
  }

  @Test func injectionIsRead() throws {
    let text =
      "read:retval=0x10:signal=USR1:syscall=getpid:delay_enter=2ms:delay_exit=3:poke_enter=@arg1=00ff,@arg2=41:when=2+"
    let injection = try Injection(parsing: text[...], isFault: false)
    #expect(injection.result == .value(16))
    #expect(injection.signal == 10)
    #expect(injection.replacement?[0] == 39)
    #expect(injection.delayAtEntry == 2_000_000 && injection.delayAtExit == 3_000)
    #expect(
      injection.pokesAtEntry == [.init(argument: 0, bytes: [0, 255]), .init(argument: 1, bytes: [0x41])])
    #expect(injection.occasions.first == 2)
  }

  @Test(arguments: [
    "read", "read:", "read:error", "read:error=NOSUCH", "read:error=4096", "read:error=1:retval=1", "read:foo=1",
    "read:signal=0", "read:delay_enter=x", "read:delay_exit=-1", ":error=1", "read:error=1:error=2", "read:when=2",
    "read:syscall=getcwd:retval=1", "read:syscall=39:retval=1", "read:signal=+10", "read:poke_enter=@arg9=00",
    "read:poke_enter=@arg01=00", "read:poke_enter=@arg+1=00", "read:poke_enter=", "read:poke_enter=@arg1=0",
    "nosuch:error=1",
  ])
  func injectionIsRefused(_ text: String) {
    #expect(throws: UsageError.self) { try Injection(parsing: text[...], isFault: false) }
  }

  @Test func faultTakesErrorsOnly() throws {
    #expect(try Injection(parsing: "read", isFault: true).result == .error(38))
    #expect(try Injection(parsing: "read:syscall=getpid", isFault: true).replacement?[0] == 39)
    #expect(throws: UsageError.self) { try Injection(parsing: "read:retval=1", isFault: true) }
  }

  @Test func signalsAreRead() throws {
    for (text, number) in [("TERM", 15), ("sigterm", 15), ("15", 15), ("RT_2", 34), ("SIGRTMIN", 32), ("64", 64)] {
      #expect(try SignalName.set(parsing: text[...]).contains(Int32(number)), "\(text)")
    }
    #expect(try !SignalName.set(parsing: "!TERM").contains(15))
    for text in ["NOSUCH", "", "999", "-5", "all,TERM"] {
      #expect(throws: UsageError.self) { try SignalName.set(parsing: text[...]) }
    }
  }

  @Test func statusesAreRead() throws {
    let filter = try StatusFilter(parsing: "unfinished,ENOENT")
    #expect(filter.outcomes == .unfinished && filter.errors == [2])
    let inverse = try StatusFilter(parsing: "!ENOENT")
    #expect(inverse.outcomes.contains(.successful) && !inverse.errors.contains(2) && inverse.errors.contains(13))
    #expect(throws: UsageError.self) { try StatusFilter(parsing: "foo") }
    #expect(throws: UsageError.self) { try StatusFilter(parsing: "") }
  }

  @Test func timesAreRead() {
    for (text, nanoseconds) in [
      ("1", 1_000), ("2ns", 2), ("1.5ms", 1_500_000), ("1e3", 1_000_000), ("3s", 3_000_000_000),
      (" +5", 5_000), ("-0", 0), (".5ms", 500_000), ("1e99s", UInt64(Int64.max)),
    ]
      as [(String, UInt64)]
    {
      #expect(duration(text) == nanoseconds, "\(text)")
    }
    for text in ["", "x", "-1", "5xs", "5US", "5 us", "0x10", "inf", "nan", "1e400", "5e-400", "9223372036854775808"] {
      #expect(duration(text) == nil, "\(text)")
    }
  }
}
