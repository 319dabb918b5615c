import Formatting
import Glibc
import Options
import Settings
import Version

extension TraceSettings {
  /// Fills in what only this run knows: its name, its machine, and where its output goes.
  mutating func describeRun(of invocation: Invocation, to place: OutputPlace) {
    let name = ProcessArguments.programName
    tracing.programName = ProcessArguments.invocationName
    text.programName = ProcessArguments.invocationName
    json.programName = name
    if output.colour == .always || output.colour == .auto && place.isTerminal && isColourWelcome {
      text.colors = Palette(parsing: ProcessArguments.variable("STRACE_COLORS") ?? [])
    }
    json.version = Version.number
    json.command = invocation.command.map(ArgumentText.bytes)
    json.arguments = ProcessArguments.all.dropFirst().dropLast(json.command.count).map(ArgumentText.bytes)
    redact(invocation.environment.map(ArgumentText.bytes))
    var machine = utsname()
    if uname(&machine) == 0 {
      json.host = withUnsafeBytes(of: machine.nodename, Self.text)
      json.kernel = withUnsafeBytes(of: machine.release, Self.text)
    }
  }

  /// Takes out of the trace's first line what `--redact` keeps out of the others.
  ///
  /// - Parameter environment: what `-E` says, `NAME=VALUE` or `NAME`.
  private mutating func redact(_ environment: [[UInt8]]) {
    if !output.redactions.isDisjoint(with: [.arguments, .strings]) { json.command = Array(json.command.prefix(1)) }
    guard output.redactions.contains(.environment) else { return }
    // However `-E NAME=VALUE` is written, its word ends so; the name is left.
    for variable in environment {
      guard let equals = variable.firstIndex(of: UInt8(ascii: "=")) else { continue }
      for index in json.arguments.indices where json.arguments[index].reversed().starts(with: variable.reversed()) {
        json.arguments[index].removeLast(variable.count - equals - 1)
      }
    }
  }

  /// Whether the environment has nothing against colours: no `NO_COLOR`, and a terminal that knows them.
  private var isColourWelcome: Bool {
    if ProcessArguments.variable("NO_COLOR")?.isEmpty == false { return false }
    guard let terminal = ProcessArguments.variable("TERM") else { return false }
    return !terminal.isEmpty && terminal != Array("dumb".utf8)
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension TraceConfiguration.Command {
  /// The command of a command line, with this program's environment and its changes; nil where there is none.
  init?(_ invocation: Invocation) throws(UsageError) {
    guard let name = invocation.command.first else { return nil }
    var arguments = invocation.command.map(ArgumentText.bytes)
    if let argv0 = invocation.argv0 { arguments[0] = ArgumentText.bytes(of: argv0) }
    let environment = changed(ProcessArguments.environment, by: invocation.environment)
    self.init(name: ArgumentText.bytes(of: name), arguments: arguments, environment: environment)
    searchPath = ProcessArguments.variable("PATH")
    if let user = invocation.user { self.user = try User(named: user) }
  }
}
