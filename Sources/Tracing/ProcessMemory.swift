import Decoding
import Ptrace

/// The memory of a stopped thread. One serves all tracees: ``thread`` says whose is meant.
final class ProcessMemory: TraceeMemory {
  var thread = TracedThread(tid: 0)

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    thread.readMemory(address, into: buffer)
  }
}
