/// What a trace called, as a list of what a process may call: everything else fails with `EPERM`.
public struct Policy {
  private let architectures: [PolicyArchitecture]
  private let calls: [String]

  public init(_ summary: TraceSummary) {
    architectures = summary.called.keys.sorted().compactMap(PolicyArchitecture.init)
    calls = Set(summary.called.values.joined()).map(summary.names.text).filter(Self.isName).sorted()
  }

  /// Whether a policy can name it: a call that no table knows has a number for a name, and what somebody else wrote into a log may
  /// be no name at all.
  private static func isName(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    return isPlain && !text.isEmpty && !text.hasPrefix("syscall_0x")
  }

  /// Calls that have no name, so that no policy can allow them.
  public static func unnamed(in summary: TraceSummary) -> [String] {
    Set(summary.called.values.joined()).map(summary.names.text).filter { !isName($0) }.sorted()
  }

  /// Why the trace can lack calls that the program makes, a sentence each; nothing when it has all of them.
  public static func gaps(in summary: TraceSummary) -> [String] {
    var gaps: [String] = []
    if let filter = filter(in: summary.options) { gaps.append("it was made with \(filter), which leaves calls out") }
    if summary.called.keys.contains(where: { PolicyArchitecture($0) == nil }) {
      gaps.append("it has calls of an ABI that no policy can name")
    }
    let follows = summary.options.contains { option in
      guard option.hasPrefix("--") else { return flags(of: option).contains { $0 == "f" || $0 == "F" } }
      let name = option.prefix { $0 != "=" }
      return name.count > 2 && "--follow-forks".hasPrefix(name) && ["", "=all"].contains(option[name.endIndex...])
    }
    let isStarting = summary.called.values.joined().contains { number in
      var name = summary.names.text(number)
      return name.withUTF8 { name in TraceLine.forking.contains(where: UnsafeRawBufferPointer(name).equals) }
    }
    if isStarting && !follows { gaps.append("it does not follow all processes (-f), and the program started others") }
    return gaps
  }

  /// Short options whose value is the rest of the word, or the next one.
  private static let withValue: Set<Character> = [
    "a", "b", "e", "E", "I", "o", "O", "p", "P", "s", "S", "u", "U", "X",
  ]
  /// Options that leave calls out. Each may be cut short.
  private static let filters = [
    "--trace", "--where", "--status", "--trace-path", "--trace-fds", "--trace-fd", "--successful-only", "--failed-only",
    "--failing-only", "--syscall-limit", "--time-limit", "--keep-last", "--detach-on", "--attach",
  ]
  /// What is meant where the beginning of one of these is the beginning of one above, too.
  private static let preferred = ["--timestamps", "--write"]

  /// The letters of a cluster up to the first that has a value: `-fqo` is `fq`.
  private static func flags(of option: String) -> Substring {
    option.hasPrefix("-") && !option.hasPrefix("--") ? option.dropFirst().prefix { !withValue.contains($0) } : ""
  }

  /// The option that keeps calls out of a trace, as it was given.
  private static func filter(in options: [String]) -> String? {
    for (index, option) in options.enumerated() where option.hasPrefix("-") {
      if option.hasPrefix("--") {
        let name = option.prefix { $0 != "=" }
        func isBeginning(of option: String) -> Bool { option.hasPrefix(name) }
        if name.count > 2, filters.contains(where: isBeginning), !preferred.contains(where: isBeginning) {
          return option
        }
        continue
      }
      let flags = flags(of: option)
      if flags.contains("z") || flags.contains("Z") { return option }
      let rest = option.dropFirst(1 + flags.count)
      guard let letter = rest.first else { continue }
      let next = index + 1 < options.count ? options[index + 1] : ""
      let value = rest.count > 1 ? String(rest.dropFirst()) : next
      if letter == "P" || letter == "b" || letter == "p" { return "-\(letter) \(value)" }
      let filtering = ["trace=", "t=", "status=", "trace-fds=", "fd=", "fds="]
      if letter == "e", !value.contains("=") || filtering.contains(where: value.hasPrefix) { return "-e \(value)" }
    }
    return nil
  }

  /// A seccomp profile as the OCI runtime specification and Docker have it.
  public var profile: String {
    func list(_ items: [String], indentation: String) -> String {
      "[\n" + items.map { "\(indentation)  \(PageText.json($0))" }.joined(separator: ",\n") + "\n\(indentation)]"
    }
    return """
      {
        "defaultAction": "SCMP_ACT_ERRNO",
        "defaultErrnoRet": 1,
        "architectures": \(list(architectures.map(\.inProfiles), indentation: "  ")),
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
    """
    SystemCallFilter=\(calls.joined(separator: " "))
    SystemCallErrorNumber=EPERM
    SystemCallArchitectures=\(architectures.map(\.inUnits).joined(separator: " "))

    """
  }
}
