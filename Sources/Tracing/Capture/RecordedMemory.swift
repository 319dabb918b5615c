import CBPF
import Decoding

/// The memory of a thread as it was recorded in the kernel: answers what the decoder asks from the chunks of records.
///
/// Valid while the records are. What was not recorded is asked of the thread itself (``live``) where that is allowed,
/// and counted where it
/// is not: a plan that is whole leaves nothing to ask.
final class RecordedMemory: TraceeMemory {
  private var chunks: [CapturedRecord.Chunk] = []
  private var files: [CapturedRecord.Chunk] = []
  /// The thread's memory as it is now; nil when it may have changed since.
  var live: TraceeMemory?
  /// Reads that no chunk had an answer for.
  private(set) var misses: UInt64 = 0

  override init() {
    super.init()
    chunks.reserveCapacity(128)
  }

  /// Forgets all chunks.
  func clear() {
    chunks.removeAll(keepingCapacity: true)
    files.removeAll(keepingCapacity: true)
    live = nil
  }

  /// Adds the chunks of a record that belong to the entry of its call, or those that do not.
  func add(_ record: CapturedRecord, ofEntry: Bool) {
    record.forEachChunk { chunk in
      guard (record.isEntry || chunk.isOfEntry) == ofEntry else { return }
      if chunk.isFile { files.append(chunk) } else { chunks.append(chunk) }
    }
  }

  /// What a descriptor was open on; nil when that was not recorded.
  func file(_ descriptor: Int32) -> trapline_file? {
    for chunk in files where UInt32(truncatingIfNeeded: chunk.address) == UInt32(bitPattern: descriptor) {
      guard chunk.bytes.count >= MemoryLayout<trapline_file>.size else { return nil }
      return chunk.bytes.loadUnaligned(as: trapline_file.self)
    }
    return nil
  }

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var done = 0
    while done < buffer.count {
      let next = address &+ UInt64(done)
      guard let bytes = bytes(from: next) else { break }
      let count = min(bytes.count, buffer.count - done)
      UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + count])
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
      done += count
    }
    if done == buffer.count || endsText(before: address &+ UInt64(done), done) { return done }
    if let live {
      let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[done...])
      return done + live.read(address &+ UInt64(done), into: rest)
    }
    if !isUnreadable(address &+ UInt64(done)) { misses &+= 1 }
    return done
  }

  /// The recorded bytes from an address on: the most that a single chunk has.
  private func bytes(from address: UInt64) -> UnsafeRawBufferPointer? {
    var best: UnsafeRawBufferPointer?
    for chunk in chunks {
      let distance = address &- chunk.address
      guard distance < UInt64(chunk.bytes.count) else { continue }
      let rest = UnsafeRawBufferPointer(rebasing: chunk.bytes[Int(distance)...])
      if rest.count > best?.count ?? 0 { best = rest }
    }
    return best
  }

  /// Whether a text ends right before an address, and something of it was read.
  private func endsText(before address: UInt64, _ done: Int) -> Bool {
    done > 0 && chunks.contains { $0.isText && $0.address &+ UInt64($0.bytes.count) == address && $0.bytes.last == 0 }
  }

  /// Whether the kernel tried in vain to read what lies at an address.
  private func isUnreadable(_ address: UInt64) -> Bool {
    chunks.contains { chunk in
      let distance = address &- chunk.address
      return chunk.bytes.count < chunk.wanted && distance < UInt64(max(chunk.wanted, 0))
    }
  }
}
