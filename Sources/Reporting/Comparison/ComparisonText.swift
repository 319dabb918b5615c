/// A comparison as text, as JSON and as a page.
extension Comparison {
  private static let mostShown = 40
  private static let mostInPage = 500

  /// The differences, most important first. Values of the environment are there only if asked for.
  public func text(withEnvironment: Bool = false) -> String {
    var out = "good: \(CallText.visible(heading(good)))\nbad:  \(CallText.visible(heading(bad)))\n"
    guard !isSame else {
      return out + "\nNo call differs in what it is about, in its error, or in what it told.\n"
        + around(withEnvironment)
    }
    for (index, difference) in differences.prefix(Self.mostShown).enumerated() {
      if index == 0 { out += "\nThe difference that matters most:\n" }
      if index == 1 { out += "\nOther differences:\n" }
      out += "\n\(index + 1). \(CallText.visible(shortened(difference.command, 100))): \(difference.kind.title)\n"
      if let good = difference.good { out += "   good  " + line(good) + "\n" }
      if let bad = difference.bad { out += "   bad   " + line(bad) + "\n" }
      if difference.more > 0 { out += "         and \(difference.more) more like it right after\n" }
    }
    if differences.count > Self.mostShown {
      out += "\n\(differences.count - Self.mostShown) more differences; --format=json has them all.\n"
    }
    return out + around(withEnvironment)
  }

  private func line(_ side: Side) -> String {
    "\(side.pid) +\(Self.seconds(side.time))  \(CallText.visible(side.text))"
  }

  private static func seconds(_ time: Int64) -> String { String(Seconds.text(time).dropLast(5)) }

  private func shortened(_ text: String, _ most: Int) -> String {
    // Counted in scalars: a hostile name may be one character of any length.
    text.unicodeScalars.count <= most ? text : String(text.unicodeScalars.prefix(most)) + "…"
  }

  private func heading(_ recording: Recording) -> String {
    let root = recording.order.first.flatMap { recording.processes[$0] }
    let command = recording.command.isEmpty ? root?.commandLine ?? "" : ShellText.line(recording.command)
    return "\(recording.name): \(shortened(command, 120)) (\(root?.end ?? "its end is not in the trace"))"
      + (recording.isCut ? ", only the first calls" : "")
  }

  /// What differs around the programs: kernel and environment.
  private func around(_ withEnvironment: Bool) -> String {
    var lines: [String] = []
    if good.kernel != bad.kernel { lines.append("kernel: \(good.kernel), \(bad.kernel)") }
    let variables = environment
    if !variables.isEmpty {
      if withEnvironment {
        for (name, good, bad) in variables {
          lines.append("\(name): \(good.map(CallText.quoted) ?? "unset"), \(bad.map(CallText.quoted) ?? "unset")")
        }
      } else {
        lines.append("environment (values with --environment): " + variables.map(\.name).joined(separator: " "))
      }
    }
    return lines.isEmpty
      ? "" : "\nAround the programs differ:\n" + lines.map { "   " + CallText.visible($0) + "\n" }.joined()
  }

  /// An object: `good`, `bad` (file, command, end), `differences` (kind, command, good, bad, more), `environment`.
  public func json(withEnvironment: Bool = false) -> String { json(most: .max, withEnvironment) + "\n" }

  private func json(most: Int, _ withEnvironment: Bool) -> String {
    func side(_ side: Side?) -> String {
      guard let side else { return "null" }
      return "{\"pid\":\(side.pid),\"time\":\(Seconds.text(side.time)),\"text\":\(PageText.json(side.text))}"
    }
    let rows = differences.prefix(most).map { difference -> String in
      let members: [String] = [
        "\"kind\":\"\(difference.kind)\"", "\"title\":" + PageText.json(difference.kind.title),
        "\"command\":" + PageText.json(difference.command, most: 300), "\"good\":" + side(difference.good),
        "\"bad\":" + side(difference.bad), "\"more\":\(difference.more)",
      ]
      return "{" + members.joined(separator: ",") + "}"
    }
    let variables = environment.map { name, good, bad -> String in
      guard withEnvironment else { return "{\"name\":\(PageText.json(name))}" }
      let values = [good, bad].map { value -> String in value.map { PageText.json($0) } ?? "null" }
      return "{\"name\":\(PageText.json(name)),\"good\":\(values[0]),\"bad\":\(values[1])}"
    }
    func run(_ recording: Recording) -> String {
      let (heading, kernel) = (PageText.json(heading(recording)), PageText.json(recording.kernel))
      return "{\"heading\":\(heading),\"kernel\":\(kernel),\"processes\":\(recording.order.count)}"
    }
    let list = rows.joined(separator: ",\n")
    let head = "{\"good\":\(run(good)),\"bad\":\(run(bad)),\"total\":\(differences.count),"
    return head + "\"differences\":[\n\(list)],\n\"environment\":\(PageText.list(variables))}"
  }

  /// A page of it, that needs no other file.
  public func html(withEnvironment: Bool = false) -> String {
    let template = String(decoding: PackageResources.comparison_html, as: UTF8.self)
    return PageText.filled(template, with: json(most: Self.mostInPage, withEnvironment))
  }
}
