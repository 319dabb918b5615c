import CTableFormat
import SyscallTables

extension Decoder {
  /// The bytes of `struct nlmsghdr` (netlink(7)), which every message begins with; its length comes first.
  private static let messageHeader = 16

  /// Netlink messages, one after the other: `parameters[0]` bytes at `address`, each shown as `type` says.
  func decodeNetlinkMessages(_ address: UInt64, _ parameters: Parameters, _ type: UInt32) -> Bool {
    let length = clamped(parameters[0])
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let (offset, read) = fetchPrefix(address, min(length, Scratch.limit / 4)) else { return false }
    var position = Source.place(address: address, offset: offset, available: read, size: length)
    var count = 0
    while true {
      guard position.size >= Self.messageHeader else {
        decodeBytes(position)
        break
      }
      guard position.available >= Self.messageHeader else {
        if count == 0 { return false }
        emit(Token(.unreadable, value: position.address))
        break
      }
      if abbreviated && count == options.stringLimit {
        emit(Token(.ellipsis))
        break
      }
      let claimed = Int(scratch.load(position.offset, width: 4))
      let step = claimed < Self.messageHeader ? position.size : min((claimed + 3) & ~3, position.size)
      let isLast = step == position.size
      if count == 0 && !isLast { emit(Token(.arrayOpen, value: position.address)) }
      var message = position
      message.size = min(max(claimed, Self.messageHeader), position.size)
      message.available = min(position.available, message.size)
      decode(type, message)
      count += 1
      if isLast { break }
      position.address = position.address &+ UInt64(step)
      position.offset += step
      position.available -= step
      position.size -= step
    }
    if position.address != address { emit(Token(.arrayClose)) }
    return true
  }

  /// Too few bytes for a message: as any data.
  private func decodeBytes(_ source: Source) {
    let shown = min(source.size, options.stringLimit)
    guard source.available >= shown else { return emitAddress(source.address) }
    emitString(source.offset, shown, style: UInt8(TL_TEXT_BYTES.rawValue), cut: source.size > shown)
  }
}
