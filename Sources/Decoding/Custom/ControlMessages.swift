import CTableFormat
import SyscallTables

extension Decoder {
  /// The ancillary data of a message (cmsg(3)): `parameters[0]` bytes at `address`, each message shown as `type` says,
  /// a structure that begins with its length.
  func decodeControlMessages(_ address: UInt64, _ parameters: Parameters, _ type: UInt32) -> Bool {
    let claimed = clamped(parameters[0])
    let header = sizeOf(type)
    let most = surroundings.mostAncillaryBytes
    let length = min(claimed, most, Scratch.limit / 8)
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard length >= header, let offset = fetch(address, length) else { return false }
    emit(Token(.arrayOpen, value: address))
    var used = 0
    while length - used >= header {
      if record.tape.isFull { break }
      let left = length - used
      let size = scratch.load(offset + used, width: wordSize)
      decode(
        type,
        .place(
          address: address &+ UInt64(used), offset: offset + used,
          available: Int(min(UInt64(left), max(size, UInt64(header))))))
      if size < UInt64(header) {
        used += header
        break
      }
      guard size < UInt64(left) else {
        used = length
        break
      }
      used += (Int(size) + wordSize - 1) / wordSize * wordSize
    }
    if claimed > most {
      emit(Token(.ellipsis))
    } else if used < claimed {
      emit(Token(.unreadable, value: address &+ UInt64(used)))
    }
    emit(Token(.arrayClose))
    return true
  }
}
