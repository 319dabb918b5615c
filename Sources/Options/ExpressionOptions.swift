/// Options that stand for an expression of `-e`: the later of two counts, whichever way they are written.
enum ExpressionOptions: OptionTopic {
  static let title = "Expressions"
  static let declarations: [Declaration] = [
    Declaration(
      nil, "trace", value: .required("SET"),
      help: "Show only these calls: names, numbers, /REGEX, %CLASS, all, none; ! inverts.", as: "trace="),
    Declaration(nil, "signal", "signals", value: .required("SET"), help: "Show only these signals.", as: "signal="),
    Declaration(
      nil, "status", value: .required("SET"),
      help: """
        Show only calls that ended so: successful, failed, unfinished, unavailable, detached, or with errors: ENOENT.
        """,
      offer: .words(StatusFilter.Outcomes.words.map(\.0)), as: "status="),
    Declaration(
      nil, "trace-fds", "trace-fd", value: .required("SET"), help: "Show only calls on these descriptors.",
      as: "trace-fds="),
    Declaration("z", "successful-only", help: "The same as --status=successful.") { invocation, _ in
      invocation.filter.show(only: .successful)
    },
    Declaration("Z", "failed-only", "failing-only", help: "The same as --status=failed.") { invocation, _ in
      invocation.filter.show(only: .failed)
    },
    Declaration(
      nil, "abbrev", value: .required("SET"), help: "Shorten the structures of these calls (usually all).",
      as: "abbrev="),
    Declaration(
      nil, "verbose", value: .required("SET"), help: "Show what pointers of these calls point to (usually all).",
      as: "verbose="),
    Declaration(
      nil, "raw", value: .required("SET"), help: "Show the arguments of these calls as hexadecimal numbers.",
      as: "raw="),
    Declaration("v", "no-abbrev", help: "Show structures in full: --abbrev=none.", as: "abbrev=none"),
    Declaration(
      nil, "read", "reads", value: .required("SET"), help: "Dump what is read from these descriptors.", as: "read="),
    Declaration(
      nil, "write", "writes", value: .required("SET"), help: "Dump what is written to these descriptors.",
      as: "write="),
    Declaration(
      nil, "quiet", "silent", "silence", value: .optional("SET", usual: "attach,personality"),
      help: "Leave out messages: attach, exit, path-resolution, personality, thread-execve.",
      offer: .words(QuietSet.words.map(\.0)), as: "quiet="),
    Declaration(
      nil, "decode-fds", "decode-fd", value: .optional("SET", usual: "path"),
      help: "Show of descriptors: path, dev, eventfd, pidfd, signalfd, socket.",
      offer: .words(DescriptorDetails.words.map(\.0)), as: "decode-fds="),
    Declaration("Y", help: "Show the commands of processes: --decode-pids=comm.", as: "decode-pids=+comm"),
    Declaration(
      nil, "pidns-translation", help: "Show processes' ids in the tracer's namespace: --decode-pids=pidns.",
      as: "decode-pids=+pidns"),
    Declaration(
      nil, "decode-pids", "decode-pid", value: .required("SET"),
      help: "Show of processes: comm, pidns (their ids in the tracer's namespace).",
      offer: .words(ProcessDetails.words.map(\.0)), as: "decode-pids="),
    Declaration(
      nil, "kvm", value: .required("vcpu"),
      help: "Show why a virtual CPU was left, behind the result of ioctl(fd, KVM_RUN).",
      offer: .words(["vcpu"]), as: "kvm="),
    Declaration(
      nil, "namespace", value: .optional("new", usual: "new"),
      help: """
        Show, behind the results of clone, clone3, fork, vfork, unshare and setns, the namespaces that the caller or its \
        child is in and the caller was not: (ipc:[4026532178], uts:[4026532177]).
        """, offer: .words(["new"]), as: "namespace="),
    Declaration(
      nil, "secontext", value: .optional("SET", usual: "none,full"),
      help: """
        Show SELinux contexts of processes, descriptors and paths: their types, or full; mismatch: and what the policy has \
        for a file, if that is another: [user_home_t!!etc_t].
        """, offer: .words(SecurityContexts.words.map(\.0)),
      as: "secontext="),
    Declaration(
      nil, "inject", value: .required("SET:WHAT"),
      help: """
        Tamper with these calls: SET:error=ERRNO or retval=NUMBER, signal=SIGNAL, syscall=CALL, delay_enter=TIME, \
        delay_exit=TIME, poke_enter=@argN=HEX, poke_exit=@argN=HEX, when=FIRST[..LAST][+[STEP]].
        """, as: "inject="),
    Declaration(
      nil, "fault", value: .required("SET"),
      help: "The same with errors only, ENOSYS unless said: SET[:error=ERRNO][:syscall=CALL][:when=…].", as: "fault="),
  ]
}
