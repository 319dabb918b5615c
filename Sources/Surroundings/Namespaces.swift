import Decoding
import Linux
import SyscallTables

/// Process numbers in pid namespaces; see pid_namespaces(7).
///
/// `/proc` may be of a namespace around the tracer's own: its files then go by other numbers than those that ptrace(2) and
/// wait(2) tell, and the lists in them begin with that namespace.
enum Process {
  /// The process that a thread belongs to, which `/proc` has by the number `tid`, as the tracer's own namespace numbers it;
  /// `tid` itself when that cannot be told.
  static func leader(of tid: Int32) -> Int32 {
    guard let numbers = numbers("NStgid:", of: "\(tid)"), depth < numbers.count else { return tid }
    return numbers[depth]
  }

  /// The numbers behind a field of `/proc/ID/status`.
  static func numbers(_ field: String, of id: String) -> [Int32]? {
    guard let status = SmallFile.read("/proc/\(id)/status") else { return nil }
    for line in status.split(separator: UInt8(ascii: "\n")) where line.starts(with: field.utf8) {
      return String(decoding: line.dropFirst(field.utf8.count), as: UTF8.self)
        .split(whereSeparator: \.isWhitespace).compactMap { Int32($0) }
    }
    return nil
  }

  /// How far the tracer's namespace lies in that of `/proc`; 0 where they are the same.
  static let depth = max(0, (numbers("NSpid:", of: "self")?.count ?? 1) - 1)

  /// The tracer's own number in `/proc`.
  static let own = numbers("Pid:", of: "self")

  /// All threads that `/proc` has.
  static var all: some Sequence<String> {
    SmallFile.names(in: "/proc").lazy.filter { Int32($0) != nil }.flatMap { SmallFile.names(in: "/proc/\($0)/task") }
  }
}

/// Numbers of namespaces; see namespaces(7).
enum Namespace {
  /// The number in the link `/proc/TID/ns/KIND`, `uts:[4026531838]`; 0 when there is none.
  static func number(_ kind: TableString, of tid: Int32) -> UInt64 {
    guard let link = SmallFile.link("/proc/\(tid)/ns/\(kind)"), let bracket = link.firstIndex(of: UInt8(ascii: "["))
    else { return 0 }
    return UInt64(String(decoding: link[(bracket + 1)...].dropLast(), as: UTF8.self)) ?? 0
  }
}

extension ProcessSurroundings {
  /// The number by which `/proc` has a thread; its own where nobody is found.
  func listedNumber(of tid: Int32) -> Int32 {
    let depth = Process.depth
    guard depth > 0 else { return tid }
    let isMeant = { (name: String) in
      guard let numbers = Process.numbers("NSpid:", of: name) else { return false }
      guard numbers.count > depth && numbers[depth] == tid else { return false }
      // Other namespaces have the same numbers: it is a tracee, or of the tracer's own.
      return Process.numbers("TracerPid:", of: name) == Process.own || self.namespace(of: name) == self.ownNamespace
    }
    if let known = listedNumbers[tid], isMeant("\(known)") { return known }
    guard let found = Process.all.first(where: isMeant).flatMap({ Int32($0) }) else { return tid }
    listedNumbers[tid] = found
    return found
  }

  /// `id` itself where both have one namespace.
  func findOwnNumber(of id: Int32, _ kind: ProcessNumberKind, seenBy tid: Int32) -> Int32? {
    let caller = "\(listedNumber(of: tid))"
    guard let namespace = namespace(of: caller), namespace != ownNamespace else { return id }
    let field =
      switch kind {
      case .process: "NSpid:"
      case .group: "NSpgid:"
      case .session: "NSsid:"
      }
    let depth = Process.depth
    let match = { (name: String) -> Int32? in
      guard let numbers = Process.numbers(field, of: name), numbers.count > depth, numbers.last == id else {
        return nil
      }
      return numbers[depth]
    }
    // Most numbers are of the thread itself or of its like.
    if let own = match(caller) { return own }
    for name in Process.all where self.namespace(of: name) == namespace {
      if let own = match(name) { return own }
    }
    return nil
  }

  private func namespace(of name: String) -> [UInt8]? { SmallFile.link("/proc/\(name)/ns/pid") }
}
