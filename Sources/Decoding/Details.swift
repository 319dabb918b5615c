import CTableFormat
import SyscallTables

/// What is told of a value besides it: the members between ``Token/Kind/detailOpen`` and ``Token/Kind/detailClose``, which
/// stand behind it.
public enum Detail: UInt8, Sendable, BitwiseCopyable {
  /// The file that a descriptor is open on: `path`; `device` where it is one, `deleted` where it has no name any more.
  case file
  /// The socket that a descriptor is: `protocol`, `local` and, if it is connected, `peer`, each with `address` and `port`.
  case internetSocket
  /// The same: `protocol`, `inode`, `peer` with the other end's `inode`, and its name, `path` or `abstract`.
  case unixSocket
  /// The same: `protocol`, `family` and `port`.
  case netlinkSocket
  /// The same: `protocol` and `inode`.
  case otherSocket
  /// The process that a descriptor stands for: `pid`.
  case pidfd
  /// The signals that one reports: `signals`.
  case signalfd
  /// The counter that one is: `eventfd`, with `count` and, as far as the kernel tells them, `id` and `semaphore`.
  case eventfd
  /// The command name of a process or thread: `comm`.
  case command
  /// Its number where the tracer is: `tracerPid`.
  case tracerPid
  /// A security context: `context` and, if it ought to be another, `expectedContext`.
  case context
  /// How many there are of what is not shown: `entries` of a directory, `variables` of an environment, which may lack its end.
  case entries, variables
  /// What a key of the console does: `type` and `key`.
  case consoleKey
  /// The frequency that a timer's period makes: `hertz`, 0 for silence; and how long it lasts: `milliseconds`.
  case sound, tone
  /// What an address that is no call sign would be as one: `callSign`.
  case callSign
  /// The words that a set of bits is kept in: `words`.
  case words
}

/// The names of the members of details: those of a structure of the tables.
enum DetailName {
  static let abstract = named("abstract")
  static let address = named("address")
  static let callSign = named("callSign")
  static let comm = named("comm")
  static let context = named("context")
  static let count = named("count")
  static let deleted = named("deleted")
  static let device = named("device")
  static let entries = named("entries")
  static let eventfd = named("eventfd")
  static let expectedContext = named("expectedContext")
  static let family = named("family")
  static let hertz = named("hertz")
  static let id = named("id")
  static let inode = named("inode")
  static let key = named("key")
  static let local = named("local")
  static let major = named("major")
  static let milliseconds = named("milliseconds")
  static let minor = named("minor")
  static let path = named("path")
  static let peer = named("peer")
  static let pid = named("pid")
  static let port = named("port")
  static let `protocol` = named("protocol")
  static let semaphore = named("semaphore")
  static let signals = named("signals")
  static let socket = named("socket")
  static let terminal = named("terminal")
  static let terminated = named("terminated")
  static let tracerPid = named("tracerPid")
  static let type = named("type")
  static let variables = named("variables")
  static let words = named("words")

  private static func named(_ name: String) -> UInt32 { Tables.member(named: name, of: "details") }
}

extension Decoder {
  /// Puts details of the value before on the tape: what `members` adds.
  func tell(_ detail: Detail, _ members: () -> Void) {
    emit(Token(.detailOpen, detail: detail))
    members()
    emit(Token(.detailClose))
  }

  func tellNumber(
    _ name: UInt32, _ value: UInt64, style: ScalarStyle = .decimal, width: UInt8 = 8, flags: Token.Flags = []
  ) {
    emit(Token(.name, operand: name))
    emit(Token(.number, style: style, width: width, flags: flags, value: value))
  }

  func tellConstant(_ name: UInt32, _ value: UInt64, of set: UInt32, width: UInt8 = 4) {
    emit(Token(.name, operand: name))
    emit(Token(.set, width: width, operand: set, value: value))
  }

  func tellBytes(_ name: UInt32, _ bytes: [UInt8], text: TextForm = .whole) {
    emit(Token(.name, operand: name))
    let start = bytes.withUnsafeBytes { append(bytes: $0) }
    emit(Token(.string, text: text, operand: UInt32(clamping: bytes.count), value: UInt64(start)))
  }

  func tellGroup(_ name: UInt32, _ members: () -> Void) {
    emit(Token(.name, operand: name))
    emit(Token(.structOpen))
    members()
    emit(Token(.structClose))
  }
}

extension Tables {
  /// The name of a structure's member, as a string of the tables; 0 when there is none. Found by comparing names.
  public static func member(named name: String, of structure: String) -> UInt32 {
    let row = self.structure(self.structure(named: structure))
    return (row.first_field..<row.first_field + row.field_count).map { field($0).name }
      .first { TableString($0).matches(name) } ?? 0
  }
}
