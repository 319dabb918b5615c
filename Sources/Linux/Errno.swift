import CLinux
import Glibc

/// An error of the kernel; see errno(3).
public struct Errno: Error, Hashable, Sendable, RawRepresentable, CustomStringConvertible {
  public let rawValue: Int32
  public init(rawValue: Int32) { self.rawValue = rawValue }

  /// The largest that the kernel returns, its MAX_ERRNO: a result of -4095 to -1 is an error.
  public static let most: Int64 = 4095

  /// Whether a call's result is an error.
  @inlinable public static func isError(_ result: Int64) -> Bool { result < 0 && result >= -most }

  public static let notPermitted = Errno(rawValue: EPERM)
  public static let noSuchFileOrDirectory = Errno(rawValue: ENOENT)
  public static let invalidArgument = Errno(rawValue: EINVAL)
  public static let noSpace = Errno(rawValue: ENOSPC)
  public static let noSuchProcess = Errno(rawValue: ESRCH)

  /// What it means: `No such process`.
  public var description: String { String(cString: strerror(rawValue)) }

  /// The name that manuals use: `ESRCH`.
  public var name: String? { tl_error_name(rawValue).map { String(cString: $0) } }
}

/// A result of the C layer: a value, or -errno, which is thrown.
@inline(__always) @discardableResult
package func checked(_ result: Int) throws(Errno) -> Int {
  guard result >= 0 else { throw Errno(rawValue: Int32(truncatingIfNeeded: -result)) }
  return result
}
