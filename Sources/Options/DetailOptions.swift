import Settings

extension Declaration {
  private static let redactions = WordSet<OutputOptions.Redactions>(
    name: "redaction", words: [("env", .environment), ("argv", .arguments), ("strings", .strings)])

  /// How much is shown of what a call has to do with.
  static let detailOptions: [Declaration] = [
    Declaration(
      nil, "abbrev", value: .required("SET"), help: "Shorten the structures of these calls (usually all).",
      as: .abbreviate),
    Declaration(
      nil, "verbose", value: .required("SET"), help: "Show what pointers of these calls point to (usually all).",
      as: .verbose),
    Declaration(
      nil, "raw", value: .required("SET"), help: "Show the arguments of these calls as hexadecimal numbers.", as: .raw),
    Declaration("v", "no-abbrev", help: "Show structures in full: --abbrev=none.", as: .abbreviate, of: "none"),
    Declaration(
      nil, "read", value: .required("SET"), help: "Dump what is read from these descriptors.", as: .read),
    Declaration(
      nil, "write", value: .required("SET"), help: "Dump what is written to these descriptors.", as: .write),
    Declaration("y", help: "Show the paths of descriptors (-yy: all that is known of them).") {
      $0.given.descriptorCount += 1
    },
    Declaration(
      nil, "decode-fds", "decode-fd", value: .optional("SET", usual: "path"),
      help: "Show of descriptors: path, dev, eventfd, pidfd, signalfd, socket.", as: .decodeDescriptors),
    Declaration(
      "Y", help: "Show the commands of processes: --decode-pids=comm.", as: .decodeProcesses, of: "+comm"),
    Declaration(
      nil, "pidns-translation", help: "Show processes' ids in the tracer's namespace: --decode-pids=pidns.",
      as: .decodeProcesses, of: "+pidns"),
    Declaration(
      nil, "decode-pids", "decode-pid", value: .required("SET"),
      help: "Show of processes: comm, pidns (their ids in the tracer's namespace).", as: .decodeProcesses),
    Declaration(
      nil, "kvm", value: .required("vcpu"),
      help: "Show why a virtual CPU was left, behind the result of ioctl(fd, KVM_RUN).", as: .kvm),
    Declaration(
      nil, "namespace", value: .optional("new", usual: "new"),
      help: """
        Show, behind the results of clone, clone3, unshare and setns, the namespaces of the kinds that they were \
        asked for, those of the caller or of its child: (ipc:[4026532178], uts:[4026532177]).
        """, as: .namespace),
    Declaration(
      nil, "secontext", value: .optional("SET", usual: "none,full"),
      help: """
        Show SELinux contexts of processes, descriptors and paths: their types, or full; mismatch: and what the policy has \
        for a file, if that is another: [user_home_t!!etc_t].
        """, as: .contexts),
    Declaration("k", help: "Show the stack at each call (-kk: with lines of the source).") {
      $0.given.stackCount += 1
    },
    Declaration(
      nil, "stack-trace", "stack-traces", value: .optional("WHAT", usual: "symbol"),
      help: "The same: symbol, source.", offer: .words(["symbol", "source"])
    ) { invocation, text in
      guard text == "symbol" || text == "source" else { throw UnacceptableValue("accepted are symbol, source") }
      invocation.given.stackShowsLines = text == "source"
    },
    Declaration(
      nil, "stack-trace-frame-limit", value: .required("COUNT"),
      help: "Show at most so many frames of a stack (usually 256)."
    ) { $0.given.frameLimit = try count($1, from: 1) },
    Declaration(nil, "no-env", help: "Leave out the environment of execve, also with -v.") {
      $0.settings.decoding.omitsEnvironment = true
    },
    Declaration(
      nil, "redact", value: .required("SET"),
      help: """
        Keep secrets out of the trace: env (environments), argv (the arguments of programs), strings (texts and data that \
        are no paths, argv among them). Only their lengths are left.
        """, offer: .list(Self.redactions.usual + ["all"])
    ) { $0.settings.output.redactions.formUnion(try redactions.parse($1[...])) },
  ]
}

/// A number of things, up to a quarter of what 32 bits hold.
func count(_ text: String, from least: Int = 0) throws(UnacceptableValue) -> Int {
  let most = Int(UInt32.max / 4)
  guard let number = decimal(text, in: least...most) else {
    throw UnacceptableValue("a number from \(least) to \(most) is needed")
  }
  return number
}
