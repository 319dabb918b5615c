import CLinux
import Glibc
import Linux

/// The memory of a stopped thread.
extension PtraceStop {
  /// Copies memory from `address` on into `buffer`; returns how many bytes were there, from the first on.
  public func readMemory(_ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    kernel.memory(of: tid, address, into: buffer)
  }

  /// Overwrites memory from `address` on; returns how many bytes were written, from the first on.
  public func writeMemory(_ address: UInt64, _ bytes: [UInt8]) -> Int {
    // A borrowed stop cannot be used in a closure.
    let (kernel, tid) = (kernel, tid)
    return bytes.withUnsafeBytes { Self.write($0, to: address, kernel, tid) }
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, to address: UInt64, _ kernel: Kernel, _ tid: Int32
  ) -> Int {
    guard bytes.count > 0 else { return 0 }
    let written = kernel.usesOnlyPresentMemory ? 0 : max(0, kernel.writeMemory(tid, address, bytes))
    guard written < bytes.count else { return written }
    let rest = UnsafeRawBufferPointer(rebasing: bytes[written...])
    return written + force(rest, to: address &+ UInt64(written), tid)
  }

  /// Overwrites memory that the thread itself may not write to: constants, its program. Waits for no other thread.
  private static func force(_ bytes: UnsafeRawBufferPointer, to address: UInt64, _ tid: Int32) -> Int {
    let memory = open("/proc/\(tid)/mem", O_WRONLY | O_CLOEXEC)
    guard memory >= 0 else { return 0 }
    defer { close(memory) }
    return max(0, pwrite(memory, bytes.baseAddress, bytes.count, off_t(truncatingIfNeeded: address)))
  }
}

/// What a memory window on the thread that stopped last needs. Only while the stop lasts does it mean anything.
extension Kernel {
  /// By process_vm_readv(2), which copies page by page and stops at the first that is absent; word by word where that
  /// call is missing or forbidden.
  @inline(__always)
  public func memory(of tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    guard buffer.count > 0 else { return 0 }
    if usesOnlyPresentMemory { return memoryThatIsThere(tid, address, into: buffer) }
    let got = readMemory(tid, address, into: buffer)
    if got >= 0 { return got }
    return got == -Int(ENOSYS) || got == -Int(EPERM) ? peekMemory(tid, address, into: buffer) : 0
  }

  /// Copies up to eight bytes of the memory that a call of the thread has just written to; false when they cannot all
  /// be had this way.
  ///
  /// By `PTRACE_PEEKDATA`, which costs half of what process_vm_readv(2) does, but takes no notice of what the thread
  /// itself may read.
  public func word(of tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Bool {
    guard buffer.count <= 8 else { return false }
    var word: UInt = 0
    let result = withUnsafeMutablePointer(to: &word) {
      ptrace(Int32(PTRACE_PEEKDATA), tid, UInt(truncatingIfNeeded: address), UInt(bitPattern: $0))
    }
    guard result >= 0 else { return false }
    withUnsafeBytes(of: &word) { buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[..<buffer.count])) }
    return true
  }

  /// By `/proc/TID/mem`, see proc(5): unlike process_vm_readv(2) that fails where a page is missing that another thread is to
  /// fill.
  private func memoryThatIsThere(_ tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let memory = open("/proc/\(tid)/mem", O_RDONLY | O_CLOEXEC)
    guard memory >= 0 else { return peekMemory(tid, address, into: buffer) }
    defer { close(memory) }
    return max(0, pread(memory, buffer.baseAddress, buffer.count, off_t(truncatingIfNeeded: address)))
  }

  private func peekMemory(_ tid: Int32, _ address: UInt64, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    var done = 0
    while done < buffer.count {
      let at = address &+ UInt64(done)
      let within = Int(at & 7)
      var word: UInt = 0
      let result = withUnsafeMutablePointer(to: &word) {
        ptrace(Int32(PTRACE_PEEKDATA), tid, UInt(at &- UInt64(within)), UInt(bitPattern: $0))
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
