import CLinux
import Decoding
import Linux

/// Security contexts of SELinux: a file has its own in an extended attribute, a process in a file of `/proc`.
struct SecurityContexts {
  /// Whether user, role and level are shown too, not only the type.
  let whole: Bool
  /// The contexts that files ought to have; nil when nobody asks, or nothing is known of them.
  let expected: ExpectedContexts?

  /// The context of the file that a path leads to, symbolic links followed.
  func context(ofFile path: String) -> SecurityContext? {
    guard let context = Self.attribute(of: path).map(shown), !context.isEmpty else { return nil }
    let expected = expected?.context(of: path).map(shown)
    return SecurityContext(context: context, expected: expected == context ? nil : expected)
  }

  /// The context of a process or thread.
  func context(ofProcess id: Int32) -> SecurityContext? {
    SmallFile.read("/proc/\(id)/attr/current").flatMap { context(inAttribute: $0) }
  }

  func context(inAttribute attribute: [UInt8]) -> SecurityContext? {
    let context = attribute.prefix { $0 != 0 && $0 != UInt8(ascii: "\n") }
    // What else the file may hold is another security module's, which has no types.
    guard Self.fields(context).count > Self.type else { return nil }
    return SecurityContext(context: shown(Array(context)))
  }

  /// `user_home_t` of `unconfined_u:object_r:user_home_t:s0`, or the whole.
  private func shown(_ context: [UInt8]) -> [UInt8] {
    let fields = Self.fields(context[...])
    return whole || fields.count <= Self.type ? context : Array(fields[Self.type])
  }

  /// The place of the type among a context's fields.
  private static let type = 2

  private static func fields(_ context: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    context.split(separator: UInt8(ascii: ":"))
  }

  /// The attribute of a file; nil when it has none. See xattr(7).
  private static func attribute(of path: String) -> [UInt8]? {
    text { tl_file_context(path, $0, $1) }
  }

  /// What a function of C writes, up to a NUL; nil when it fails.
  static func text(_ write: (UnsafeMutablePointer<CChar>?, Int) -> Int) -> [UInt8]? {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 4096) { buffer in
      let length = write(buffer.baseAddress, buffer.count)
      return length < 0 ? nil : buffer.prefix(length).prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    }
  }
}
