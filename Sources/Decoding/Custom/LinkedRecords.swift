import CTableFormat
import SyscallTables

extension Decoder {
  /// Structures that `type` shows, each of which says how far away the next one is, without brackets round them.
  ///
  /// The parameters are the offset of the first from `base`, the end of all, their number (-1: until one says 0), the
  /// offset in a record of the distance (32 bits), whether that counts from the first record rather than from its own, and
  /// the bytes of a record before the text that ends it.
  /// Offsets are 32 bits wide and wrap around; addresses do not. A record that does not lie behind the one before it, or not before the
  /// end, is shown as `???` and ends the list.
  func decodeLinkedRecords(_ base: UInt64, _ parameters: Parameters, _ type: UInt32) -> Bool {
    let size = sizeOf(type)
    let first = UInt32(truncatingIfNeeded: parameters[0])
    let end = UInt32(truncatingIfNeeded: parameters[1])
    let count = parameters[2] < 0 ? Int64.max : parameters[2]
    var offset = first
    var known: UInt32 = 0
    var index: Int64 = 0
    while index < count {
      let behind = offset &+ UInt32(truncatingIfNeeded: parameters[5])
      guard index == 0 || offset > known, behind > offset, behind <= end else {
        emit(Token(.unknown))
        emit(Token(.comment, flags: .misplaced, operand: Tables.structure(Tables.type(type).structure.row).name))
        break
      }
      known = behind
      let mark = scratch.used
      defer { scratch.release(to: mark) }
      let address = base &+ UInt64(offset)
      guard let copy = fetch(address, size) else {
        emitAddress(address)
        break
      }
      decode(type, .place(address: address, offset: copy, available: size, size: size))
      let distance = UInt32(truncatingIfNeeded: scratch.load(copy + clamped(parameters[3]), width: 4))
      if parameters[2] < 0 && distance == 0 { break }
      offset = (parameters[4] == 0 ? offset : first) &+ distance
      index += 1
    }
    return true
  }
}
