import Settings

extension Declaration {
  /// Which calls and signals are shown.
  static let filterOptions: [Declaration] = [
    Declaration(
      "e", value: .required("EXPRESSION"),
      help: """
        An expression: trace=, signal=, status=, trace-fds=, abbrev=, verbose=, raw=, read=, write=, quiet=, \
        decode-fds=, decode-pids=, kvm=, namespace=, secontext=, inject= or fault= and a set; a set alone is one of \
        calls.
        """, offer: .expression
    ) { try Expression.apply($1, to: &$0) },
    Declaration(
      nil, "trace", value: .required("SET"),
      help: "Show only these calls: names, numbers, /REGEX, %CLASS, all, none; ! inverts.", as: .trace),
    Declaration(nil, "signal", "signals", value: .required("SET"), help: "Show only these signals.", as: .signal),
    Declaration(
      nil, "status", value: .required("SET"),
      help: """
        Show only calls that ended so: successful, failed, unfinished, unavailable, detached, or with errors: ENOENT.
        """, as: .status),
    Declaration(
      nil, "trace-fds", "trace-fd", value: .required("SET"), help: "Show only calls on these descriptors.",
      as: .descriptors),
    Declaration(
      "P", "trace-path", value: .required("PATH"),
      help: "Show only calls that name this path or a descriptor of it.", offer: .files
    ) { $0.settings.selection.paths.append(ArgumentText.bytes(of: $1)) },
    Declaration("z", "successful-only", help: "The same as --status=successful.") { $0.showOnly(.successful) },
    Declaration("Z", "failed-only", "failing-only", help: "The same as --status=failed.") { $0.showOnly(.failed) },
    Declaration(
      nil, "where", value: .required("CONDITION"),
      help: "Show only calls and signals for which it holds: path ~ \"/etc/*\" and ret < 0"
    ) { $0.settings.selection.condition = $1 },
    Declaration(
      nil, "syscall-limit", value: .required("COUNT"), help: "Detach after so many calls were shown."
    ) { invocation, text in
      guard let limit = decimal(text, in: 1...Int.max) else {
        throw UnacceptableValue("a number from 1 on is needed")
      }
      invocation.settings.tracing.callLimit = UInt64(limit)
    },
    Declaration(
      nil, "time-limit", value: .required("TIME"),
      help: "Detach after so much time: seconds, or a number with s, ms, us or ns."
    ) { invocation, text in
      let hasUnit = text.last?.isLetter ?? false
      guard let nanoseconds = duration(hasUnit ? text : text + "s"), nanoseconds > 0 else {
        throw UnacceptableValue("a number of seconds is needed, or one with s, ms, us or ns")
      }
      invocation.settings.tracing.timeLimit = nanoseconds
    },
    Declaration(
      nil, "seccomp-bpf",
      help: """
        With -f, have the kernel stop the command only at the calls traced. The program can tell, may gain no rights \
        by an exec unless root traces it, and is killed when the tracer ends; see SECCOMP FILTER in trapline(1).
        """
    ) { $0.given.seccompBpf = true },
  ]

  /// What is done to calls.
  static let tamperingOptions: [Declaration] = [
    Declaration(
      nil, "inject", value: .required("SET:WHAT"),
      help: """
        Tamper with these calls: SET:error=ERRNO or retval=NUMBER, signal=SIGNAL, syscall=CALL, delay_enter=TIME, \
        delay_exit=TIME, poke_enter=@argN=HEX, poke_exit=@argN=HEX, when=FIRST[..LAST][+[STEP]].
        """, as: .inject),
    Declaration(
      nil, "fault", value: .required("SET"),
      help: "The same with errors only, ENOSYS unless said: SET[:error=ERRNO][:syscall=CALL][:when=…].", as: .fault),
  ]
}
