import Options
import Testing

/// A bad value is told in strace's words, which scripts read, and with what is accepted, for a person.
struct BadValueTests {
  static let cases: [(String, String)] = [
    ("-p x", "a number from 1"), ("-b open", "execve"), ("--daemonize=x", "pgroup"),
    ("-I 5", "never_tstp"), ("-e trace=zzz", "%CLASS"), ("-e abbrev=zzz", "%CLASS"), ("-e raw=%zzz", "--list=classes"),
    ("--trace=open@x", "@x32"), ("-e signal=zzz", "1 to 64"), ("-e status=zzz", "successful"),
    ("--trace-fds=x", "descriptor"),
    ("--syscall-limit=0", "from 1"), ("--time-limit=5m", "seconds"), ("--time-limit=0", "seconds"),
    ("-a x", "a number from 0"), ("--color=x", "auto"), ("-e read=x", "descriptor"),
    ("-e quiet=x", "personality"), ("-e decode-fds=x", "socket"), ("--decode-pids=x", "comm"),
    ("--stack-trace=x", "source"),
    ("--stack-trace-frame-limit=0", "from 1"), ("--relative-timestamps=x", "ns"), ("--absolute-timestamps=x", "unix"),
    ("--syscall-times=x", "ns"), ("-s x", "a number from 0"), ("--strings-in-hex=x", "non-ascii"), ("-X x", "verbose"),
    ("-e kvm=x", "vcpu"), ("--namespace=x", "new"), ("--secontext=x", "mismatch"), ("-S x", "total-time"),
    ("-U x", "total-time"), ("-O x", "ms"), ("-e inject=read:error=x", "4095"),
    ("-e inject=read:signal=zzz", "64"),
    ("-e inject=read:retval=x", "number"), ("-e inject=read:delay_exit=x", "ms"), ("-e inject=read:when=x", "FIRST"),
    ("-e inject=read:poke_exit=x", "@argN=BYTES"), ("-e inject=read:syscall=zzz", "%pure"),
    ("-e fault=read:x", "error="),
    ("--tips=x", "compact"), ("--list=x", "abis"), ("--completions=x", "fish"), ("--format=x", "perfetto"),
    ("--colocate=x", "auto"), ("-e zzz=x", "decode-fds"),
  ]

  @Test(arguments: cases)
  func sayWhatIsAccepted(_ option: String, _ accepted: String) {
    do {
      _ = try Invocation(commandLine: option.split(separator: " ").map(String.init) + ["-c", "true"])
      Issue.record("\(option) is taken")
    } catch {
      let value = option.split { " =:".contains($0) }.last ?? ""
      #expect(error.message.contains(value), "\(error.message)")
      #expect(error.description.contains(accepted), "\(error)")
      #expect(!error.description.contains("\n"))
    }
  }
}
