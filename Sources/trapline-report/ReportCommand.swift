import Glibc
import Reporting

/// What the command line asks for.
struct ReportCommand {
  enum Form: String, CaseIterable { case html, text, json, csv, folded, otlp }
  enum PolicyForm: String { case oci, systemd }

  static let forms = Form.allCases.map(\.rawValue)

  var compare = false
  var commands = false
  var tree = false
  var environment = false
  var format: Form?
  /// Seconds.
  var threshold: Double?
  var seccomp: PolicyForm?
  var incomplete = false
  var output: String?
  var logs: [String] = []

  /// Ends the program where the options don't go together.
  func validate() {
    if logs.isEmpty { fail("which trace? give the file that `trapline --json -o FILE` wrote; -h shows the options") }
    if compare && logs.count != 2 { fail("--compare takes two traces: GOOD BAD") }
    if !compare && logs.count > 1 { fail("one trace at a time: '\(logs[1])' is the second") }
    if [compare, commands, seccomp != nil].filter({ $0 }).count > 1 {
      fail("--compare, --commands and --seccomp are three questions: ask one at a time")
    }
    let allowed: [Form] =
      compare
      ? [.text, .html, .json] : commands ? [.text, .json] : seccomp != nil ? [] : [.html, .csv, .folded, .otlp]
    if let format, !allowed.contains(format) {
      fail(
        "--format=\(format.rawValue) does not go with this question; "
          + (allowed.isEmpty ? "leave it out" : "use " + allowed.map(\.rawValue).joined(separator: ", ")))
    }
    if let threshold, !(0...1e9).contains(threshold) { fail("--threshold takes seconds, 0 or more") }
    refuseIdleOptions()
    if let output, logs.contains(where: { Self.isSameFile($0, output) }) {
      fail("-o \(output): that is the trace itself, which would be gone")
    }
  }

  /// Options of another question than the one that is asked.
  private func refuseIdleOptions() {
    if tree, !commands { fail("--tree goes with --commands") }
    if environment, !commands, !compare { fail("--environment goes with --commands or --compare") }
    if incomplete, seccomp == nil { fail("--incomplete goes with --seccomp") }
    if threshold != nil, format != .otlp { fail("--threshold goes with --format=otlp") }
  }

  private static func isSameFile(_ one: String, _ other: String) -> Bool {
    var (left, right) = (stat(), stat())
    return stat(one, &left) == 0 && stat(other, &right) == 0 && left.st_dev == right.st_dev
      && left.st_ino == right.st_ino && left.st_mode & S_IFMT == S_IFREG
  }

  func run() {
    if compare { return runComparison() }
    if commands { return runCommands() }
    switch format {
    case .csv: runExport(CSV())
    case .otlp: runExport(Spans(callsFrom: Int64((threshold ?? 0.001) * 1e9)))
    case .folded:
      if !runExport(FoldedStacks()).hasStacks { fail("\(logs[0]): none of its calls has a stack: trace with -k") }
    default: runReport()
    }
  }

  private func deliver(_ text: String) {
    let delivery = Delivery(to: output)
    delivery.write(text)
    delivery.close()
  }

  private func runComparison() {
    func recording(_ log: String) -> Recording {
      let recording = reading(log) { descriptor throws(ReadError) in try Recording(named: log, reading: descriptor) }
      if !recording.hasEvents { failWithoutEvents(log) }
      return recording
    }
    let comparison = Comparison(good: recording(logs[0]), bad: recording(logs[1]))
    switch format {
    case .html: deliver(comparison.html(withEnvironment: environment))
    case .json: deliver(comparison.json(withEnvironment: environment))
    default: deliver(comparison.text(withEnvironment: environment))
    }
  }

  private func runCommands() {
    let list = reading(logs[0]) { descriptor throws(ReadError) in try CommandList(reading: descriptor) }
    if list.isEmpty {
      fail("\(logs[0]): it has no execve: nothing was started in it, or its calls were filtered; trace with -f")
    }
    deliver(
      format == .json
        ? list.json(withEnvironment: environment) : list.shellLines(asTree: tree, withEnvironment: environment))
  }

  @discardableResult
  private func runExport<Kind: Export>(_ kind: Kind) -> Kind {
    var export = kind
    let hasEvents = reading(logs[0]) { descriptor throws(ReadError) -> Bool in
      // Not before the log is open: what was in the file is gone then.
      let delivery = Delivery(to: output)
      let hasEvents = try export.run(reading: descriptor, to: delivery.write)
      delivery.close()
      return hasEvents
    }
    if !hasEvents { failWithoutEvents(logs[0]) }
    return export
  }

  private func runReport() {
    let log = logs[0]
    let summary = reading(log) { descriptor throws(ReadError) in try TraceSummary(reading: descriptor) }
    guard summary.hasEvents else { failWithoutEvents(log) }
    if summary.badLines > 0 { complain("\(log): \(summary.badLines) lines are no events, and left out") }
    guard let seccomp else { return deliver(Page(summary).html) }
    for gap in Policy.gaps(in: summary) {
      let why = "\(log): a policy of this trace would forbid what the program needs: \(gap)"
      if incomplete { complain(why) } else { fail(why + "; --incomplete makes it all the same") }
    }
    for name in Policy.unnamed(in: summary) { complain("\(log): \(name) has no name, and is not allowed") }
    let policy = Policy(summary)
    deliver(seccomp == .oci ? policy.profile : policy.unit)
  }

  private func failWithoutEvents(_ log: String) -> Never {
    fail("\(log): no trace: none of its lines is an event; `trapline --json -o FILE` writes such a file")
  }
}
