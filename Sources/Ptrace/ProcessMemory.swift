import CLinux
import Decoding

/// The memory of a thread that is stopped, by process_vm_readv(2).
///
/// One serves all tracees: ``tid`` says whose memory is meant.
public final class ProcessMemory: TraceeMemory {
  public var tid: Int32 = 0
  private var mayReadDirectly = true

  public override init() {}

  /// The kernel copies page by page and stops at the first that is absent, so one call serves whatever is there.
  public override func read(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
    if mayReadDirectly {
      let got = tl_read_memory(tid, address, base, buffer.count)
      if got >= 0 { return got }
      if got == -Int(ENOSYS) || got == -Int(EPERM) { mayReadDirectly = false } else { return 0 }
    }
    return peek(address, into: buffer)
  }

  /// Overwrites memory at `address`; returns how many bytes were written, from the first on.
  public func write(_ address: UInt64, _ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress else { return 0 }
    return max(0, tl_write_memory(tid, address, base, bytes.count))
  }

  /// Word by word, where process_vm_readv(2) is missing or forbidden.
  private func peek(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var done = 0
    while done < buffer.count {
      let at = address &+ UInt64(done)
      let within = Int(at & 7)
      var word: UInt = 0
      let result = withUnsafeMutablePointer(to: &word) {
        tl_ptrace(Int(PTRACE_PEEKDATA), tid, UInt(at &- UInt64(within)), UInt(bitPattern: $0))
      }
      guard result >= 0 else { return done }
      let count = min(8 - within, buffer.count - done)
      withUnsafeBytes(of: &word) { bytes in
        for index in 0..<count { buffer[done + index] = bytes[within + index] }
      }
      done += count
    }
    return done
  }
}
