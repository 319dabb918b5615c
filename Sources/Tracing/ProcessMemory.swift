import Decoding
import Ptrace

/// The memory of a stopped thread. One serves all tracees: ``thread`` says whose is meant.
final class ProcessMemory: TraceeMemory {
  var thread = TracedThread(tid: 0)
  /// Whether the thread is returning from a call that succeeded, so that what is asked for is what the call wrote.
  var isWritten = false

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if isWritten && buffer.count <= 8 && thread.readWord(address, into: buffer) { return buffer.count }
    return thread.readMemory(address, into: buffer)
  }
}
