import SyscallTables

/// A condition on calls and signals, as `--where` has it: `path ~ "/etc/*" and (ret < 0 or duration > 1ms)`.
///
/// Names are those of a call's arguments and of their members (`flags`, `addr.sin_port`), `path` (every path that the
/// call has), `fd` (every descriptor), and what ``Subject`` lists. A name that an event does not have makes its
/// comparison false. With several values of one name (an array's elements) one that fits is enough.
public struct Condition: Sendable {
  let root: Node
  let source: String

  indirect enum Node: Sendable {
    case both(Node, Node)
    case either(Node, Node)
    case not(Node)
    case compare(Operand, Comparison, Operand)
    /// The event has such a value, and it is neither 0 nor empty.
    case present(Operand)
  }

  enum Comparison: Sendable {
    case equal, unequal, less, lessOrEqual, greater, greaterOrEqual
    /// `~`, `!~`: a shell pattern, see glob(7).
    case like, unlike
    /// All bits of a number, or a member of a set of bits.
    case has
  }

  enum Operand: Sendable {
    case subject(Subject)
    /// The name of an argument or member, and names of members in it.
    case named([String])
    /// Any path or descriptor of the call.
    case anyPath
    case anyDescriptor
    case number(Int128)
    case text([UInt8])
  }

  /// What an event is or has beside its arguments.
  enum Subject: String, Sendable, CaseIterable {
    /// The call's name.
    case call
    case `class`
    case abi
    case number
    case pid
    case tid
    case command
    /// What the call returned; -1 when it failed.
    case ret
    /// Of a failed call, else 0.
    case errno
    /// Of a call, in nanoseconds; written with a unit: `1.5ms`.
    case duration
    /// Of a signal that is delivered.
    case signal

    /// Whether its values are text, so that a bare word beside it is text too.
    var isText: Bool {
      switch self {
      case .call, .class, .abi, .command: true
      default: false
      }
    }
  }

  /// Whether it asks for the time that calls take.
  public var needsDurations: Bool { root.mentions(.duration) }
  /// Whether it asks for the names of commands.
  public var needsCommands: Bool { root.mentions(.command) }
}

extension Condition.Node {
  func mentions(_ subject: Condition.Subject) -> Bool {
    func isMeant(_ operand: Condition.Operand) -> Bool {
      if case .subject(subject) = operand { true } else { false }
    }
    return switch self {
    case .both(let left, let right), .either(let left, let right):
      left.mentions(subject) || right.mentions(subject)
    case .not(let node): node.mentions(subject)
    case .compare(let left, _, let right): isMeant(left) || isMeant(right)
    case .present(let operand): isMeant(operand)
    }
  }
}

/// What is wrong with a condition, and where.
public struct ConditionError: Error, CustomStringConvertible, Sendable {
  /// Counted in characters from 1.
  public let column: Int
  public let message: String
  public var description: String { "column \(column): \(message)" }
}
