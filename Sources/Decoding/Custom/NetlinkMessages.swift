import CTableFormat
import SyscallTables

extension Decoder {
  /// The bytes of `struct nlmsghdr` (netlink(7)), which every message begins with; its length comes first.
  private static let messageHeader = 16

  /// Netlink messages, one after the other: `parameters[0]` bytes at `address`, each shown as `type` says.
  func decodeNetlinkMessages(_ address: UInt64, _ parameters: Parameters, _ type: UInt32) -> Bool {
    let length = unsigned(parameters[0])
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let (offset, read) = fetchPrefix(address, min(length, Scratch.limit / 4)) else { return false }
    if length >= Self.messageHeader && read >= Self.messageHeader && isEnough(0) {
      emit(Token(.ellipsis))
      return true
    }
    let messages = Source.place(address: address, offset: offset, available: read, size: length)
    return decodeChain(
      messages, header: Self.messageHeader, lengthWidth: 4, rest: decodeBytes,
      element: { place, claimed in
        var message = place
        message.size = max(claimed, Self.messageHeader)
        message.available = min(place.available, message.size)
        decode(type, message)
      })
  }

  /// Too few bytes for a message: as they are.
  private func decodeBytes(_ source: Source) {
    let shown = min(source.size, options.stringLimit)
    guard source.available >= shown else { return emitAddress(source.address) }
    emitString(source.offset, shown, text: .hex, cut: source.size > shown)
  }
}
