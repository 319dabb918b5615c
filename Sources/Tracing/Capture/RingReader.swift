import CBPF

/// The records in a ring buffer of the kernel (`BPF_MAP_TYPE_RINGBUF`), in their order.
///
/// A record is valid until ``release()``, which gives its place back to the kernel.
struct RingReader {
  private let ring: UnsafePointer<trapline_bpf>
  /// How far it was read.
  private var position: UInt64
  /// Where the record begins that was read last.
  private var current: UInt64
  /// How far records were looked at before they are read; the last of each thread among them, and which of its records
  /// brings what another lacks, by their places.
  private var scanned: UInt64
  private var lastOfThread: [Int32: UInt64] = [:]
  private var following: [UInt64: UInt64] = [:]

  init(_ ring: UnsafePointer<trapline_bpf>) {
    self.ring = ring
    position = ring.pointee.consumer.pointee
    current = position
    scanned = position
  }

  /// How far it is written.
  var end: UInt64 { trapline_bpf_ring_end(ring) }

  /// Whether anything is there that was not read.
  var hasMore: Bool { end > position }

  /// How many bytes of a ring of `size` are so much that it ought to be read at once.
  static func filling(_ size: UInt64) -> UInt64 { size / 8 }

  /// Whether so much is there.
  var isFilling: Bool { end &- position >= Self.filling(UInt64(ring.pointee.ring_size)) }

  /// The next record before a position (``end``, or what that was); nil when there is none yet. What is no record of
  /// ours is passed over.
  mutating func next(before end: UInt64) -> CapturedRecord? {
    current = position
    return Self.next(ring, &position, end)
  }

  /// What follows the record that was read last: the next of its thread, where that brings what this one lacks
  /// (`TRAPLINE_RECORD_AGAIN`). It is left in its place; nil when it is not there yet.
  mutating func followingMemory(of tid: Int32) -> CapturedRecord? {
    if scanned <= current {
      scanned = current
      lastOfThread.removeAll(keepingCapacity: true)
      following.removeAll(keepingCapacity: true)
    }
    // Each record is looked at once, however many ask.
    let end = end
    while true {
      var at = scanned
      guard let record = Self.next(ring, &at, end) else { break }
      // A denied call has no record of its entry.
      if record.has(TRAPLINE_RECORD_AGAIN), !record.has(TRAPLINE_RECORD_DENIED),
        let before = lastOfThread[record.tid]
      {
        following[before] = scanned
      }
      lastOfThread[record.tid] = scanned
      scanned = at
    }
    // It is taken away: the reader may stay behind what was looked at for as long as the trace.
    guard var at = following.removeValue(forKey: current), let record = Self.next(ring, &at, end), record.tid == tid
    else { return nil }
    return record
  }

  /// Gives back the place of all records that were read.
  func release() { trapline_bpf_ring_release(ring, position) }

  @inline(__always)
  private static func next(
    _ ring: UnsafePointer<trapline_bpf>, _ position: inout UInt64, _ end: UInt64
  ) -> CapturedRecord? {
    while position < end {
      guard let at = trapline_bpf_ring_data(ring, position) else { return nil }
      let header = trapline_bpf_ring_header(at)
      if header >> UInt32(TRAPLINE_RING_BUSY_BIT) & 1 != 0 { return nil }
      let size = Int(header & (1 << UInt32(TRAPLINE_RING_DISCARDED_BIT) - 1))
      let isDiscarded = header >> UInt32(TRAPLINE_RING_DISCARDED_BIT) & 1 != 0
      position &+= UInt64((size + TRAPLINE_RING_HEADER + 7) & ~7)
      if isDiscarded || size > ring.pointee.ring_size { continue }
      let bytes = UnsafeRawBufferPointer(start: at + TRAPLINE_RING_HEADER, count: size)
      if let record = CapturedRecord(bytes) { return record }
    }
    return nil
  }
}
