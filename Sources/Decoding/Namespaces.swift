import CTableFormat
import SyscallTables

/// Namespaces that a call enters or makes (`--namespace=new`): those of the caller, or of the process that it made, which
/// differ from what the caller's were before; see namespaces(7).
extension Decoder {
  /// Keeps the numbers of the caller's namespaces until the call has returned.
  func keepNamespaces(_ call: tl_call) {
    record.namespaces.removeAll(keepingCapacity: true)
    if call.flags.contains(.entersNamespaces) { readNamespaces(of: tid, into: &record.namespaces) }
  }

  /// Explains the result by the namespaces that are others than before: `uts:[4026532177]`.
  func explainNamespaces() {
    let before = record.namespaces
    guard record.error == 0, !before.isEmpty, let subject = subjectOfNamespaces else { return }
    var after: [UInt64] = []
    readNamespaces(of: subject, into: &after)
    // A thread that has ended is in none.
    guard after.count == before.count, after.first != 0 || before.first == 0 else { return }
    let kinds = Tables.structure(namespaceKinds)
    var last: UInt64?
    for (index, number) in after.enumerated() where number != before[index] {
      // What children will be in need not repeat what the process itself is in.
      if number == last { continue }
      last = number
      emit(Token(.name, flags: .joined, operand: Tables.field(kinds.first_field + UInt32(index)).name))
      emit(Token(.referOpen))
      // The one that a first child is yet to make real has no number.
      emit(number == 0 ? Token(.unknown) : Token(.number, style: .decimal, width: 8, value: number))
      emit(Token(.referClose))
    }
  }

  /// Whose namespaces the call may have changed: a process that it made, or its caller; nil when the former is gone.
  private var subjectOfNamespaces: Int32? {
    let type = Tables.type(record.resultType.rawValue)
    let isProcess = type.style == .pid || type.style == .tgid
    guard type.kind == .number, isProcess else { return tid }
    return surroundings.ownNumber(of: Int32(truncatingIfNeeded: record.result), .process, seenBy: tid)
  }

  private func readNamespaces(of thread: Int32, into numbers: inout [UInt64]) {
    let kinds = Tables.structure(namespaceKinds)
    for index in kinds.first_field..<kinds.first_field + kinds.field_count {
      numbers.append(surroundings.namespace(TableString(Tables.field(index).name), of: thread))
    }
  }
}
