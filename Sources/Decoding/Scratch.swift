/// Memory copied from a tracee during one stop: a stack of blocks, addressed by offsets.
///
/// It grows when needed and is never shrunk, so an ordinary stop allocates nothing. All loads are checked.
struct Scratch: ~Copyable {
  /// The most that one stop may copy: what a hostile length can make us allocate.
  static let limit = 8 << 20

  private var base: UnsafeMutableRawPointer
  private var capacity: Int
  private(set) var used = 0

  init() {
    capacity = 16 << 10
    base = .allocate(byteCount: capacity, alignment: 16)
  }

  deinit { base.deallocate() }

  /// Reserves `count` bytes; returns their offset, or nil when the limit is reached.
  mutating func reserve(_ count: Int) -> Int? {
    guard count >= 0, count <= Self.limit - used else { return nil }
    if used + count > capacity {
      let larger = max(capacity * 2, used + count)
      let moved = UnsafeMutableRawPointer.allocate(byteCount: larger, alignment: 16)
      moved.copyMemory(from: base, byteCount: used)
      base.deallocate()
      base = moved
      capacity = larger
    }
    let offset = used
    used += count
    return offset
  }

  /// Gives back everything reserved since `used` was `mark`.
  mutating func release(to mark: Int) { used = min(used, max(mark, 0)) }

  /// The bytes `offset ..< offset + count`, clamped to what was reserved.
  func bytes(_ offset: Int, _ count: Int) -> UnsafeRawBufferPointer {
    guard offset >= 0, offset <= used else { return UnsafeRawBufferPointer(start: base, count: 0) }
    return UnsafeRawBufferPointer(start: base + offset, count: max(0, min(count, used - offset)))
  }

  func writable(_ offset: Int, _ count: Int) -> UnsafeMutableRawBufferPointer {
    guard offset >= 0, offset <= used else { return UnsafeMutableRawBufferPointer(start: base, count: 0) }
    return UnsafeMutableRawBufferPointer(start: base + offset, count: max(0, min(count, used - offset)))
  }

  /// The little-endian number of `width` (1, 2, 4 or 8) bytes at `offset`, zero-extended; 0 outside.
  func load(_ offset: Int, width: Int) -> UInt64 {
    guard offset >= 0, width <= used - offset else { return 0 }
    switch width {
    case 1: return UInt64((base + offset).loadUnaligned(as: UInt8.self))
    case 2: return UInt64((base + offset).loadUnaligned(as: UInt16.self))
    case 4: return UInt64((base + offset).loadUnaligned(as: UInt32.self))
    case 8: return (base + offset).loadUnaligned(as: UInt64.self)
    default:
      var value: UInt64 = 0
      for index in 0..<max(0, min(width, 8)) {
        value |= UInt64((base + offset + index).loadUnaligned(as: UInt8.self)) << UInt64(8 * index)
      }
      return value
    }
  }
}
