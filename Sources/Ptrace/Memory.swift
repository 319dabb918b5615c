import CLinux
import Glibc
import Linux

extension TracedThread {
  /// Copies memory from `address` on into `buffer`; returns how many bytes were there, from the first on.
  ///
  /// By process_vm_readv(2), which copies page by page and stops at the first that is absent; word by word where that
  /// call is missing or forbidden.
  @inline(__always)
  public func readMemory(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard let base = buffer.baseAddress, buffer.count > 0 else { return 0 }
    let got = tl_read_memory(tid, address, base, buffer.count)
    if got >= 0 { return got }
    return got == -Int(ENOSYS) || got == -Int(EPERM) ? peekMemory(address, into: buffer) : 0
  }

  /// Copies up to eight bytes of the memory that a call of the thread has just written to; false when they cannot all be
  /// had this way.
  ///
  /// By `PTRACE_PEEKDATA`, which costs half of what process_vm_readv(2) does, but takes no notice of what the thread itself
  /// may read.
  public func readWord(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard buffer.count <= 8 else { return false }
    var word: UInt = 0
    let result = withUnsafeMutablePointer(to: &word) {
      tl_ptrace(Int(PTRACE_PEEKDATA), tid, UInt(truncatingIfNeeded: address), UInt(bitPattern: $0))
    }
    guard result >= 0 else { return false }
    withUnsafeBytes(of: &word) { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<buffer.count])) }
    return true
  }

  /// Overwrites memory from `address` on; returns how many bytes were written, from the first on.
  public func writeMemory(_ address: UInt64, _ bytes: UnsafeRawBufferPointer) -> Int {
    guard let base = bytes.baseAddress, bytes.count > 0 else { return 0 }
    let written = max(0, tl_write_memory(tid, address, base, bytes.count))
    guard written < bytes.count else { return written }
    return written + forceMemory(address &+ UInt64(written), UnsafeRawBufferPointer(rebasing: bytes[written...]))
  }

  /// Overwrites memory that the tracee itself may not write to: constants, its program.
  private func forceMemory(_ address: UInt64, _ bytes: UnsafeRawBufferPointer) -> Int {
    let memory = open("/proc/\(tid)/mem", O_WRONLY | O_CLOEXEC)
    guard memory >= 0 else { return 0 }
    defer { close(memory) }
    return max(0, pwrite(memory, bytes.baseAddress, bytes.count, off_t(truncatingIfNeeded: address)))
  }

  private func peekMemory(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
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
