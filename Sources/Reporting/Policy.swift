/// What a trace called, as a list of what a process may call: everything else fails with `EPERM`.
public struct Policy {
  private let abis: [String]
  private let calls: [String]

  public init(_ summary: TraceSummary) {
    abis = summary.called.keys.sorted()
    // A call that no table knows has a number for a name, which is none to a policy.
    calls = Set(summary.called.values.joined()).map(summary.names.text).filter { !$0.hasPrefix("syscall_0x") }.sorted()
  }

  /// Calls that have no name, so that no policy can allow them.
  public static func unnamed(in summary: TraceSummary) -> [String] {
    Set(summary.called.values.joined()).map(summary.names.text).filter { $0.hasPrefix("syscall_0x") }.sorted()
  }

  /// Why the trace can lack calls that the program makes, a sentence each; nothing when it has all of them.
  public static func gaps(in summary: TraceSummary) -> [String] {
    var gaps: [String] = []
    if let filter = filter(in: summary.options) { gaps.append("it was made with \(filter), which leaves calls out") }
    let follows = summary.options.contains { option in
      option.hasPrefix("--follow-forks") || option.hasPrefix("--seccomp-bpf")
        || option.hasPrefix("-") && !option.hasPrefix("--") && option.dropFirst().prefix { $0.isLetter }.contains("f")
    }
    let starting: Set<String> = ["clone", "clone3", "fork", "vfork"]
    let isStarting = summary.called.values.joined().contains { starting.contains(summary.names.text($0)) }
    if isStarting && !follows { gaps.append("it was made without -f, and the program started others") }
    return gaps
  }

  /// The option that keeps calls out of a trace, as it was given.
  private static func filter(in options: [String]) -> String? {
    let alone: Set<String> = ["-z", "-Z", "-P", "--successful-only", "--failed-only"]
    let beginnings = [
      "--trace", "--where", "--status", "--trace-path", "--trace-fds", "-etrace=", "-et=", "-estatus=", "-P",
    ]
    for (index, option) in options.enumerated() {
      if alone.contains(option) || beginnings.contains(where: option.hasPrefix) { return option }
      guard option == "-e", index + 1 < options.count else { continue }
      let expression = options[index + 1]
      let filtering = ["trace=", "t=", "status=", "trace-fds=", "fd=", "fds="]
      if filtering.contains(where: expression.hasPrefix) || !expression.contains("=") { return "-e \(expression)" }
    }
    return nil
  }

  /// A seccomp profile as the OCI runtime specification and Docker have it.
  public var profile: String {
    let architectures = abis.map { abi in
      switch abi {
      case "i386": "SCMP_ARCH_X86"
      case "x32": "SCMP_ARCH_X32"
      default: "SCMP_ARCH_X86_64"
      }
    }
    func list(_ items: [String], indentation: String) -> String {
      "[\n" + items.map { "\(indentation)  \(PageText.json($0))" }.joined(separator: ",\n") + "\n\(indentation)]"
    }
    return """
      {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "architectures": \(list(architectures, indentation: "  ")),
        "syscalls": [
          {
            "names": \(list(calls, indentation: "      ")),
            "action": "SCMP_ACT_ALLOW"
          }
        ]
      }

      """
  }

  /// The lines of a systemd unit's `[Service]` section; see systemd.exec(5).
  public var unit: String {
    let architectures = abis.map { $0 == "i386" ? "x86" : $0 == "x32" ? "x32" : "x86-64" }
    return """
      SystemCallFilter=\(calls.joined(separator: " "))
      SystemCallErrorNumber=EPERM
      SystemCallArchitectures=\(architectures.joined(separator: " "))

      """
  }
}
