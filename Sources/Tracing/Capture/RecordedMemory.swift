import CBPF
import Decoding
import Glibc

/// The memory of a thread as it was recorded in the kernel: answers what the decoder asks from the chunks of records.
///
/// Valid while the records are. What was not recorded is asked of the thread itself (``live``) where that is allowed,
/// and counted where it is not: a plan that is whole leaves nothing to ask.
final class RecordedMemory: TraceeMemory {
  /// A record, and whether its chunks are those of the entry or those that are not.
  private struct Part {
    var record: CapturedRecord
    var isOfEntry: Bool

    @inline(__always)
    func has(_ chunk: CapturedRecord.Chunk) -> Bool { (record.isEntry || chunk.isOfEntry) == isOfEntry }
  }
  /// What is not there at the entry is in the thread's next record: of one call there are two at most.
  private var first: Part?
  private var second: Part?
  /// The thread's memory as it is now; nil when it may have changed since.
  var live: TraceeMemory?
  /// Reads that no chunk had an answer for.
  private(set) var misses: UInt64 = 0

  /// Forgets all records.
  func clear() {
    first = nil
    second = nil
    if live != nil { live = nil }
  }

  /// Adds the chunks of a record that belong to the entry of its call, or those that do not.
  func add(_ record: CapturedRecord, ofEntry isOfEntry: Bool) {
    if first == nil {
      first = Part(record: record, isOfEntry: isOfEntry)
    } else {
      second = Part(record: record, isOfEntry: isOfEntry)
    }
  }

  /// The first chunk, memory or not, of which `body` makes something.
  @inline(__always)
  private func find<Result>(_ body: (CapturedRecord.Chunk) -> Result?) -> Result? {
    if let first, let found = Self.find(in: first, body) { return found }
    return second.flatMap { Self.find(in: $0, body) }
  }

  @inline(__always)
  private static func find<Result>(in part: Part, _ body: (CapturedRecord.Chunk) -> Result?) -> Result? {
    var chunks = part.record.chunks
    while let chunk = chunks.next() {
      if part.has(chunk), let found = body(chunk) { return found }
    }
    return nil
  }

  /// What a descriptor was open on; nil when that was not recorded.
  func file(_ descriptor: Int32) -> trapline_file? {
    find { chunk in
      guard chunk.isFile, UInt32(truncatingIfNeeded: chunk.address) == UInt32(bitPattern: descriptor),
        chunk.bytes.count >= MemoryLayout<trapline_file>.size
      else { return nil }
      return chunk.bytes.loadUnaligned(as: trapline_file.self)
    }
  }

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let target = buffer.baseAddress else { return 0 }
    var done = 0
    while done < buffer.count {
      guard let bytes = bytes(from: address &+ UInt64(done), enough: buffer.count - done), let start = bytes.baseAddress
      else { break }
      let count = min(bytes.count, buffer.count - done)
      memcpy(target + done, start, count)
      done += count
    }
    if done == buffer.count || endsText(before: address &+ UInt64(done), done) { return done }
    if let live {
      let rest = UnsafeMutableRawBufferPointer(start: target + done, count: buffer.count - done)
      return done + live.read(address &+ UInt64(done), into: rest)
    }
    if !isUnreadable(address &+ UInt64(done)) { misses &+= 1 }
    return done
  }

  /// The recorded bytes from an address on: of a chunk that has enough of them, else the most that a single one has.
  private func bytes(from address: UInt64, enough: Int) -> UnsafeRawBufferPointer? {
    var best: UnsafeRawBufferPointer?
    return find { chunk in
      let distance = address &- chunk.address
      guard chunk.isMemory, distance < UInt64(chunk.bytes.count), let start = chunk.bytes.baseAddress else {
        return nil
      }
      let rest = UnsafeRawBufferPointer(start: start + Int(distance), count: chunk.bytes.count - Int(distance))
      if rest.count >= enough { return rest }
      if rest.count > best?.count ?? 0 { best = rest }
      return nil
    } ?? best
  }

  /// Whether a text ends right before an address, and something of it was read.
  private func endsText(before address: UInt64, _ done: Int) -> Bool {
    guard done > 0 else { return false }
    return find { chunk in
      chunk.isText && chunk.address &+ UInt64(chunk.bytes.count) == address && chunk.bytes.last == 0 ? true : nil
    } ?? false
  }

  /// Whether the kernel tried in vain to read what lies at an address.
  private func isUnreadable(_ address: UInt64) -> Bool {
    find { chunk in
      let distance = address &- chunk.address
      return chunk.isMemory && chunk.bytes.count < chunk.wanted && distance < UInt64(max(chunk.wanted, 0)) ? true : nil
    } ?? false
  }
}
