import CLinux
import Glibc

/// A file in memory, for what can only be written to a descriptor (memfd_create(2)).
public struct ScratchFile: ~Copyable {
  public let descriptor: Int32

  public init() throws(Errno) {
    descriptor = Int32(try checked(Int(tl_memory_file("trapline"))))
  }

  deinit { close(descriptor) }

  /// What was written, from the beginning on.
  public func contents() throws(Errno) -> [UInt8] {
    let size = lseek(descriptor, 0, SEEK_END)
    guard size >= 0 else { throw Errno(rawValue: errno) }
    var got = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
      got = pread(descriptor, buffer.baseAddress, size, 0)
      count = max(0, got)
    }
    guard got == size else { throw Errno(rawValue: got < 0 ? errno : EIO) }
    return bytes
  }
}
