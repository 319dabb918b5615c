import Decoding
import Glibc
import SyscallTables
import Values

/// Which calls are shown by what they work on: files by path (`-P`), descriptors by number (`--trace-fds`). One that fits is
/// enough.
///
/// A path counts where strace(1) looks for one: behind each descriptor of a directory, and otherwise as the first argument;
/// both count in calls that name two files that are there, and the second alone where the first says what a link contains.
/// The descriptor of what is being configured does not count.
public struct ObjectSelection: Sendable {
  /// Paths as a call may give them or as a descriptor's link names them.
  public var paths: [[UInt8]] = []
  public var descriptors: @Sendable (Int32) -> Bool = { _ in false }

  public init() {}

  /// Whether the part of a call that is known at its entry names one of the objects.
  public func fits(_ call: CallRecord, by tracee: TraceeIdentity) -> Bool {
    var cursor = TapeCursor(call.tape, 0..<call.entryTokens)
    var walk = Walk()
    return fits(&cursor, &walk, call, tracee.tid)
      || call.descriptorsNotShown.contains { fits($0, of: tracee.tid) }
  }

  /// What was seen of a call's values.
  private struct Walk {
    var barePaths = 0
    var isBehindDirectory = false
    /// Values of any kind.
    var values = 0
  }

  private func fits(_ cursor: inout TapeCursor, _ walk: inout Walk, _ call: CallRecord, _ tid: Int32) -> Bool {
    while let node = cursor.next() {
      let isBehindDirectory = walk.isBehindDirectory
      walk.isBehindDirectory = node.isDirectory
      let isFirst = walk.values == 0
      walk.values += 1
      switch node.kind {
      case .bytes where node.token.text == .path:
        let counts = isBehindDirectory || Self.counts(bare: walk.barePaths, isFirst: isFirst, of: call.entry)
        if !isBehindDirectory { walk.barePaths += 1 }
        if counts, paths.contains(where: { $0.elementsEqual(cursor.bytes(of: node)) }) { return true }
      case .number where node.isDescriptor:
        let counts = !isFirst || call.entry?.flags.contains(.firstChoosesNot) != true
        if counts, fits(Int32(truncatingIfNeeded: node.token.value), of: tid) { return true }
      case .bits where node.token.bits == .descriptors:
        let bits = BitSet(node.token, bits: cursor.bytes(of: node))
        if bits.members.contains(where: { fits(Int32(clamping: $0), of: tid) }) { return true }
      default:
        guard node.isGroup, let level = cursor.enter(node) else { continue }
        if fits(&cursor, &walk, call, tid) { return true }
        cursor.leave(level)
      }
    }
    return false
  }

  /// Whether a path without a directory's descriptor before it counts; `index` is its place among such, and it `isFirst` of
  /// all values.
  private static func counts(bare index: Int, isFirst: Bool, of call: SyscallNumber?) -> Bool {
    guard let flags = call?.flags else { return index == 0 }
    if flags.contains(.namesTwoFiles) { return true }
    return flags.contains(.firstChoosesNot) ? !isFirst : index == 0
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
