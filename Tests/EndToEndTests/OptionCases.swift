import Foundation

/// Options on what is traced, and which calls and signals are shown.
extension OptionCase {
  private static let twoProcesses = shell("/bin/true; /bin/true")

  /// A shell's line that shows a property of the tracer and of the command.
  private static func tracersPlace(_ property: String) -> String {
    "t=$(sed -n 's/^TracerPid:[[:space:]]*//p' /proc/$$/status); ps -o \(property)= -p $t; ps -o \(property)= -p $$"
  }

  static let starting: [OptionCase] = [
    OptionCase(["-E", "TL_A=1"], shell("echo \"<$TL_A>\"")) { $0.output == "<1>\n" },
    OptionCase(["--env=HOME"], shell("echo \"<$HOME>\"")) { $0.output == "<>\n" },
    OptionCase(["-u", "1234:5678"], ["/usr/bin/id", "-u"]) { $0.output == "1234\n" || $0.outcome.end == .exited(1) },
    OptionCase(["--argv0=other"], shell("tr '\\0' '\\n' </proc/$$/cmdline | head -n 1")) { $0.output == "other\n" },
    OptionCase(["-b", "execve"], shell("exec /bin/true")) { $0.hasLine("<detached ...>") },
    OptionCase(["-D"], shell("ps -o comm= -p $PPID")) { $0.output != "trapline\n" },
    OptionCase(["--daemonize=session"], shell("ps -o comm= -p $PPID")) { $0.output != "trapline\n" },
    // The tracer's process group and session beside the command's.
    OptionCase(["-DD"], shell(tracersPlace("pgid"))) {
      Set($0.output.split(whereSeparator: \.isWhitespace)).count == 2
    },
    OptionCase(["-DDD"], shell(tracersPlace("sid"))) {
      Set($0.output.split(whereSeparator: \.isWhitespace)).count == 2
    },
    OptionCase(["--daemonize=pgroup"], shell(tracersPlace("pgid"))) {
      Set($0.output.split(whereSeparator: \.isWhitespace)).count == 2
    },
    OptionCase(["--interruptible=never"], toFile: false, shell("kill -TERM $PPID; echo end")) {
      $0.outcome.end == .exited(0)
    },
    OptionCase(["-I", "4"], toFile: false, shell("kill -TERM $PPID; echo end")) { $0.outcome.end == .exited(0) },
    OptionCase(["-I", "anywhere"], shell("kill -TERM $PPID; sleep 0.3; echo end")) {
      $0.outcome.end == .killed(SIGTERM)
    },
    OptionCase(["-f"], twoProcesses) { $0.lines.filter { $0.contains("execve(") }.count == 3 },
    OptionCase(["-F"], twoProcesses) { $0.lines.filter { $0.contains("execve(") }.count == 3 },
    OptionCase(["--follow-forks"], twoProcesses) { $0.lines.filter { $0.contains("execve(") }.count == 3 },
    OptionCase(["--follow-forks=1"], shell("/bin/sh -c '/bin/true; :'; :")) {
      $0.lines.filter { $0.contains("execve(") }.count == 2
    },
    OptionCase(["-ff"], twoProcesses) { $0.files.filter { $0.hasPrefix("log.") }.count == 3 },
    OptionCase(["--output-separately"], ["/bin/true"]) { $0.files.contains { $0.hasPrefix("log.") } },
    OptionCase(["--tips"], ["/bin/true"]) { $0.errorsMatch("trapline: tip: .") },
    OptionCase(["--tips=id:1,format:full"], ["/bin/true"]) { $0.errorsMatch("^\\+-+\\+\n\\| .*ENOENT") },
    OptionCase(["-d"], ["/bin/true"]) { $0.errors.contains("enters") },
  ]

