import CTableFormat
import Decoding
import Glibc
import SyscallTables

/// Which calls are shown by what they work on: files by path (`-P`), descriptors by number (`--trace-fds`). One that fits is
/// enough.
///
/// A path counts where strace(1) looks for one: behind each descriptor of a directory, and otherwise as the first argument;
/// both count in calls that name two files that are there, and the second alone where the first says what a link contains.
public struct ObjectSelection: Sendable {
  /// Paths as a call may give them or as a descriptor's link names them.
  public var paths: [[UInt8]] = []
  public var descriptors: @Sendable (Int32) -> Bool = { _ in false }

  public init() {}

  /// Whether the part of a call that is known at its entry names one of the objects.
  public func fits(_ call: CallRecord, by tracee: TraceeIdentity) -> Bool {
    let tokens = call.tape.tokens
    return call.tape.bytes.withUnsafeBytes { bytes in
      var barePaths = 0
      var isBehindDirectory = false
      for token in tokens.prefix(call.entryTokens) {
        switch token.kind {
        case .name, .annotation, .comment: continue
        case .string where token.text == .path:
          let counts = isBehindDirectory || Self.counts(bare: barePaths, of: call.entry)
          if !isBehindDirectory { barePaths += 1 }
          if counts, fits(Self.slice(bytes, token.value, UInt64(token.operand))) { return true }
        case .number where token.style == .fd || token.style == .dirfd:
          if fits(Int32(truncatingIfNeeded: token.value), of: tracee.tid) { return true }
        case .bits where token.bits == .descriptors:
          if fits(bits: token, bytes, of: tracee.tid) { return true }
        default: break
        }
        isBehindDirectory = token.kind == .number && token.style == .dirfd
      }
      return false
    }
  }

  /// Whether a path without a directory's descriptor before it counts; `index` is its place among such.
  private static func counts(bare index: Int, of call: SyscallNumber?) -> Bool {
    guard let name = call?.name else { return false }
    if Self.twoFiles.contains(where: name.matches) { return true }
    return index == (Self.contentFirst.contains(where: name.matches) ? 1 : 0)
  }

  private static let twoFiles = ["link", "mount", "pivot_root"]
  private static let contentFirst = ["symlink", "symlinkat"]

  private func fits(bits token: Token, _ bytes: UnsafeRawBufferPointer, of tid: Int32) -> Bool {
    (0..<Int32(clamping: token.extra)).contains { bit in
      let byte = Self.slice(bytes, token.value &+ UInt64(bit / 8), 1)
      return byte.first.map { $0 >> UInt8(bit % 8) & 1 == 1 } == true && fits(bit, of: tid)
    }
  }

  private static func slice(
    _ bytes: UnsafeRawBufferPointer, _ offset: UInt64, _ count: UInt64
  ) -> Slice<UnsafeRawBufferPointer> {
    guard offset <= UInt64(bytes.count), count <= UInt64(bytes.count) - offset else { return bytes[0..<0] }
    return bytes[Int(offset)..<Int(offset + count)]
  }

  private func fits(_ path: Slice<UnsafeRawBufferPointer>) -> Bool {
    paths.contains { $0.elementsEqual(path) }
  }

  private func fits(_ descriptor: Int32, of tid: Int32) -> Bool {
    guard descriptor >= 0 else { return false }
    if descriptors(descriptor) { return true }
    guard !paths.isEmpty, let path = Self.link("/proc/\(tid)/fd/\(descriptor)") else { return false }
    return paths.contains(path)
  }

  /// Where a symbolic link points to; see readlink(2).
  private static func link(_ name: String) -> [UInt8]? {
    var target = [UInt8](repeating: 0, count: Int(PATH_MAX))
    let length = target.withUnsafeMutableBytes { buffer in
      buffer.baseAddress.map { readlink(name, $0.assumingMemoryBound(to: CChar.self), buffer.count) } ?? -1
    }
    return length > 0 ? Array(target.prefix(length)) : nil
  }
}
