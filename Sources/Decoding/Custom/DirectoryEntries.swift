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
    tell(.entries) { tellNumber(DetailName.entries, UInt64(count)) }
    return true
  }
}
