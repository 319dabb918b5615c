import CBPF
import SyscallTables

/// A record of the ring, its bounds checked: the kernel's programs wrote it, but what is in it a tracee chose.
struct CapturedRecord {
  private let head: UnsafePointer<trapline_record>
  /// What is told of the thread, where somebody asked for it.
  private let thread: UnsafePointer<trapline_record_thread>?
  /// The call's part, where it is told.
  private let call: UnsafePointer<trapline_record_call>?
  private let chunkBytes: UnsafeRawBufferPointer

  /// Nil when the bytes are no record.
  init?(_ bytes: UnsafeRawBufferPointer) {
    var size = MemoryLayout<trapline_record>.size
    guard let start = bytes.baseAddress, bytes.count >= size,
      Int(bitPattern: start) % MemoryLayout<trapline_record>.alignment == 0
    else { return nil }
    head = start.assumingMemoryBound(to: trapline_record.self)
    let has = Int(head.pointee.has)
    if has & TRAPLINE_RECORD_HAS_THREAD != 0 {
      thread = (start + size).assumingMemoryBound(to: trapline_record_thread.self)
      size += MemoryLayout<trapline_record_thread>.size
    } else {
      thread = nil
    }
    if has & TRAPLINE_RECORD_HAS_CALL != 0 {
      call = (start + size).assumingMemoryBound(to: trapline_record_call.self)
      size += MemoryLayout<trapline_record_call>.size
    } else {
      call = nil
    }
    let end = Int(head.pointee.size)
    guard end >= size, end <= bytes.count else { return nil }
    chunkBytes = UnsafeRawBufferPointer(start: start + size, count: end - size)
  }

  var tid: Int32 { Int32(truncatingIfNeeded: head.pointee.tid) }
  /// CLOCK_MONOTONIC, in nanoseconds.
  var time: UInt64 { head.pointee.time }
  /// The thread's calls that are missing, so far.
  var lost: UInt32 { head.pointee.lost }
  var result: Int64 { head.pointee.result }
  /// How long the thread ran in the call, in nanoseconds; 0 when nobody asked for it.
  var systemTime: UInt64 { thread?.pointee.cpu_time ?? 0 }
  var isEntry: Bool { Int(head.pointee.kind) == Int(TRAPLINE_RECORD_ENTRY.rawValue) }
  var isChangeOfMode: Bool { Int(head.pointee.kind) == Int(TRAPLINE_RECORD_MODE.rawValue) }
  var isExit: Bool { Int(head.pointee.kind) == Int(TRAPLINE_RECORD_EXIT.rawValue) }
  func has(_ flag: Int) -> Bool { Int(head.pointee.flags) & flag != 0 }

  /// The name of the thread, in up to 16 bytes behind which NULs stand.
  func withCommand(_ body: (UnsafeRawBufferPointer) -> Void) {
    if let thread { withUnsafeBytes(of: thread.pointee.command, body) }
  }

  // MARK: The call: zeros where it is not told

  var abi: ABI { head.pointee.is32 != 0 ? .compat : .wide(number) }
  var number: UInt64 { call?.pointee.number ?? 0 }
  var instructionPointer: UInt64 { call?.pointee.instruction_pointer ?? 0 }
  var stackPointer: UInt64 { call?.pointee.stack_pointer ?? 0 }
  var arguments: InlineArray<6, UInt64> {
    guard let given = call?.pointee.arguments else { return .init(repeating: 0) }
    return [given.0, given.1, given.2, given.3, given.4, given.5]
  }

  // MARK: Chunks

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
    var isMemory: Bool { !isFile }
  }

  /// The chunks, in their order, up to one that does not lie within the record.
  struct Chunks: IteratorProtocol {
    private var rest: UnsafeRawBufferPointer

    fileprivate init(_ bytes: UnsafeRawBufferPointer) { rest = bytes }

    @inline(__always)
    mutating func next() -> Chunk? {
      let size = MemoryLayout<trapline_chunk>.size
      guard rest.count >= size, let start = rest.baseAddress else { return nil }
      let chunk = start.loadUnaligned(as: trapline_chunk.self)
      let got = Int(max(chunk.got, 0)), left = rest.count - size
      guard got <= left else { return nil }
      let taken = size + min((got + 7) & ~7, left)
      rest = UnsafeRawBufferPointer(start: start + taken, count: rest.count - taken)
      let flags = Int(chunk.flags)
      return Chunk(
        address: chunk.address, wanted: Int(chunk.wanted),
        bytes: UnsafeRawBufferPointer(start: start + size, count: got),
        isText: flags & TRAPLINE_CHUNK_TEXT != 0, isOfEntry: flags & TRAPLINE_CHUNK_AGAIN != 0,
        isFile: flags & TRAPLINE_CHUNK_FILE != 0)
    }
  }

  var chunks: Chunks { Chunks(chunkBytes) }
}
