import Settings
import SyscallTables
import Testing

@testable import Options

@Suite("Command lines")
struct InvocationTests {
  private func parse(_ line: String) throws -> Invocation {
    try Invocation(commandLine: line.split(separator: " ").map(String.init))
  }

  @Test func laterExpressionWins() throws {
    let written = try parse("-e trace=read -e trace=write true").settings.selection.calls
    #expect(written == (try SyscallFilter(parsing: "write")))
    #expect(try parse("-e abbrev=read -v true").settings.decoding.defaultManner == .structures)
    #expect(try parse("-v -e abbrev=all true").settings.decoding.defaultManner == [.abbreviated, .structures])
    #expect(try parse("-z -e status=failed true").settings.text.statuses.outcomes == .failed)
    #expect(try parse("-z -Z true").settings.json.statuses.outcomes == .failed)
  }

  @Test func injectionsAddUp() throws {
    let injections = try parse("-e inject=read:error=EIO -e fault=write true").settings.tracing.injections
    #expect(injections.map(\.result) == [.error(5), .error(38)])
  }

  @Test func countsMeanWhatTheySay() throws {
    func settings(_ line: String) throws -> TraceSettings { try parse(line).settings }
    #expect(try settings("-f true").tracing.followsForks)
    #expect(try !settings("-f true").output.isSeparate)
    #expect(try settings("-ff true").output.isSeparate)
    #expect(try settings("-f true").tracing.followDepth == nil)
    #expect(try settings("-f0qo log true").tracing.followDepth == 0)
    #expect(try settings("-qf12 true").tracing.followDepth == 12)
    #expect(try settings("-qq true").notices.quiet == [.attach, .personality, .exit])
    #expect(try settings("-qqqq true").notices.quiet == Expression.quietWords.everything)
    #expect(try settings("-o log true").notices.quiet == [.attach, .personality])
    #expect(try settings("-o log -p 1").notices.quiet == [])
    #expect(try settings("-o log --quiet=exit true").notices.quiet == .exit)
    #expect(try settings("-yy true").inspection == .ofDescriptors)
    #expect(try settings("-Y --pidns-translation true").inspection == .ofProcesses)
    #expect(try settings("-Y --decode-pids=pidns true").inspection == .ownNumber)
    #expect(try settings("-xx true").text.hexStrings == .all)
    #expect(try settings("-DD true").tracing.placement == .grandchildInOwnGroup)
    #expect(try settings("-tttt true").text.absoluteTime == .unix(.microseconds))
    #expect(try settings("-p 1,2 -p 2").tracing.attached == [1, 2])
    #expect(try settings("--interruptible=always true").tracing.interruptibility == .anywhere)
  }

  @Test func dataIsWhole() throws {
    #expect(try parse("true").settings.decoding.stringLimit == 32)
    let data = try parse("--json -X raw true").settings
    #expect(data.decoding.stringLimit == 1 << 16 && data.decoding.defaultManner == .structures)
    #expect(data.decoding.constants == .abbreviated && data.tracing.readsCommandNames)
  }

  @Test(arguments: [
    "", "-f", "-f99999999999999999999 true", "-q1 true",
    "-p x", "-p 0", "-s x true", "-s -1 true", "-a x true", "-I 5 true", "-b read true",
    "-c -C true", "-w true", "-U name true", "-c -ff true", "-o |cat -ff true", "-D -p 1", "--argv0=x -p 1",
    "--kill-on-exit -p 1", "-DDDD true", "-f --follow-forks true", "-t --timestamps true", "-x --strings-in-hex true",
    "-q --quiet true", "-y --decode-fds true", "-D --daemonize true", "--json --format=text true", "-X foo true",
    "--color=blue true", "--absolute-timestamps=foo true", "--relative-timestamps=hours true", "--tips=foo true",
    "-c -S foo true", "-c -U name,name true", "-c -O x true", "--syscall-limit=0 true", "--namespace=old true",
    "--kvm=foo true", "--secontext=foo true", "-e foo=bar true", "-e trace true", "--list=foo", "--format=xml true",
    "--stack-trace=foo true", "--stack-trace-frame-limit=0 true",
  ])
  func isRefusedInOneLine(_ line: String) {
    #expect { try parse(line) } throws: { !"\($0)".isEmpty && !"\($0)".contains("\n") }
  }

  /// The message has the option as it was written, and its value.
  @Test(arguments: [
    ("-fs x true", ["-s argument: 'x'", "number"]),
    ("--string-lim=x true", ["--string-limit argument: 'x'", "number"]),
    ("--color=blue true", ["--color argument: 'blue'", "never, auto, always"]),
    ("-e trace=opnat true", ["invalid system call 'opnat'", "openat"]),
    ("--decode-fds=foo true", ["invalid decode-fds 'foo'", "pidfd"]), ("-p 1,x", ["Invalid process id: 'x'"]),
  ])
  func messageNamesOptionAndValue(_ line: String, _ parts: [String]) {
    #expect { try parse(line) } throws: { error in parts.allSatisfy { "\(error)".contains($0) } }
  }

  @Test(arguments: [
    "-A true", "-c -S none true", "-c -O 1.5ms true", "--tips=0,full true", "-e kvm=vcpu true", "--namespace true",
    "--secontext true", "-e secontext=full,mismatch true", "-ffff true", "--absolute-timestamps=time,unix true",
    "-e decode-pids=comm,pidns true", "--seccomp-bpf true", "-p 1 true", "-Y --decode-pids=pidns true", "-e fd=!3 true",
  ])
  func isAccepted(_ line: String) throws {
    _ = try parse(line)
  }
}
