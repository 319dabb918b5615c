import CTableFormat
import SyscallTables

extension Decoder {
  /// The environment of a new program (execve(2)): `variables`, or when abbreviating, or where the options leave them out,
  /// its address and how many there are.
  func decodeEnvironment(_ address: UInt64, _ variables: UInt32) -> Bool {
    if !abbreviated && !options.omitsEnvironment {
      isInEnvironment = true
      defer { isInEnvironment = false }
      decode(variables, .value(address))
      return true
    }
    emitAddress(address)
    var count = 0
    var ended = false
    var next = address
    search: while count < 1 << 20 {
      let mark = scratch.used
      defer { scratch.release(to: mark) }
      // As many words at a time as are likely to be there: up to the end of the page.
      let wanted = max(wordSize, (4096 - Int(next & 4095)) / wordSize * wordSize)
      guard let (offset, read) = fetchPrefix(next, wanted) else { break }
      for word in 0..<read / wordSize {
        if scratch.load(offset + word * wordSize, width: wordSize) == 0 {
          ended = true
          break search
        }
        count += 1
      }
      if read < wanted { break }
      next = truncated(next &+ UInt64(truncatingIfNeeded: wanted))
    }
    if count == 0 && !ended { return true }
    tell(.variables) {
      tellNumber(DetailName.variables, UInt64(count))
      tellNumber(DetailName.terminated, ended ? 1 : 0, style: .boolean)
    }
    return true
  }
}
