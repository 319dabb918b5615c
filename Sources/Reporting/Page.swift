/// The page about a trace: one file that needs nothing else, a few hundred kilobytes however long the trace.
public struct Page {
  private let summary: TraceSummary
  private let start: Int64
  private let end: Int64

  /// Rows of each table that the page has; what is beyond is said, not shown.
  private static let mostRows = 1_000
  private static let mostThreads = 300
  private static let mostTroubles = 50
  private static let longestText = 300

  public init(_ summary: TraceSummary) {
    self.summary = summary
    start = summary.start ?? summary.end
    end = max(summary.end.less(start), 1)
  }

  /// The whole page.
  public var html: String {
    let template = String(decoding: PackageResources.report_html, as: UTF8.self)
    return PageText.filled(template, with: data)
  }

  /// What the page's script shows, as JSON.
  private var data: String {
    let parts = [
      ("header", header), ("lines", "\(summary.lines)"),
      ("bad", "\(summary.badLines)"), ("end", "\(end)"), ("unfinished", "\(summary.unfinished)"),
      ("troubles", troubles), ("failures", failures), ("waitNames", waitNames), ("path", path), ("calls", calls),
      ("slowest", slowest), ("threads", threads), ("files", traffic(summary.files)), ("peers", traffic(summary.peers)),
      ("processes", processes), ("signals", signals),
    ]
    return "{" + parts.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",\n") + "}"
  }

  /// What was traced, where, when and how.
  private var header: String {
    guard let header = summary.header else { return "null" }
    func list(_ words: [String]) -> String { PageText.list(words.prefix(200).map(text)) }
    let members = [
      ("host", text(header.host)), ("kernel", text(header.kernel)), ("time", Seconds.text(header.time)),
      ("command", list(summary.command)), ("options", list(summary.options)),
    ]
    return "{" + members.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}"
  }

  private func table<Row>(_ rows: [Row], total: Int, _ cells: (Row) -> [String]) -> String {
    let list = PageText.list(rows.prefix(Self.mostRows).map { PageText.list(cells($0)) })
    return "{\"total\":\(total),\"rows\":\(list)}"
  }

  private func text(_ text: String) -> String { PageText.json(text, most: Self.longestText) }

  /// Pid, command line, end, when, the child whose end it went by, whether it ended as that did, what it said, failed calls
  /// (when and text), what its signal told, whether it has nothing to do with how the whole ended.
  private var troubles: String {
    let rows = Troubles(summary).inOrder
    let list = rows.prefix(Self.mostTroubles).map { trouble in
      let calls = trouble.calls.map { PageText.list(["\($0.time.less(start))", text($0.text)]) }
      return PageText.list([
        "\(trouble.pid)", text(trouble.command), text(trouble.end), "\(trouble.time.less(start))",
        trouble.child.map { "\($0)" } ?? "null", trouble.isPassedOn ? "1" : "0",
        PageText.json(trouble.said, most: 2_000),
        PageText.list(calls), text(trouble.cause), trouble.isAside ? "1" : "0",
      ])
    }
    return "{\"total\":\(rows.count),\"rows\":\(PageText.list(list))}"
  }

  /// Count, error, call, subject, pid, command, first, whether it is noise, in how many processes.
  private var failures: String {
    let rows = summary.failures.sorted { left, right in
      if left.key.isNoise != right.key.isNoise { return right.key.isNoise }
      return left.value.first > right.value.first
    }
    return table(rows, total: rows.count) { failure, seen in
      [
        "\(seen.count)", text(summary.names.text(failure.error)), text(summary.names.text(failure.call)),
        failure.path < 0 ? "null" : text(TraceSummary.readable(summary.texts.text(failure.path))), "\(seen.pid)",
        text(summary.processes[seen.pid]?.command ?? ""), "\(seen.first.less(start))", failure.isNoise ? "1" : "0",
        "\(seen.processes.count)",
      ]
    }
  }

  private var waitNames: String { PageText.list(Waiting.allCases.map { PageText.json($0.name) }) }

  /// Pid, from, to.
  private var path: String {
    guard let root = summary.root else { return "[]" }
    let steps = summary.waits.steps(from: root, summary.processes)
    return PageText.list(
      steps.map { PageText.list(["\($0.pid)", "\($0.start.less(start))", "\($0.end.less(start))"]) })
  }

  /// Name, calls, errors, total, p50, p90, p99, longest, columns.
  private var calls: String {
    let rows = summary.calls.sorted { $0.value.total > $1.value.total }
    return table(rows, total: rows.count) { number, times in
      let columns = PageText.list(times.columns.map { String($0) })
      return [
        text(summary.names.text(number)), "\(times.count)", "\(summary.errors[number] ?? 0)", "\(times.total)",
        "\(times.percentile(50))", "\(times.percentile(90))", "\(times.percentile(99))", "\(times.longest)", columns,
      ]
    }
  }

  /// Start, duration, pid, tid, name, arguments, result.
  private var slowest: String {
    let rows = summary.slowest.sorted
    return table(rows, total: rows.count) { call in
      [
        "\(call.time.less(start))", "\(call.duration)", "\(call.pid)", "\(call.tid)", text(call.name),
        text(call.arguments), text(call.result),
      ]
    }
  }

  /// Pid, parent, command line, calls, failures, time in calls, first, last, end, waits.
  private var processes: String {
    let rows = summary.processes.sorted { ($0.value.first, $0.key) < ($1.value.first, $1.key) }
    return table(rows, total: rows.count) { pid, process in
      [
        "\(pid)", process.parent.map { "\($0)" } ?? "null", text(process.commandLine), "\(process.calls)",
        "\(process.failures)", "\(process.time)", "\(process.first.less(start))",
        "\((process.ended ?? process.last).less(start))", text(process.end),
        PageText.list(process.waits.map { String($0) }),
      ]
    }
  }

  /// Tid, pid, command, calls, activity; the busiest, in order of their processes.
  private var threads: String {
    let busiest = summary.threads.sorted { ($0.value.calls, $1.key) > ($1.value.calls, $0.key) }
      .prefix(Self.mostThreads)
    let rows = busiest.sorted { ($0.value.pid, $0.key) < ($1.value.pid, $1.key) }
    let list = PageText.list(
      rows.map { tid, thread in
        PageText.list([
          "\(tid)", "\(thread.pid)", text(thread.command), "\(thread.calls)",
          PageText.json(thread.activity.digits(until: end)), "\(thread.activity.width(until: end))",
        ])
      })
    return "{\"total\":\(summary.threads.count),\"rows\":\(list)}"
  }

  /// Path, pid, command, opened, created, bytes read, bytes written, time.
  private func traffic(_ all: [TrafficKey: Traffic]) -> String {
    func weight(_ traffic: Traffic) -> (Int64, Int64) { (traffic.read +| traffic.written, traffic.time) }
    let rows = all.sorted { weight($1.value) < weight($0.value) }
    return table(rows, total: rows.count) { key, traffic in
      [
        text(TraceSummary.readable(summary.texts.text(key.text))), "\(key.pid)",
        text(summary.processes[key.pid]?.command ?? ""), "\(traffic.opened)", traffic.isCreated ? "1" : "0",
        "\(traffic.read)", "\(traffic.written)", "\(traffic.time)",
      ]
    }
  }

  /// Signal, process, times.
  private var signals: String {
    let rows = summary.signals.sorted { ($1.value, $0.key.pid) < ($0.value, $1.key.pid) }
    return table(rows, total: rows.count) { key, count in [text(key.name), "\(key.pid)", "\(count)"] }
  }
}
