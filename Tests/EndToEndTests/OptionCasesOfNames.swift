import Foundation

/// Options by their other names, each beside the case that has the usual one.
extension OptionCase {
  private static let head = ["/usr/bin/head", "-n", "1", "file"]
  private static let missing = ["/bin/cat", "nothing"]
  private static func python(_ line: String) -> [String] { [Machine.find("python3") ?? "python3", "-c", line] }

  static let named: [OptionCase] = [
    OptionCase(["-E", "HOME"], shell("echo \"<$HOME>\"")) { $0.output == "<>\n" },
    OptionCase(["--env=TL_A=1"], shell("echo \"<$TL_A>\"")) { $0.output == "<1>\n" },
    OptionCase(["--user=1234:5678"], ["/usr/bin/id", "-g"]) { $0.output == "5678\n" || $0.outcome.end == .exited(1) },
    OptionCase(["--detach-on=execve"], shell("exec /bin/true")) { $0.hasLine("<detached ...>") },
    OptionCase(["--follow-forks", "--output-separately"], shell("/bin/true; :")) {
      $0.files.filter { $0.hasPrefix("log.") }.count == 2
    },
    OptionCase(["--daemonise=session"], shell("ps -o comm= -p $PPID")) { $0.output != "trapline\n" },
    OptionCase(["--daemonized=session"], shell("ps -o comm= -p $PPID")) { $0.output != "trapline\n" },
    OptionCase(["--daemonised=session"], shell("ps -o comm= -p $PPID")) { $0.output != "trapline\n" },
    OptionCase(["--debug"], ["/bin/true"]) { $0.errors.contains("enters") },
    OptionCase(["--signals=!USR1"], shell("trap : USR1; kill -USR1 $$")) { !$0.log.contains("--- SIGUSR1") },
    OptionCase(["--trace-fd=1"], head) { $0.log.contains("write(1") && !$0.log.contains("openat") },
    OptionCase(["--failing-only"], missing) { $0.log.contains("\"nothing\"") && !$0.log.contains("= 0\n") },
    OptionCase(["--silent=exit"], ["/bin/true"]) { !$0.log.contains("+++") },
    OptionCase(["--silence=exit"], ["/bin/true"]) { !$0.log.contains("+++") },
    OptionCase(["--decode-fd=path"], head) { $0.hasLine("read\\(3<[^>]*/file>") },
    OptionCase(["--decode-pid=comm"], shell("kill -0 $$")) { $0.hasLine("kill\\([0-9]+<sh>, 0\\)") },
    OptionCase(["--colour"], ["/bin/true"]) { $0.log.contains("\u{1b}[") },
    OptionCase(["--arg-names"], ["/bin/true"]) { $0.hasLine("exit_group\\(status=0\\)") },
    OptionCase(["--stack-traces=symbol"], beside: ["-e", "write"], head) { $0.hasLine("^ > .*\\(__?write\\+0x") },
    OptionCase(["--trace-path=file"], head) { $0.log.contains("\"file\"") && !$0.log.contains("libc.so") },
    OptionCase(["-e", "trace-fds=1"], head) { $0.log.contains("write(1") && !$0.log.contains("openat") },
    OptionCase(["--successful-only"], missing) { !$0.log.contains(" = -1 ") },
    OptionCase(["--failed-only"], missing) { $0.log.contains("\"nothing\"") && !$0.log.contains("= 0\n") },
    OptionCase(["--trace=/^open@64"], head) { $0.log.contains("openat(") && !$0.log.contains("read(") },
    OptionCase(["-e", "?nosuch,%%stat"], head) { $0.log.contains("stat") && !$0.log.contains("openat(") },
    OptionCase(["--abbrev=none"], head) { $0.hasLine("st_ino=") },
    OptionCase(["--no-abbrev"], head) { $0.hasLine("st_ino=") },
    OptionCase(["--verbose=!fstat,newfstatat"], head) { !$0.log.contains("{st_mode") },
    OptionCase(["--raw=openat"], head) { $0.hasLine("openat\\(0xffffff9c") },
    OptionCase(["--read=3"], head) { $0.hasLine("^ \\| 00000") },
    OptionCase(["-e", "write=1"], head) { $0.hasLine("^ \\| 00000") },
    OptionCase(["--output=other"], toFile: false, ["/bin/true"]) { $0.files.contains("other") && $0.errors.isEmpty },
    OptionCase(["--output-append-mode"], ["/bin/true"]) { $0.log.hasPrefix("an old line") },
    OptionCase(["--strings-in-hex"], head) { $0.log.contains("\\x73\\x6f\\x6d\\x65") },
    OptionCase(["--strings-in-hex=non-ascii"], ["/usr/bin/printf", "a\\377"]) { $0.log.contains("\"\\x61\\xff\"") },
    OptionCase(["-X", "verbose"], head) { $0.log.contains("-100 /* AT_FDCWD */") },
    OptionCase(["--instruction-pointer"], ["/bin/true"]) { $0.hasLine("^\\[[0-9a-f]{16}\\] execve") },
    OptionCase(["--syscall-number"], ["/bin/true"]) { $0.hasLine("^\\[ 231\\] exit_group") },
    OptionCase(["--argument-names"], ["/bin/true"]) { $0.hasLine("exit_group\\(status=0\\)") },
    OptionCase(["--absolute-timestamps"], ["/bin/true"]) { $0.hasLine("^[0-9:]{8} execve") },
    OptionCase(["--timestamps=precision:us"], ["/bin/true"]) { $0.hasLine("^[0-9:]{8}\\.[0-9]{6} execve") },
    OptionCase(["--relative-timestamps"], ["/bin/true"]) { $0.hasLine("^ +[0-9]+\\.[0-9]{6} execve") },
    OptionCase(["--syscall-times"], ["/bin/true"]) { $0.hasLine("execve.* <[0-9]+\\.[0-9]{6}>$") },
    OptionCase(["--quiet"], beside: ["-f"], toFile: false, shell("/bin/true; :")) { !$0.errors.contains("attached") },
    OptionCase(["-qqq"], beside: ["-P", "/bin/../bin/sh"], shell(":")) { $0.log.isEmpty },
    OptionCase(["-e", "quiet=path-resolution"], beside: ["-P", "/proc/self/exe"], ["/bin/true"]) {
      !$0.errors.contains("resolved into")
    },
    OptionCase(["--summary"], ["/bin/true"]) { $0.hasLine("usecs/call") && $0.log.contains("execve(") },
    OptionCase(["--summary-sort-by=name"], beside: ["-c", "-U", "name"], ["/bin/true"]) {
      let names = $0.lines.dropFirst(2).prefix { !$0.hasPrefix("-") }
      return !names.isEmpty && Array(names) == names.sorted()
    },
    OptionCase(["--summary-columns=name,calls"], beside: ["-c"], ["/bin/true"]) { $0.hasLine("^syscall +calls$") },
    OptionCase(
      ["--summary-wall-clock"], beside: ["-c", "-U", "total-time,name", "-e", "clock_nanosleep"], ["/bin/sleep", "0.2"]
    ) { $0.hasLine("0\\.[2-9][0-9]* .*clock_nanosleep") },
    OptionCase(["--summary-syscall-overhead=10s"], beside: ["-cw", "-U", "total-time,name"], ["/bin/true"]) {
      $0.hasLine("^ +0\\.000000 total$")
    },
  ]

