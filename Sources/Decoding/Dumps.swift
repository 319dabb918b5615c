/// A buffer of a call whose data moved through a descriptor.
struct DataRequest {
  var address: UInt64
  /// Bytes, as the tracee says.
  var count: UInt64
  var isOut: Bool
  /// The message of several, or -1.
  var message: Int64 = -1
  /// The buffer of several, or -1.
  var buffer: Int64 = -1
}

extension Decoder {
  /// Whether the data of any descriptor is asked for.
  var dumpsData: Bool { !options.dumpedReads.isEmpty || !options.dumpedWrites.isEmpty }

  /// Puts the whole data of a read or a write on the tape, where `-e read=` or `-e write=` asks for its descriptor.
  ///
  /// The description is walked once more, without limits and to no effect but that the buffers are found.
  func dumpData() {
    guard let entry = record.entry, entry.argumentCount > 0 else { return }
    let fd = Int32(truncatingIfNeeded: firstWord(of: entry))
    guard fd >= 0 else { return }
    let isRead = options.dumpedReads.contains(fd)
    guard isRead || options.dumpedWrites.contains(fd) else { return }
    let requests = findData()
    guard !requests.isEmpty else { return }
    // What the kernel wrote to memory came from the descriptor; the rest went to it.
    let comesFrom = requests[0].isOut
    // What was to be written is told even if that failed.
    guard comesFrom ? isRead && record.error == 0 : options.dumpedWrites.contains(fd) else { return }
    var left = comesFrom ? UInt64(clamping: record.result) : UInt64.max
    var message: Int64 = -1
    var emptied: Int64 = -1
    for request in requests {
      var count = request.count
      if request.message >= 0, request.message != message {
        message = request.message
        let buffers = requests.count { $0.message == message }
        emit(Token(.dumpGroup, operand: UInt32(clamping: buffers), value: UInt64(bitPattern: message)))
      } else if request.message < 0 {
        // What did not fit is told too, when the call counts it (`MSG_TRUNC`).
        count = request.buffer < 0 && comesFrom ? left : min(count, left)
        if count == 0 { break }
        left -= count
      }
      // A message ends at its first empty buffer.
      if count == 0 { emptied = message }
      if message < 0 || emptied != message { dump(request, count) }
    }
  }

  /// Notes a buffer that a walk came by.
  func request(_ address: UInt64, _ count: UInt64, isOut: Bool) {
    let depth = arrayPath.count
    dataRequests?.append(
      DataRequest(
        address: address, count: count, isOut: isOut || isInsideOut,
        message: depth > 1 ? arrayPath[depth - 2] : -1, buffer: depth > 0 ? arrayPath[depth - 1] : -1))
  }

  private func findData() -> [DataRequest] {
    let tokens = record.tape.tokens.count
    let outer = (manner, record.resume, record.awaitsExit)
    manner = [.structures]
    dataRequests = []
    showAllArguments()
    var found = dataRequests ?? []
    // Of a vector that cannot be read whole nothing is told.
    let isBroken = record.tape.tokens[tokens...].contains { $0.kind == .unreadable }
    if isBroken, let first = found.first, first.message < 0 { found = [] }
    dataRequests = nil
    (manner, record.resume, record.awaitsExit) = outer
    record.tape.removeTokens(from: tokens)
    return found
  }

  /// How much of a buffer is read at a time, as strace does it.
  private static let piece = 64 << 10

  /// As many whole pieces of a buffer as can be read, and where that ends.
  private func dumpBeginning(_ request: DataRequest, _ length: UInt64) {
    let most = Int(clamping: min(length, UInt64(Scratch.limit / 2)))
    guard let (offset, read) = fetchPrefix(request.address, most) else { return }
    let whole = read / Self.piece * Self.piece
    guard whole > 0 else { return }
    let start = append(bytes: scratch.bytes(offset, whole))
    emit(Token(.dump, operand: UInt32(clamping: whole), value: UInt64(start)))
    let rest = length - UInt64(whole)
    emit(
      Token(
        .dumpRest, operand: UInt32(truncatingIfNeeded: rest), value: request.address &+ UInt64(whole),
        extra: UInt32(truncatingIfNeeded: rest >> 32)))
  }

  /// The bytes of a buffer; of one of several that cannot be read, or is too much with those before, how many they are.
  private func dump(_ request: DataRequest, _ length: UInt64) {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let count = Int(clamping: length)
    guard !record.tape.isFull, let offset = fetch(request.address, count) else {
      if request.buffer >= 0 {
        emit(Token(.dump, flags: .cut, value: length, extra: UInt32(clamping: request.buffer + 1)))
      } else if !record.tape.isFull {
        dumpBeginning(request, length)
      }
      return
    }
    let start = append(bytes: scratch.bytes(offset, count))
    emit(
      Token(
        .dump, operand: UInt32(clamping: count), value: UInt64(start), extra: UInt32(clamping: request.buffer + 1)))
  }
}
