import Foundation

/// What may differ between two runs of one program under one tracer, and is therefore covered before lines are compared.
///
/// Each mask is as narrow as it can be, and says why it is there. What is printed otherwise by another release of strace
/// is no mask: see `Rewrites.swift`.
struct Mask {
  /// Matches what is covered; lines begin at `^`.
  let pattern: String
  /// `$1` and so on keep parts of it.
  let replacement: String
  let reason: String

  static let all = [
    Mask(
      #"^((?:clone|clone3|fork|vfork|wait4|waitpid|waitid|getpid|gettid|getppid|getpgrp|getpgid|getsid|setsid"#
        + #"|set_tid_address)\(.*= )[1-9]\d*"#, "$1PID", "ids of processes and threads"),
    Mask(#"\b(si_pid=|parent_tid=\[|pidfd=\[|/proc/|sh-thd\.|l_pid=)\d+"#, "$1PID", "ids of processes and threads"),
    Mask(
      #"^((?:kill|tkill|tgkill|wait4|waitpid|getpgid|getsid|setpgid|prlimit64|sched_\w+)\(-?)[1-9]\d+"#, "$1PID",
      "ids of processes and threads"),
    Mask(#"^(tgkill\(PID, )\d+"#, "$1PID", "ids of processes and threads"),
    Mask(
      #"^(set_tid_address|clone|clone3)(\(.*)=> \{parent_tid=\[\d+\]"#, "$1$2=> {parent_tid=[PID]", "ids of threads"),
    Mask(#"\+\+\+ superseded by execve in pid \d+"#, "+++ superseded by execve in pid PID", "ids of threads"),
    Mask(#"si_(utime|stime)=\d+(?: /\* [\d.e-]+ s \*/)?"#, "si_$1=TIME", "CPU time that a process used"),
    Mask(#"tv_(sec|nsec|usec)=\d+"#, "tv_$1=TIME", "clocks, and the CPU time that a process used"),
    Mask(#"htons\(\d{5}\)"#, "htons(PORT)", "the kernel chooses a port"),
    Mask(#"^(getrandom\()"(?:[^"\\]|\\.)*"(?:\.\.\.)?"#, "$1RANDOM", "random bytes"),
    Mask(#"(/dev/urandom".*\n(?:.*\n)??read\(\d+, )"(?:[^"\\]|\\.)*""#, "$1RANDOM", "random bytes"),
    Mask(#"^((?:rt_)?sigreturn\(.*= )\d+"#, "$1RESULT", "what the call returned that the signal interrupted: an id"),
    Mask(#""[0-9a-f]{8,}-[0-9a-f]{8,} r.{0,12}"#, "\"MAP", "/proc/PID/maps"),
    Mask(
      #"\b(uptime|freeram|sharedram|bufferram|freeswap|procs|f_bfree|f_bavail|f_ffree)=\d+"#, "$1=FREE",
      "what the machine has left"),
    Mask(#"\bloads=\[\d+, \d+, \d+\]"#, "loads=[LOAD]", "what else the machine does"),
    Mask(#"/tmp/cc\w{6}"#, "/tmp/ccRANDOM", "temporary files of the compiler"),
    Mask(#"(\.git/t|/tmp_obj_)\w{6}""#, "$1RANDOM\"", "temporary files of git"),
    Mask(#"\b(nl_pid|nlmsg_pid)=[1-9]\d*"#, "$1=PID", "the kernel chooses a netlink port"),
    Mask(#"\bnlmsg_seq=[1-9]\d*"#, "nlmsg_seq=TIME", "programs begin to count at the time of day"),
    Mask(
      #"^(write\(\d+, )"DIRC(?:[^"\\]|\\.)*"(\.\.\., \d+\) += \d+\n(?:.*\n)?write\(\d+, )"(?:[^"\\]|\\.)*", 20\)"#,
      "$1INDEX$2CHECKSUM, 20)", "git's index has times and inode numbers of files, and their checksum"),
    Mask(#"(pipe|socket|anon_inode|mnt|net):\[\d+\]"#, "$1:[INODE]", "inode numbers"),
  ]

  init(_ pattern: String, _ replacement: String, _ reason: String) {
    self.pattern = pattern
    self.replacement = replacement
    self.reason = reason
  }

  /// Covers what differs from run to run in the lines of one thread.
  static func cover(_ text: String) -> String {
    numberAddresses(all.reduce(text) { $0.replacing(pattern: $1.pattern, with: $1.replacement) })
  }

  /// Addresses differ from run to run, but which of them are the same does not: the first that appears in a thread's
  /// lines becomes `ADDRESS1`.
  private static func numberAddresses(_ text: String) -> String {
    guard let expression = try? NSRegularExpression(pattern: "0x[0-9a-f]{6,}") else { return text }
    let characters = text as NSString
    var names: [String: String] = [:]
    var covered = ""
    var end = 0
    for match in expression.matches(in: text, range: NSRange(location: 0, length: characters.length)) {
      let address = characters.substring(with: match.range)
      let name = names[address] ?? "ADDRESS\(names.count + 1)"
      names[address] = name
      covered += characters.substring(with: NSRange(location: end, length: match.range.location - end)) + name
      end = match.range.location + match.range.length
    }
    return covered + characters.substring(from: end)
  }
}

extension String {
  /// What `pattern` matches is replaced by `template` (`$1` is its first group). A pattern that does not compile leaves the
  /// text as it is, and fails a test of its own.
  func replacing(pattern: String, with template: String) -> String {
    guard let expression = try? NSRegularExpression(pattern: pattern, options: [.anchorsMatchLines]) else {
      return self
    }
    let whole = NSRange(startIndex..., in: self)
    return expression.stringByReplacingMatches(in: self, range: whole, withTemplate: template)
  }
}