  static let decoding: [OptionCase] = [
    OptionCase(["-k"], beside: ["-e", "write"], head) { $0.hasLine("^ > .*\\(__?write\\+0x") },
    OptionCase(["--stack-trace"], beside: ["-e", "write"], head) { $0.hasLine("^ > .*\\(__?write\\+0x") },
    OptionCase(["--stack-trace-frame-limit=1"], beside: ["-k", "-e", "write"], head) { result in
      result.lines.filter { $0.hasPrefix(" > ") }.count == 1
    },
    OptionCase(["-e", "decode-fds=eventfd"], python("import os; os.eventfd(5)")) {
      $0.log.contains("eventfd-count=0x5")
    },
    OptionCase(["-e", "decode-fds=pidfd"], python("import os; os.pidfd_open(os.getpid())")) {
      $0.hasLine("pidfd_open.* = [0-9]+<pid:[0-9]+>")
    },
    OptionCase(
      ["--decode-fds=socket"], python("import socket; s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen()")
    ) { $0.hasLine("listen\\([0-9]+<TCP:\\[") },
    OptionCase(["--decode-fds=signalfd"], ["/usr/bin/perl", "-e", "my $m = pack('Q', 2); syscall(289, -1, $m, 8, 0)"]) {
      $0.log.contains("<signalfd:[INT]>")
    },
    OptionCase(["--decode-fds"], head) { $0.hasLine("read\\(3<[^>]*/file>") },
    OptionCase(["--decode-fds=all"], ["/bin/cat", "/dev/null"]) { $0.hasLine("3</dev/null<char 1:3>>") },
    OptionCase(["--decode-pids=pidns"], beside: ["-f"], ["/usr/bin/unshare", "-pf", "/bin/sh", "-c", "kill -0 $$"]) {
      $0.hasLine("kill\\(1 /\\* [0-9]+ in ") || $0.outcome.end == .exited(1)
    },
    OptionCase(["--pidns-translation"], beside: ["-f"], ["/usr/bin/unshare", "-pf", "/bin/sh", "-c", "kill -0 $$"]) {
      $0.hasLine("kill\\(1 /\\* [0-9]+ in ") || $0.outcome.end == .exited(1)
    },
    OptionCase(["-e", "inject=write:error=ENOSPC:when=2+"], shell("echo a; echo b")) { $0.output == "a\n" },
    OptionCase(["-e", "inject=getuid:signal=USR1"], shell("exec /usr/bin/id -ru")) {
      $0.outcome.end == .killed(SIGUSR1)
    },
    OptionCase(["-e", "inject=getuid:syscall=getppid:retval=5"], ["/usr/bin/id", "-ru"]) { $0.output == "5\n" },
    OptionCase(["-e", "inject=read:poke_exit=@arg2=58"], head) {
      $0.output.hasPrefix("X") || $0.outcome.end != .exited(0)
    },
    OptionCase(["-e", "inject=getuid:delay_exit=9ms"], beside: ["-e", "getuid,getgid"], ["/usr/bin/id", "-ru"]) {
      $0.hasLine("getuid.*DELAYED")
    },
  ]
}
