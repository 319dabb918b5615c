import CBPF

/// The records in a ring buffer of the kernel (`BPF_MAP_TYPE_RINGBUF`), in their order.
///
/// A record is valid until ``release()``, which gives its place back to the kernel.
struct RingReader {
  private let ring: UnsafePointer<trapline_bpf>
  /// How far it was read.
  private var position: UInt64

  init(_ ring: UnsafePointer<trapline_bpf>) {
    self.ring = ring
    position = ring.pointee.consumer.pointee
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
    var at = position
    defer { position = at }
    return Self.next(ring, &at, end)
  }

  /// The next record of a thread, left in its place; nil when none is there yet.
  func peek(_ tid: Int32) -> CapturedRecord? {
    var at = position
    let end = end
    while let record = Self.next(ring, &at, end) {
      if record.tid == tid { return record }
    }
    return nil
  }

  /// Gives back the place of all records that were read.
  func release() { trapline_bpf_ring_release(ring, position) }

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
