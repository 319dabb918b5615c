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
