import Foundation
import Testing

/// Command lines that strace takes: we do with them what it does.
///
/// Compared are the exit status and all that a script prints, with the wording of messages masked.
@Suite("Command lines")
struct CommandLineTests {
  /// A shell's script, with the tracer as `$0`.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let script: String
    var testDescription: String { name }

    init(_ name: String, _ script: String) {
      self.name = name
      self.script = script
    }
  }

  /// Runs options one after another and prints for each the exit status and the number of messages.
  private static func messages(_ options: [String]) -> String {
    "for o in \(options.map { "'\($0)'" }.joined(separator: " ")); do "
      + #""$0" -o log $o true 2>err; echo "$o: $? $(grep -c . err)"; done"#
  }

  /// Runs options one after another and prints for each the exit status.
  private static func statuses(_ options: [String]) -> String {
    "for o in \(options.map { "'\($0)'" }.joined(separator: " ")); do "
      + #""$0" -o log $o true >out 2>err; echo "$o: $?"; done"#
  }

  /// Whatever strace takes for one option, cut as it may be, is that option here.
  @Test func namesAreCutAsShort() throws {
    let strace = try Machine.oracle()
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let place = try TemporaryDirectory()
    func complaint(_ tracer: String, _ word: String) -> String {
      String(Run(directory: place.url, limit: 20)([tracer, word]).errors.prefix { $0 != "\n" })
    }
    // Cut to nothing, it may be any.
    let names = complaint(strace, "--=").matches(of: /'(--[a-z0-9-]+)'/).map { String($0.output.1) }
    #expect(names.count > 60, "\(names)")
    let words = Set(names.flatMap { name in (3...name.count).map { String(name.prefix($0)) + "=%$%" } })
    for word in words.sorted() {
      let (theirs, ours) = (complaint(strace, word), complaint(trapline, word))
      // Debian builds strace without support for SELinux.
      if theirs.contains("ambiguous") || theirs.contains("not supported by this build") { continue }
      #expect(!ours.contains("ambiguous") && !ours.contains("unrecognized"), "\(ours)")
      guard let named = theirs.firstMatch(of: /--[a-z0-9-]+/)?.output else { continue }
      #expect(ours.contains(named), "\(theirs) \(ours)")
    }
  }

  static let cases = [
    Case(
      "a death by signal is told however quiet",
      #"""
      for q in -q -qq -qqq --quiet=exit; do "$0" $q -o log sh -c 'kill -TERM $$'; tail -n 1 log; done
      """#),
    Case(
      "an empty command may read the trace",
      #"""
      "$0" -o '|' sh -c 'exit 3' 2>err; echo $?; "$0" -o '!' true 2>err; echo $?
      """#),
    Case(
      "words count in letters of either case",
      messages([
        "-e status=FAILED", "--quiet=EXIT", "--decode-fds=PATH", "-I NEVER", "-I +1", "--strings-in-hex=ALL",
        "--absolute-timestamps=UNIX,NS", "--relative-timestamps=S", "-e trace=NONE",
      ])),
    Case(
      "numbers are read as by the C library",
      statuses([
        "-e trace=+102", "-e trace=0102", "-e signal=+5", "-e signal=05", "-c -O 0x10", "-c -O +5", "-c -O -0",
        "-c -O -1", "-c -O 1e2ms", "-c -O 1e19s", "-c -O 1e400", "-c -O 5e-400", "-c -O 5US",
        "-c -O 9223372036854775807", "-c -O 9223372036854775808", "-a +5", "-a 0x10", "-s 010", "-I 03", "-e read=+1",
        "-e inject=uname:error=+5", "-e inject=uname:error=0x5", "-e inject=uname:signal=+10",
        "-e inject=uname:signal=010", "-e inject=uname:retval=0X1f", "-e inject=uname:retval=08",
        "-e inject=uname:delay_exit=0x10", "-e inject=uname:delay_exit=+1e1ns", "-e inject=uname:error=1:when=01..+2+1",
        "-e inject=uname:error=1:when=0x1", "-e inject=chdir:poke_enter=@arg01=00",
        "-e inject=chdir:poke_enter=,@arg1=00,", "-e inject=uname:retval=0:syscall=getpid",
        "-e inject=uname:retval=0:syscall=39", "-e fault=uname:syscall=getpid", "-e fault=uname:signal=USR1",
      ])),
    Case(
      "blanks may stand before a number",
      #"""
      for e in error=' 5' retval=' 5' error=5:when=' 1'; do
        "$0" -e trace=getuid -e signal=none -e inject=getuid:"$e" id -ru 2>&1; echo $?
      done
      "$0" -c -o log -O ' 5' true; echo $?
      """#),
    Case(
      "a table's columns are as wide as what is in them",
      #"""
      "$0" -c -o log -U name,calls -S name -e trace=sched_get_priority_min,sched_get_priority_max chrt -m >out; cat log
      "$0" -c -o log -U calls,name -S name -e trace=uname,set_robust_list uname >out; cat log
      """#),
    Case(
      "the last form of the times counts, and what it does not say holds on",
      #"""
      a=--absolute-timestamps
      for o in '--relative-timestamps=ns -r' '-r --relative-timestamps=ns' '--syscall-times=ns -T'         "$a=unix $a=ms" "$a=ms $a=unix" "$a=ms $a" "$a=none $a=ms" "$a=unix $a=none $a=us" "$a=,ms," "$a=none,ms"; do
        "$0" -o log $o -e trace=uname uname >out; sed 's/[0-9]/d/g' log
      done
      """#),
    Case(
      "help is given at once, the version when all is read",
      #"""
      for o in '-h --nonsense' '-a x -h' '--nonsense -h' '-hQ' '-V -h' '-V --nonsense' '-a x -V'; do
        "$0" $o >out 2>err; echo "$o: $? $([ -s out ] && echo answered)"
      done
      """#),
    Case(
      "an old name of -f is remarked on and never means a file for each",
      #"""
      for o in -F -FF -fF -ffF '--follow-forks -F'; do
        "$0" $o -qo log -e trace=none true 2>err; echo "$o: $? $(grep -c . err) $(ls | grep -c '^log[.]')"; rm -f log*
      done
      """#),
    Case("an empty form of the time says nothing", messages(["--absolute-timestamps="])),
    Case(
      "odd options are remarked on",
      messages([
        "-z", "-z -Z", "-Z -Z", "--seccomp-bpf", "--seccomp-bpf -f", "--seccomp-bpf -f -e trace=%file",
        "--seccomp-bpf -f -b execve", "-e inject=getuid:retval=1", "-e inject=getuid:retval=-1",
        "-e inject=getuid:retval=4294967295", "-e inject=getuid:retval=99999999999", "-ff --output-separately",
      ])),
    Case("files for each process need a name", #""$0" --output-separately -qqe trace=none true; echo $?"#),
    Case(
      "an injection's parts may be empty, and the last range counts",
      #"""
      for e in uname:error=EPERM: uname::error=EPERM uname:error=EPERM:when=1:when=2 uname:error=EPERM:error=EIO; do
        "$0" -o log -e trace=uname -e inject=$e uname >out 2>err; echo "$e: $?"; cat log; rm -f log
      done
      """#),
    Case(
      "an argument that no call has can be poked",
      #"""
      for a in 2 7; do
        "$0" -o log -e trace=chdir -e inject=chdir:poke_enter=@arg$a=00 env -C / true 2>err; cat log; grep -c . err
      done
      "$0" -e inject=chdir:poke_enter=@arg8=00 true 2>err; echo $?
      """#),
    Case(
      "names that are too long are told of",
      #"""
      n=$(printf '%4096s' x); for o in "$n" "-ff -o"; do
        if [ "$o" = "$n" ]; then "$0" "$n" 2>err; else "$0" $o "$n" true 2>err; fi; echo "$? $(sed 's/^[^:]*: //' err | tr -s ' ')"
      done
      """#),
    Case("the tracer does not attach to itself", #"sh -c 'exec "$0" -p $$' "$0"; echo $?"#),
    Case(
      "a command that is let go of is waited for",
      #""$0" -q -b execve -e trace=none sh -c 'exec sh -c "sleep 0.3; touch done; exit 3"' 2>/dev/null; echo $?; ls"#),
    Case(
      "what scripts look for among the lines of -d",
      #"""
      "$0" -d -f --kill-on-exit -e trace=none true 2>&1 | grep -o 'PTRACE_[A-Z_]* works' | sort
      "$0" -d -D -e trace=none true 2>&1 | grep -c 'new tracer pid is [0-9]*$'
      """#),
    Case(
      "the tracer's own exec is not tampered with",
      #"""
      for e in error=EPERM retval=0 delay_exit=1 signal=TERM; do
        "$0" -e trace=none -e inject=execve:$e true; echo $?
      done
      "$0" -e trace=none -e inject=execve:error=EPERM:when=1 env env true 2>&1; echo $?
      """#),
    Case(
      "a result is a number without a sign",
      #"""
      for r in -1 -4096 4294967295 99999999999; do
        "$0" -o log -e trace=getuid,geteuid -e inject=getuid,geteuid:retval=$r id -ru >out 2>err; cat log
      done
      """#),
    Case(
      "a tracer in the background says whom it attached to",
      #"""
      echo 'n=0; while [ ! -e end ] && [ $n -lt 200 ]; do sleep 0.05; n=$((n + 1)); done' >script
      "$0" -D -e trace=none -e signal=none sh script 2>err &
      n=0; while ! grep -qs attached err && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done; touch end; wait
      n=0; while ! grep -qs exited err && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done; cat err
      """#),
    Case(
      "a tracer in the background is not ended by a signal where its trace has a file",
      #"""
      "$0" -DD -o log -e trace=none sh -c 'kill -TERM $(sed -n "s/TracerPid:.//p" /proc/$$/status); exit 3'; echo $?
      n=0; while ! grep -qs exited log && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done; tail -n 1 log
      """#),
    Case(
      "all processes that were attached to are let go of",
      #"""
      exec 2>/dev/null; for i in 1 2 3 4 5; do sleep 60 & all="$! $all"; done
      "$0" -e trace=none -p "$all" 2>err & t=$!
      for p in $all; do
        n=0; while ! grep -qs "TracerPid:.$t" /proc/$p/status && [ $n -lt 400 ]; do sleep 0.05; n=$((n + 1)); done
      done
      kill -TERM $t; wait $t; echo $?; kill $all
      sed 's/.*: Process //' err | sort -s -k2 | awk '{ if (!($1 in seen)) seen[$1] = ++n; print seen[$1], $2 }' | sort
      """#),
    Case(
      "a command's name is escaped before a line too",
      #"""
      cp $(command -v true) 'a<b>"c'; "$0" -f -Y -o log -e trace=exit_group './a<b>"c'; cat log
      """#),
  ]

  @Test(arguments: cases)
  func isTakenAsByStrace(_ test: Case) throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let strace = try Machine.oracle()
    let place = try TemporaryDirectory()
    func outcome(_ tracer: String) throws -> String {
      let outcome = Run(directory: try place.fresh(String(tracer.split(separator: "/").last ?? "")), limit: 40)(
        shell(test.script) + [tracer])
      return Self.masked("\(outcome.output)\(outcome.errors)\(outcome.end)")
    }
    let (ours, theirs) = (try outcome(trapline), try outcome(strace))
    #expect(ours == theirs)
  }

  /// What differs from run to run, and what is said in each one's own words.
  private static func masked(_ text: String) -> String {
    text.replacing(pattern: #"^(\S*/)?(strace|trapline): (?!Process)"#, with: "TRACER: ")
      .replacing(pattern: "^TRACER: .*", with: "TRACER: (message)")
      .replacing(pattern: #"^(\S*/)?(strace|trapline): Process \d+"#, with: "TRACER: Process PID")
      .replacing(pattern: #"^\d{2,}( |<)"#, with: "PID$1").replacing(pattern: #"\b0x[0-9a-f]{8,}"#, with: "ADDRESS")
  }

  /// What a child does first does not cut off the line of the call that started it.
  @Test func birthsAreShownWhole() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let program = try Fixtures.program("statuses", .dynamic)
    let place = try TemporaryDirectory()
    for _ in 0..<20 {
      let outcome = Run(directory: place.url, limit: 20)([trapline, "-f", "-e", "signal=none", program])
      let lines = outcome.errors.split(separator: "\n")
      let births = lines.indices.dropLast().filter { lines[$0].contains(/clone3?\(/) }
      #expect(births.count == 3, "\(outcome)")
      for birth in births {
        #expect(lines[birth].hasSuffix(" attached") && lines[birth + 1].contains(") = "), "\(outcome)")
      }
    }
  }

  /// With a filter in the kernel too, threads' ends are told as they were.
  @Test func threadsHaveTheirOwnStatuses() throws {
    let trapline = try #require(Machine.trapline, "trapline is not built")
    let program = try Fixtures.program("statuses", .dynamic)
    let place = try TemporaryDirectory()
    for _ in 0..<20 {
      let outcome = Run(directory: place.url, limit: 20)([trapline, "-f", "-qe", "trace=none", program])
      let ends = outcome.errors.matches(of: /exited with (\d+)/).map { String($0.output.1) }
      #expect(ends == ["1", "2", "3", "0"], "\(outcome)")
    }
  }
}
