import SystemPackage

public typealias Errno = SystemPackage.Errno

/// A result of the C layer: a value, or -errno, which is thrown.
@inline(__always) @discardableResult
func checked(_ result: Int) throws(Errno) -> Int {
  guard result >= 0 else { throw Errno(rawValue: Int32(truncatingIfNeeded: -result)) }
  return result
}
