import CBPF
import SyscallTables

/// A record of the ring, its bounds checked: the kernel's programs wrote it, but what is in it a tracee chose.
struct CapturedRecord {
  /// The whole of it: `trapline_record`, then chunks.
  private let bytes: UnsafeRawBufferPointer
  let header: trapline_record

  /// Nil when the bytes are no record.
  init?(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count >= MemoryLayout<trapline_record>.size else { return nil }
    let header = bytes.loadUnaligned(as: trapline_record.self)
    guard Int(header.size) >= MemoryLayout<trapline_record>.size, Int(header.size) <= bytes.count else { return nil }
    self.bytes = UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(header.size)))
    self.header = header
  }

  var tid: Int32 { Int32(truncatingIfNeeded: header.tid) }
  var isEntry: Bool { Int(header.kind) == Int(TRAPLINE_RECORD_ENTRY.rawValue) }
  var isChangeOfMode: Bool { Int(header.kind) == Int(TRAPLINE_RECORD_MODE.rawValue) }
  var isExit: Bool { Int(header.kind) == Int(TRAPLINE_RECORD_EXIT.rawValue) }
  var abi: ABI { header.is32 != 0 ? .i386 : .wide(header.number) }
  var arguments: InlineArray<6, UInt64> {
    withUnsafeBytes(of: header.arguments) { bytes in
      .init { bytes.loadUnaligned(fromByteOffset: $0 * 8, as: UInt64.self) }
    }
  }
  func has(_ flag: Int) -> Bool { Int(header.flags) & flag != 0 }

  /// Memory of the thread: what was read of it.
  struct Chunk {
    var address: UInt64
    var wanted: Int
    /// Where its bytes are; empty when none could be read.
    var bytes: UnsafeRawBufferPointer
    /// It ends where the text does.
    var isText: Bool
    /// It belongs to the entry, though the record is of later.
    var isOfEntry: Bool
    /// It is no memory: `address` is a descriptor, and the bytes a `trapline_file`.
    var isFile: Bool
  }

  /// Calls `body` with each chunk, in their order; stops at one that does not lie within the record.
  func forEachChunk(_ body: (Chunk) -> Void) {
    let size = MemoryLayout<trapline_chunk>.size
    var offset = MemoryLayout<trapline_record>.size
    while bytes.count - offset >= size {
      let chunk = bytes.loadUnaligned(fromByteOffset: offset, as: trapline_chunk.self)
      offset += size
      let got = Int(max(chunk.got, 0))
      guard got <= bytes.count - offset else { return }
      body(
        Chunk(
          address: chunk.address, wanted: Int(chunk.wanted),
          bytes: UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + got]),
          isText: Int(chunk.flags) & TRAPLINE_CHUNK_TEXT != 0,
          isOfEntry: Int(chunk.flags) & TRAPLINE_CHUNK_AGAIN != 0,
          isFile: Int(chunk.flags) & TRAPLINE_CHUNK_FILE != 0))
      offset += min((got + 7) & ~7, bytes.count - offset)
    }
  }
}
