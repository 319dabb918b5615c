import ArgumentParser

/// The help and the completions: the argument parser's, of the same declarations that command lines are read by.
///
/// The parser itself reads no command line. Its options are generic types which it finds by reflection, and whose
/// conformances are looked up at run time: five times what strace needs from start to end.
struct Manual: ParsableCommand, DynamicArguments {
  static var configuration: CommandConfiguration {
    CommandConfiguration(
      commandName: "trapline",
      abstract: "Trace the system calls and signals of programs.",
      usage: "trapline [OPTIONS] { -p PID | PROGRAM [ARGUMENTS] }",
      discussion: "Options are strace's. Those behind the program belong to the program.",
      helpNames: [])
  }

  var arguments: [(label: String, value: Any)] {
    [
      ("start", Section<StartOptions>.group), ("filter", Section<FilterOptions>.group),
      ("expressions", Section<ExpressionOptions>.group), ("output", Section<OutputOptions>.group),
      ("times", Section<TimeOptions>.group), ("statistics", Section<StatisticsOptions>.group),
      ("other", Section<OtherOptions>.group),
      (
        "command",
        Argument<[String]>(
          parsing: .postTerminator, help: ArgumentHelp("The command to trace.", valueName: "PROGRAM [ARGUMENTS]"))
      ),
    ]
  }
}

/// The options of a topic as the argument parser wants them.
private struct Section<Topic: OptionTopic>: DynamicArguments {
  static var group: OptionGroup<Section> { OptionGroup(title: Topic.title) }

  var arguments: [(label: String, value: Any)] {
    Topic.declarations.enumerated().map { index, declaration in ("option\(index)", declaration.argument) }
  }
}

/// Arguments that are made at run time: what the parser would find as properties.
private protocol DynamicArguments: ParsableArguments, CustomReflectable {
  var arguments: [(label: String, value: Any)] { get }
}

extension DynamicArguments {
  /// Nothing is ever decoded; the parser's own checks want the keys to be asked for.
  init(from decoder: any Decoder) throws {
    _ = try decoder.container(keyedBy: AnyKey.self)
    self.init()
  }

  var customMirror: Mirror {
    Mirror(self, children: arguments.map { ($0.label as String?, $0.value) }, displayStyle: .struct)
  }
}

private struct AnyKey: CodingKey {
  var stringValue: String
  var intValue: Int? { nil }
  init?(stringValue: String) { self.stringValue = stringValue }
  init?(intValue: Int) { nil }
}

extension Declaration {
  /// This option as a property of the argument parser's.
  fileprivate var argument: Any {
    let shorts = short.map { [NameSpecification.Element.customShort($0)] } ?? []
    let names = NameSpecification(shorts + long.map { .customLong($0) })
    switch value {
    case .none:
      return Flag(wrappedValue: false, name: names, help: ArgumentHelp(help))
    case .required(let name), .optional(let name, _):
      return Option<String?>(name: names, help: ArgumentHelp(help, valueName: name), completion: completion)
    }
  }

  private var completion: CompletionKind {
    switch offer {
    case .nothing: .default
    case .files: .file()
    case .words(let words): .list(words)
    }
  }
}
