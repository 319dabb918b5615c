import CTableFormat
import SyscallTables

/// Namespaces that a call enters or makes (`--namespace=new`): those of the caller, or of the process that it made; see
/// namespaces(7).
extension Decoder {
  /// Explains the result by the namespaces that the call was asked for: `uts:[4026532177]`.
  func explainNamespaces(_ call: tl_call) {
    guard record.error == 0, call.namespaces != 0, frames.count < Self.mostFrames, let subject = subjectOfNamespaces
    else { return }
    var frame = Frame(address: 0, offset: 0, available: 0)
    frame.parameters[0] = evaluate(call.namespaces)
    frames.append(frame)
    defer { frames.removeLast() }
    let kinds = Tables.structure(namespaceKinds)
    for index in kinds.first_field..<kinds.first_field + kinds.field_count {
      let kind = Tables.field(index)
      guard evaluate(kind.condition) != 0 else { continue }
      let number = surroundings.namespace(TableString(kind.name), of: subject)
      // A thread that has ended is in none.
      guard number != 0 else { continue }
      emit(Token(.name, flags: .joined, operand: kind.name))
      emit(Token(.referOpen))
      emit(Token(.number, style: .decimal, width: 8, value: number))
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
}
