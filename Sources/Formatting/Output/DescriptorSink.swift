import Glibc

/// Writes to a descriptor: whole buffers to a file, a line at a time to what a person may be watching.
public final class DescriptorSink: OutputSink {
  /// When bytes move on.
  public enum Policy: Sendable {
    /// To a terminal, a pipe or a descriptor that the tracee may share: after every event, before the tracee goes on.
    case live
    /// To a file: at 64 KiB, when the oldest byte is some milliseconds old, and at every end.
    case buffered
  }

  /// Bytes at which a buffered sink writes.
  public static let fullBuffer = 1 << 16
  /// Nanoseconds after which a buffered sink writes.
  public static let greatestAge: UInt64 = 8_000_000

  private let descriptor: Int32
  private let policy: Policy
  private let closesDescriptor: Bool
  private let onFailure: (Int32) -> Void
  @exclusivity(unchecked) private var hasFailed = false
  /// CLOCK_MONOTONIC_COARSE when the oldest byte was appended; 0 when nothing waits.
  @exclusivity(unchecked) private var oldest: UInt64 = 0

  /// - Parameters:
  ///   - descriptor: open for writing.
  ///   - closesDescriptor: whether ``close()`` closes it.
  ///   - onFailure: called once, with the errno of the first write that failed; what comes later is discarded.
  public init(
    descriptor: Int32, policy: Policy, closesDescriptor: Bool = false, onFailure: @escaping (Int32) -> Void = { _ in }
  ) {
    self.descriptor = descriptor
    self.policy = policy
    self.closesDescriptor = closesDescriptor
    self.onFailure = onFailure
    super.init()
    if policy == .buffered { buffer.reserve(Self.fullBuffer + (1 << 12)) }
  }

  /// The policy that suits a descriptor that nobody shares: files and devices (`/dev/null`) are buffered, terminals,
  /// pipes and sockets live.
  public static func policy(for descriptor: Int32) -> Policy {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return .live }
    switch status.st_mode & S_IFMT {
    case S_IFREG: return .buffered
    case S_IFCHR: return isatty(descriptor) == 0 ? .buffered : .live
    default: return .live
    }
  }

  public override var isLive: Bool { policy == .live }

  public override func settle() {
    guard !buffer.isEmpty else { return }
    if policy == .live || buffer.count >= Self.fullBuffer { return flush() }
    let now = Self.coarseClock()
    if oldest == 0 {
      oldest = now
    } else if now &- oldest >= Self.greatestAge {
      flush()
    }
  }

  public override func flush() {
    oldest = 0
    guard !buffer.isEmpty else { return }
    if !hasFailed, let error = buffer.withBytes(write) {
      hasFailed = true
      onFailure(error)
    }
    buffer.removeAll()
  }

  public override func close() {
    flush()
    if closesDescriptor { _ = Glibc.close(descriptor) }
  }

  /// Writes all bytes, however many calls that takes; the errno of the one that failed.
  private func write(_ bytes: UnsafeRawBufferPointer) -> Int32? {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let written = Glibc.write(descriptor, start, rest.count)
      if written > 0 {
        rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(written))
        continue
      }
      switch errno {
      case EINTR: continue
      case EAGAIN: waitUntilWritable()
      default: return errno
      }
    }
    return nil
  }

  /// Somebody has made the descriptor non-blocking: waits until it takes more.
  private func waitUntilWritable() {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    _ = poll(&request, 1, 1000)
  }

  private static func coarseClock() -> UInt64 {
    var now = timespec()
    clock_gettime(CLOCK_MONOTONIC_COARSE, &now)
    return UInt64(bitPattern: Int64(now.tv_sec)) &* 1_000_000_000 &+ UInt64(bitPattern: Int64(now.tv_nsec)) | 1
  }
}
