import Decoding
import Ptrace

/// The memory of a thread as it is now, stopped or not.
final class LiveMemory: TraceeMemory {
  private let kernel: Kernel
  var tid: Int32 = 0

  init(_ kernel: Kernel) { self.kernel = kernel }

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    kernel.memory(of: tid, address, into: buffer)
  }

  override var givesPages: Bool { true }
}