  static let filtering: [OptionCase] = [
    OptionCase(["-e", "trace=exit_group"], ["/bin/true"]) { $0.lines.count == 2 },
    OptionCase(["--trace=%process"], ["/bin/true"]) { !$0.log.contains("openat(") },
    OptionCase(["-e", "!openat"], ["/bin/true"]) { !$0.log.contains("openat(") },
    OptionCase(["-e", "signal=none"], shell("trap : USR1; kill -USR1 $$")) { !$0.log.contains("--- SIGUSR1") },
    OptionCase(["--signal=!USR1"], shell("trap : USR1; kill -USR1 $$")) { !$0.log.contains("--- SIGUSR1") },
    OptionCase(["-e", "status=failed"], ["/bin/cat", "nothing"]) { !$0.log.contains("= 0\n") },
    OptionCase(["--status=ENOENT"], ["/bin/cat", "nothing"]) {
      $0.hasLine("\"nothing\".*ENOENT") && !$0.log.contains("= 0\n")
    },
    OptionCase(["-z"], ["/bin/cat", "nothing"]) { !$0.log.contains(" = -1 ") },
    OptionCase(["-Z"], ["/bin/cat", "nothing"]) { $0.log.contains("\"nothing\"") && !$0.log.contains("= 0\n") },
    OptionCase(["--time-limit=300ms"], shell("sleep 2; /bin/true")) { $0.log.contains("<detached ...>") },
    OptionCase(["-P", "file"], ["/bin/cat", "file"]) { $0.log.contains("\"file\"") && !$0.log.contains("libc.so") },
    OptionCase(["--trace-fds=1"], ["/usr/bin/head", "-n", "1", "file"]) {
      $0.log.contains("write(1") && !$0.log.contains("openat")
    },
    OptionCase(["--syscall-limit=2"], ["/bin/true"]) { $0.lines.count == 2 },
    OptionCase(["--seccomp-bpf"], beside: ["-f", "-e", "getuid"], shell("grep Seccomp: /proc/$$/status")) {
      $0.output == "Seccomp:\t2\n"
    },
    OptionCase(["--where", "ret < 0"], ["/bin/cat", "nothing"]) {
      !$0.log.contains("= 0\n") && $0.log.contains("ENOENT")
    },
    OptionCase(["-e", "inject=getuid:retval=77"], ["/usr/bin/id", "-ru"]) { $0.output == "77\n" },
    OptionCase(["-e", "fault=getuid:error=EPERM"], ["/usr/bin/id", "-ru"]) { $0.log.contains("(INJECTED)") },
    OptionCase(["--inject=brk:delay_enter=1ms"], ["/bin/true"]) { $0.log.contains("(DELAYED)") },
    OptionCase(["--fault=/^open:when=1"], ["/bin/cat", "file"]) { $0.log.contains("ENOSYS") },
  ]

  static let counting: [OptionCase] = [
    OptionCase(["-c"], ["/bin/true"]) { $0.hasLine("usecs/call") && !$0.log.contains("execve(") },
    OptionCase(["--latency"], ["/bin/true"]) { $0.hasLine("total +calls +p50 +p90") && !$0.log.contains("execve(") },
    OptionCase(["--summary-only"], ["/bin/true"]) { $0.hasLine("usecs/call") && !$0.log.contains("execve(") },
    OptionCase(["-C"], ["/bin/true"]) { $0.hasLine("usecs/call") && $0.log.contains("execve(") },
    OptionCase(["-w"], beside: ["-c", "-U", "total-time,name", "-e", "clock_nanosleep"], ["/bin/sleep", "0.2"]) {
      $0.hasLine("0\\.[2-9][0-9]* .*clock_nanosleep")
    },
    OptionCase(["-S", "name"], beside: ["-c", "-U", "name"], ["/bin/true"]) {
      let names = $0.lines.dropFirst(2).prefix { !$0.hasPrefix("-") }
      return !names.isEmpty && Array(names) == names.sorted()
    },
    OptionCase(["-U", "name,calls"], beside: ["-c"], ["/bin/true"]) { $0.hasLine("^syscall +calls$") },
    OptionCase(["-O", "10s"], beside: ["-cw", "-U", "total-time,name"], ["/bin/true"]) {
      $0.hasLine("^ +0\\.000000 total$")
    },
  ]
}
