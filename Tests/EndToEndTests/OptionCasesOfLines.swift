import Foundation

/// Options on where the trace goes and how its lines look.
extension OptionCase {
  /// Reads and writes `file` by read(2) and write(2).
  private static let cat = ["/usr/bin/head", "-n", "1", "file"]

  static let showing: [OptionCase] = [
    OptionCase(["-o", "other"], toFile: false, ["/bin/true"]) { $0.files.contains("other") && $0.errors.isEmpty },
    OptionCase(["-o", "|cat >other"], toFile: false, ["/bin/true"]) { $0.files.contains("other") },
    OptionCase(["-o", "!cat >other"], toFile: false, ["/bin/true"]) { $0.files.contains("other") },
    OptionCase(["-A"], ["/bin/true"]) { $0.log.hasPrefix("an old line") },
    OptionCase(["-a", "10"], ["/bin/true"]) { $0.hasLine("^exit_group\\(0\\) = \\?$") },
    OptionCase(["--columns=60"], ["/bin/true"]) { $0.hasLine("^exit_group\\(0\\) {47}= \\?$") },
    OptionCase(["--color=always"], ["/bin/true"]) { $0.log.contains("\u{1b}[") },
    OptionCase(["-s", "4"], cat) { $0.log.contains("\"some\"...") },
    OptionCase(["--string-limit=5"], cat) { $0.log.contains("\"some \"...") },
    OptionCase(["-x"], ["/usr/bin/printf", "\\377"]) { $0.log.contains("\"\\xff\"") },
    OptionCase(["-xx"], cat) { $0.log.contains("\\x73\\x6f\\x6d\\x65") },
    OptionCase(["--strings-in-hex=non-ascii-chars"], ["/usr/bin/printf", "a\\377"]) { $0.log.contains("\"a\\xff\"") },
    OptionCase(["-X", "raw"], cat) { $0.hasLine("openat\\(-100, \"file\", 0\\)") },
    OptionCase(["--const-print-style=verbose"], cat) { $0.log.contains("-100 /* AT_FDCWD */") },
    OptionCase(["-v"], cat) { $0.hasLine("st_ino=") },
    OptionCase(["-e", "abbrev=!fstat,newfstatat"], cat) { $0.hasLine("st_ino=") },
    OptionCase(["-e", "verbose=none"], cat) { !$0.log.contains("{st_mode") },
    OptionCase(["-e", "raw=openat"], cat) { $0.hasLine("openat\\(0xffffff9c") },
    OptionCase(["-e", "read=3"], cat) { $0.hasLine("^ \\| 00000") },
    OptionCase(["--write=1"], cat) { $0.hasLine("^ \\| 00000") },
    OptionCase(["-q"], beside: ["-f"], toFile: false, shell("/bin/true; :")) { !$0.errors.contains("attached") },
    OptionCase(["-qq"], ["/bin/true"]) { !$0.log.contains("+++") },
    OptionCase(["--quiet=exit"], ["/bin/true"]) { !$0.log.contains("+++") },
    OptionCase(["-y"], cat) { $0.hasLine("read\\(3<[^>]*/file>") },
    OptionCase(["-yy"], ["/bin/cat", "/dev/null"]) { $0.hasLine("3</dev/null<char 1:3>>") },
    OptionCase(["--decode-fds=dev"], ["/bin/cat", "/dev/null"]) { $0.hasLine("<char 1:3>>") },
    OptionCase(["-Y"], shell("kill -0 $$")) { $0.hasLine("kill\\([0-9]+<sh>, 0\\)") },
    OptionCase(["--decode-pids=comm"], shell("kill -0 $$")) { $0.hasLine("kill\\([0-9]+<sh>, 0\\)") },
    OptionCase(["-i"], ["/bin/true"]) { $0.hasLine("^\\[[0-9a-f]{16}\\] execve") },
    OptionCase(["-n"], ["/bin/true"]) { $0.hasLine("^\\[ 231\\] exit_group") },
    OptionCase(["-N"], ["/bin/true"]) { $0.hasLine("exit_group\\(status=0\\)") },
    OptionCase(["-r"], ["/bin/true"]) { $0.hasLine("^ +[0-9]+\\.[0-9]{6} execve") },
    OptionCase(["--relative-timestamps=ms"], ["/bin/true"]) { $0.hasLine("^ +[0-9]+\\.[0-9]{3} execve") },
    OptionCase(["-t"], ["/bin/true"]) { $0.hasLine("^[0-9:]{8} execve") },
    OptionCase(["-tt"], ["/bin/true"]) { $0.hasLine("^[0-9:]{8}\\.[0-9]{6} execve") },
    OptionCase(["-ttt"], ["/bin/true"]) { $0.hasLine("^[0-9]{10}\\.[0-9]{6} execve") },
    OptionCase(["--absolute-timestamps=unix,ns"], ["/bin/true"]) { $0.hasLine("^[0-9]{10}\\.[0-9]{9} execve") },
    OptionCase(["-T"], ["/bin/true"]) { $0.hasLine("execve.* <[0-9]+\\.[0-9]{6}>$") },
    OptionCase(["--syscall-times=ns"], ["/bin/true"]) { $0.hasLine("execve.* <[0-9]+\\.[0-9]{9}>$") },
    OptionCase(["--always-show-pid"], ["/bin/true"]) { $0.hasLine("^[0-9]+ +execve") },
    OptionCase(["--json"], ["/bin/true"]) {
      $0.lines.allSatisfy { $0.hasPrefix("{") } && $0.log.contains("\"execve\"")
    },
    OptionCase(["--format=json"], ["/bin/true"]) { $0.lines.allSatisfy { $0.hasPrefix("{") } && !$0.log.isEmpty },
    OptionCase(["--whole-lines"], beside: ["-f"], shell("/bin/sleep 0.1; :")) { !$0.log.contains("resumed>") },
    OptionCase(["--no-env"], beside: ["-v"], ["/bin/true"]) { !$0.log.contains("PATH=") },
  ]
}
