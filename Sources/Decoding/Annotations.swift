import CTableFormat
import SyscallTables

/// What descriptors, processes and paths are, behind them, where the options ask for it.
extension Decoder {
  /// Adds what the descriptor or process is that a number of some style means.
  func annotate(style: ScalarStyle, value: UInt64) {
    let number = Int32(truncatingIfNeeded: value)
    switch style {
    case .fd, .dirfd:
      if style == .dirfd { directory = number } else if number < 0 { return }
      if options.annotations.contains(.descriptors) { annotate(descriptor: number, of: tid) }
      if number >= 0 { annotateContext(of: .descriptor(number)) }
    case .pid, .tgid, .pgid, .sid:
      guard number > 0 else { return }
      if options.annotations.contains(.processes) {
        annotateProcess(number, style == .pgid ? .group : style == .sid ? .session : .process)
      }
      annotateContext(of: .process(number))
    default: break
    }
  }

  /// Adds what a descriptor of a thread is, where descriptors are asked for.
  func annotateDescriptor(_ number: Int32, of tid: Int32) {
    guard number >= 0, options.annotations.contains(.descriptors) else { return }
    annotate(descriptor: number, of: tid)
  }

  private func annotate(descriptor number: Int32, of tid: Int32) {
    let start = record.tape.bytes.count
    guard let note = note({ surroundings.describeDescriptor(number, tid: tid, into: &$0) }) else { return }
    emitAnnotation(
      .descriptor, from: start, flags: note.isDeleted ? .deleted : [], first: note.pathCount)
  }

  private func annotateProcess(_ number: Int32, _ kind: TraceeSurroundings.ProcessNumberKind) {
    let start = record.tape.bytes.count
    guard let note = note({ surroundings.describeProcess(number, kind, tid: tid, into: &$0) }) else { return }
    let count = record.tape.bytes.count - start
    if count > 0 { emitAnnotation(.command, from: start, first: count) }
    guard let own = note.ownNumber else { return }
    let commentStart = record.tape.bytes.count
    record.tape.append(text: "\(own) in strace's PID NS")
    emitComment(from: commentStart)
  }

  /// Adds the security context of a descriptor, process or path.
  func annotateContext(of owner: TraceeSurroundings.ContextOwner) {
    guard options.annotations.contains(.contexts) else { return }
    let start = record.tape.bytes.count
    guard let note = note({ surroundings.describeContext(of: owner, tid: tid, into: &$0) }) else { return }
    emitAnnotation(.context, from: start, first: note.contextCount)
  }

  /// What `describe` says, its text added to the tape's bytes if it knows anything.
  private func note<Note>(_ describe: (inout [UInt8]) -> Note?) -> Note? {
    var note: Note?
    let isKnown = record.tape.appendBytes {
      note = describe(&$0)
      return note != nil
    }
    return isKnown ? note : nil
  }

  /// An annotation of the tape's bytes from `start` on.
  private func emitAnnotation(_ kind: Token.Annotation, from start: Int, flags: Token.Flags = [], first: Int) {
    emit(
      Token(
        .annotation, annotation: kind, flags: flags, operand: UInt32(clamping: record.tape.bytes.count - start),
        value: UInt64(start), extra: UInt32(clamping: first)))
  }
}
