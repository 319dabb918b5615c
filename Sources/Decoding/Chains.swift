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
}
