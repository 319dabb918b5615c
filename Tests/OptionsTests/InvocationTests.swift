import SyscallTables
import Testing

@testable import Options

@Suite("Command lines")
struct InvocationTests {
  private func parse(_ line: String) throws -> Invocation {
    try Invocation(commandLine: line.split(separator: " ").map(String.init))
  }

  @Test func laterExpressionWins() throws {
    #expect(try parse("-e trace=read -e trace=write true").qualifiers.traced == (try CallSet(parsing: "write")))
    #expect(try parse("-e abbrev=read -v true").qualifiers.abbreviated.isEmpty)
    #expect(try parse("-v -e abbrev=all true").qualifiers.abbreviated.isAll)
    #expect(try parse("-z -e status=failed true").qualifiers.status.outcomes == .failed)
    #expect(try parse("-z -Z true").qualifiers.status.outcomes == .failed)
  }

  @Test func injectionsAddUp() throws {
    let injections = try parse("-e inject=read:error=EIO -e fault=write true").qualifiers.injections
    #expect(injections.map(\.outcome) == [.error(5), .error(38)])
  }

  @Test func countsMeanWhatTheySay() throws {
    #expect(try parse("-f true").start.followsForks)
    #expect(try !parse("-f true").start.separatesOutput)
    #expect(try parse("-ff true").start.separatesOutput)
    #expect(try parse("-qq true").qualifiers.quiet == [.attach, .personality, .exit])
    #expect(try parse("-qqqq true").qualifiers.quiet == .everything)
    #expect(try parse("-o log true").qualifiers.quiet == [.attach, .personality])
    #expect(try parse("-o log -p 1").qualifiers.quiet == [])
    #expect(try parse("-o log --quiet=exit true").qualifiers.quiet == .exit)
    #expect(try parse("-yy true").qualifiers.descriptorDetails == .everything)
    #expect(try parse("-xx true").output.hexStrings == .all)
    #expect(try parse("-DD true").start.daemon == .processGroup)
    #expect(try parse("-tttt true").times.absolute == AbsoluteStamp(form: .unix, precision: .microseconds))
    #expect(try parse("-p 1,2 -p 2").attachedIDs == [1, 2])
  }

  @Test(arguments: [
    "", "-f", "-p x", "-p 0", "-s x true", "-s -1 true", "-a x true", "-I 5 true", "-b read true",
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

  /// The message has the option as it was written, its value, and what is accepted.
  @Test(arguments: [
    ("-fs x true", ["-s x", "number"]), ("--string-lim=x true", ["--string-limit=x", "number"]),
    ("--color=blue true", ["--color=blue", "never, auto, always"]),
    ("-e trace=opnat true", ["-e trace=opnat", "openat"]),
    ("--decode-fds=foo true", ["--decode-fds=foo", "pidfd"]), ("-p 1,x", ["-p 1,x", "'x'"]),
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
