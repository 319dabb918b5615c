import CLinux
import Glibc
import Linux

/// Virtual CPUs of KVM; see <linux/kvm.h>.
enum VirtualCPU {
  /// The 32 bits at an offset of the first page that a virtual CPU shares with who maps its descriptor (`struct kvm_run`);
  /// nil when the descriptor is no virtual CPU's.
  ///
  /// Read through a copy of the descriptor, so that neither where the tracee has mapped it nor another machine's CPU of the
  /// same number matters. Both are gone when this returns: they would keep the machine alive.
  static func number(at offset: Int, sharedBy fd: Int32, _ tid: Int32) -> UInt32? {
    // What another descriptor would do when it is mapped cannot be told.
    guard let link = SmallFile.link("/proc/\(tid)/fd/\(fd)"), link.starts(with: "anon_inode:kvm-vcpu:".utf8) else {
      return nil
    }
    let size = Int(getpagesize())
    guard offset >= 0, offset <= size - MemoryLayout<UInt32>.size else { return nil }
    let copy = tl_take_descriptor(Process.leader(of: tid), fd)
    guard copy >= 0 else { return nil }
    defer { close(copy) }
    guard let page = mmap(nil, size, PROT_READ, MAP_SHARED, copy, 0), page != MAP_FAILED else { return nil }
    defer { munmap(page, size) }
    return page.loadUnaligned(fromByteOffset: offset, as: UInt32.self)
  }
}
