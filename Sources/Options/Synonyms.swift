import ArgumentParser

/// Options that stand for an expression. `ArgumentList` makes them `-e` before the parser sees them, as the later of two
/// expressions wins whichever way they are written; here they are declared for the help, the manual and completions.
struct Synonyms: ParsableArguments {
  @Option(help: ArgumentHelp("Show only these calls: names, numbers, /REGEX, %CLASS, all, none; ! inverts.", valueName: "SET"))
  var trace: String?
  @Option(help: ArgumentHelp("Show only these signals.", valueName: "SET"))
  var signal: String?
  @Option(
    help: ArgumentHelp(
      "Show only calls that ended so: successful, failed, unfinished, unavailable, detached, or with errors: ENOENT.",
      valueName: "SET"))
  var status: String?
  @Option(help: ArgumentHelp("Show only calls on these descriptors.", valueName: "SET"))
  var traceFds: String?
  @Flag(name: [.customShort("z"), .customLong("successful-only")], help: "The same as --status=successful.")
  var successfulOnly = false
  @Flag(name: [.customShort("Z"), .customLong("failed-only")], help: "The same as --status=failed.")
  var failedOnly = false
  @Option(help: ArgumentHelp("Shorten the structures of these calls (usually all).", valueName: "SET"))
  var abbrev: String?
  @Option(help: ArgumentHelp("Show what pointers of these calls point to (usually all).", valueName: "SET"))
  var verbose: String?
  @Option(help: ArgumentHelp("Show the arguments of these calls as hexadecimal numbers.", valueName: "SET"))
  var raw: String?
  @Flag(name: [.customShort("v"), .customLong("no-abbrev")], help: "Show structures in full: --abbrev=none.")
  var noAbbrev = false
  @Option(help: ArgumentHelp("Dump what is read from these descriptors.", valueName: "SET"))
  var read: String?
  @Option(help: ArgumentHelp("Dump what is written to these descriptors.", valueName: "SET"))
  var write: String?
  @Option(
    help: ArgumentHelp(
      "Leave out messages: attach, exit, path-resolution, personality, thread-execve.", valueName: "SET"))
  var quiet: String?
  @Option(
    name: .customLong("decode-fds"),
    help: ArgumentHelp("Show of descriptors: path, dev, eventfd, pidfd, signalfd, socket.", valueName: "SET"))
  var decodeDescriptors: String?
  @Flag(name: .customShort("Y"), help: "Show the commands of processes: --decode-pids=comm.")
  var decodeCommands = false
  @Option(help: ArgumentHelp("Show of processes: comm, pidns (their ids in the tracer's namespace).", valueName: "SET"))
  var decodePids: String?
  @Option(help: ArgumentHelp("Show why a virtual CPU was left.", valueName: "vcpu"))
  var kvm: String?
  @Option(help: ArgumentHelp("Show namespaces that a call enters.", valueName: "new"))
  var namespace: String?
  @Option(help: ArgumentHelp("Show security contexts: full, mismatch.", valueName: "SET"))
  var secontext: String?
  @Option(
    help: ArgumentHelp(
      """
      Tamper with these calls: SET:error=ERRNO or retval=NUMBER, signal=SIGNAL, syscall=CALL, delay_enter=TIME, \
      delay_exit=TIME, poke_enter=@argN=HEX, poke_exit=@argN=HEX, when=FIRST[..LAST][+[STEP]].
      """, valueName: "SET:WHAT"))
  var inject: String?
  @Option(
    help: ArgumentHelp("The same with errors only, ENOSYS unless said: SET[:error=ERRNO][:when=…].", valueName: "SET"))
  var fault: String?
}
