import CTableFormat
import SyscallTables

extension Decoder {
  /// Whether no more elements of a sequence are shown after `shown` of them: when abbreviating, or when the tape is full.
  func isEnough(_ shown: Int) -> Bool {
    abbreviated && shown >= options.stringLimit || record.tape.isFull
  }

  /// What netlink(7) lays out: elements one after the other in `source.size` bytes, each of which begins with a header of
  /// `header` bytes, that with the element's length (of `lengthWidth` bytes), and is followed by padding to four bytes.
  ///
  /// `element` shows one, given its place and its length, which lies within the place; `rest` what is too short for a
  /// header. More than one are shown as an array. False, with nothing written, when the first header cannot be read.
  func decodeChain(
    _ source: Source, header: Int, lengthWidth: Int, rest: (Source) -> Void, element: (Source, Int) -> Void
  ) -> Bool {
    var position = source
    var count = 0
    while true {
      guard position.size >= header else {
        rest(position)
        break
      }
      if position.available < header { readAgain(&position) }
      guard position.available >= header else {
        if count == 0 { return false }
        emit(Token(.unreadable, value: position.address))
        break
      }
      if count > 0 && isEnough(count) {
        emit(Token(.ellipsis))
        break
      }
      let claimed = Int(scratch.load(position.offset, width: lengthWidth))
      let length = min(claimed, position.size)
      let step = claimed < header ? position.size : min((length + 3) & ~3, position.size)
      let isLast = step == position.size
      if count == 0 && !isLast { emit(Token(.arrayOpen, value: position.address)) }
      element(position, length)
      count += 1
      if isLast { break }
      position.address = position.address &+ UInt64(step)
      position.offset += step
      position.available -= step
      position.size -= step
    }
    if position.address != source.address { emit(Token(.arrayClose)) }
    return true
  }

  /// Reads what lies at a place that what was read before does not reach: an element may claim to be longer than memory.
  private func readAgain(_ place: inout Source) {
    guard place.size > 0, let (offset, read) = fetchPrefix(place.address, min(place.size, 64 << 10)) else { return }
    place.offset = offset
    place.available = read
  }
}
