import Formatting
import Glibc
import Options

extension JSONOptions {
  /// What the command line says of the trace as data.
  init(_ invocation: Invocation, _ qualifiers: Qualifiers) {
    self.init()
    version = Version.number
    command = invocation.command.map(ArgumentText.bytes)
    arguments = ProcessArguments.all.dropFirst().dropLast(command.count).map(ArgumentText.bytes)
    var machine = utsname()
    if uname(&machine) == 0 {
      host = withUnsafeBytes(of: machine.nodename, Self.text)
      kernel = withUnsafeBytes(of: machine.release, Self.text)
    }
    statuses = StatusFilter(qualifiers.status)
    showsInstructionPointer = invocation.output.instructionPointer
    programName = ProcessArguments.programName
  }

  private static func text(_ bytes: UnsafeRawBufferPointer) -> String {
    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
  }
}

extension SummaryOptions {
  /// What the command line says of the table.
  init(_ statistics: StatisticsOptions) {
    self.init()
    if let chosen = statistics.columns { columns = chosen.columns.map { Column($0) } }
    // A row without a name says nothing.
    if !columns.contains(.name) { columns.append(.name) }
    if let chosen = statistics.order { order = chosen.column.map { .by(Column($0)) } ?? .unsorted }
    countsWallClock = statistics.wallClock
    if let chosen = statistics.overhead { overhead = chosen }
  }
}

extension SummaryOptions.Column {
  init(_ column: SummaryColumn) {
    switch column {
    case .timePercent: self = .timePercent
    case .totalTime: self = .totalTime
    case .minimum: self = .minimumTime
    case .maximum: self = .maximumTime
    case .average: self = .averageTime
    case .calls: self = .calls
    case .errors: self = .errors
    case .name: self = .name
    }
  }
}
