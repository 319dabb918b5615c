import Decoding
import Ptrace

/// Where what a stop tells is put: one for all stops.
final class StopPlace {
  let memory: StoppedMemory
  /// The call that the thread makes or returns from.
  let info = SyscallInfo()
  let signalInformation = UnsafeMutableRawBufferPointer.allocate(
    byteCount: PtraceStop.signalInformationSize, alignment: 8)
  /// For a path that is looked at; see ``OpenedPaths``.
  let path = UnsafeMutableRawBufferPointer.allocate(byteCount: 4096, alignment: 8)

  init(_ kernel: Kernel) { memory = StoppedMemory(kernel) }

  deinit {
    signalInformation.deallocate()
    path.deallocate()
  }
}

/// The memory of the thread whose stop is being handled: means something only as long as that lasts.
final class StoppedMemory: TraceeMemory {
  private let kernel: Kernel
  private var tid: Int32 = 0
  /// Whether the thread is returning from a call that succeeded, so that what is asked for is what the call wrote.
  private var isWritten = false

  init(_ kernel: Kernel) { self.kernel = kernel }

  /// From now on it is that thread's.
  @inline(__always)
  func look(at stop: borrowing PtraceStop, isWritten: Bool) {
    tid = stop.tid
    self.isWritten = isWritten
  }

  override var givesPages: Bool { true }

  override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    if isWritten && buffer.count <= 8 && kernel.word(of: tid, address, into: buffer) { return buffer.count }
    return kernel.memory(of: tid, address, into: buffer)
  }
}
