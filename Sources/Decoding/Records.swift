import CTableFormat
import SyscallTables

extension Decoder {
  /// Structures one after the other, each of which says where the next begins. False, with nothing written, when the
  /// first cannot be read.
  func decodeRecords(_ type: tl_type, _ source: Source) -> Bool {
    let most = type.records.count == 0 ? Int.max : clamped(evaluate(type.records.count))
    let end = type.records.size == 0 ? Int.max : unsigned(evaluate(type.records.size))
    let size = sizeOf(type.records.element)
    var shown = 0
    var isOpen = false
    var distance = 0
    let outerMark = scratch.used
    let outerIndex = elementIndex
    defer {
      scratch.release(to: outerMark)
      elementIndex = outerIndex
    }
    // Behind what is left out because the bytes end before the number of records is reached.
    let isCounted = type.records.count != 0 && type.records.size != 0
    // What netlink lays out is told as far as it is there, if it be but the beginning of a record.
    let isRounded = type.recordFlags.contains(.rounded)
    while shown < most, isRounded ? distance < end : distance <= end - size {
      let mark = scratch.used
      defer { scratch.release(to: mark) }
      let address = truncated(source.address &+ UInt64(truncatingIfNeeded: distance))
      guard let offset = fetch(address, size) else {
        if shown == 0 {
          // Behind the members of a structure that is there.
          if frames.isEmpty { return false }
          emit(Token(.arrayOpen, value: source.address))
          isOpen = true
          shown = 1
        }
        emit(Token(.unreadable, value: address))
        break
      }
      if !isOpen { emit(Token(.arrayOpen, value: source.address)) }
      isOpen = true
      if isEnough(shown) {
        emit(Token(.ellipsis))
        break
      }
      elementIndex = Int64(shown)
      var place = Source.place(address: address, offset: offset, available: size, size: size)
      let stride = strideOfRecord(at: place, type.records.stride)
      if isRounded { extend(&place, to: min(stride, end - distance, Scratch.limit)) }
      decode(type.records.element, place)
      shown += 1
      if isRounded {
        distance = stride > end - distance ? end : distance + max((stride + 3) & ~3, 4)
        continue
      }
      // A record that is shorter than itself ends the list: what follows cannot be told.
      guard stride >= max(size, 1), stride < Scratch.limit else {
        if stride >= Scratch.limit { distance = end }
        break
      }
      distance += stride
    }
    if !isOpen { emit(Token(.arrayOpen, value: source.address)) }
    if isCounted {
      if shown > 0, shown < most, distance > end - size { emit(Token(.ellipsis)) }
    } else if shown > 0, distance < end, distance > end - size {
      tellRest(at: source, distance, size)
    }
    emit(Token(.arrayClose))
    return true
  }

  /// Takes in what follows a record, up to `size` bytes in all.
  private func extend(_ place: inout Source, to size: Int) {
    guard size > place.size else { return }
    place.size = size
    guard let (offset, read) = fetchPrefix(place.address, size), read >= place.available else { return }
    place.offset = offset
    place.available = read
  }

  /// What is left is less than a record: says so where it cannot be read.
  private func tellRest(at source: Source, _ distance: Int, _ size: Int) {
    let address = truncated(source.address &+ UInt64(truncatingIfNeeded: distance))
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    if fetch(address, size) == nil { emit(Token(.unreadable, value: address)) }
  }

  private func strideOfRecord(at place: Source, _ stride: UInt32) -> Int {
    frames.append(Frame(address: place.address, offset: place.offset, available: place.available))
    defer { frames.removeLast() }
    return clamped(evaluate(stride))
  }
}
