import CTableFormat
import SyscallTables

extension Decoder {
  /// Directory entries (getdents(2)) when abbreviating: their address, and how many there are in `parameters[0]` bytes,
  /// each of which has its length at the offset `parameters[1]`.
  func countEntries(_ address: UInt64, _ parameters: Parameters) -> Bool {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    let length = min(clamped(parameters[0]), Scratch.limit / 8)
    let place = clamped(parameters[1])
    guard let offset = fetch(address, length) else { return false }
    var count = 0
    var at = 0
    while length - at >= place + 2 {
      let size = Int(scratch.load(offset + at + place, width: 2))
      guard size > place + 2, size <= length - at else { break }
      count += 1
      at += size
    }
    emitAddress(address)
    emitCount(count)
    return true
  }

  /// `5 entries`, as a comment.
  private func emitCount(_ count: Int) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = 20
    var rest = count
    repeat {
      first -= 1
      digits[first] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    } while rest > 0
    let start = record.tape.bytes.count
    digits.span.withUnsafeBytes { _ = record.tape.append(bytes: UnsafeRawBufferPointer(rebasing: $0[first...])) }
    let word: StaticString = " entries"
    word.withUTF8Buffer { _ = record.tape.append(bytes: UnsafeRawBufferPointer($0)) }
    emit(Token(.comment, operand: UInt32(clamping: record.tape.bytes.count - start), value: UInt64(start)))
  }
}
