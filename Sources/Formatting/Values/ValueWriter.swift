import CTableFormat
import Decoding
import SyscallTables

/// How named constants are written (`-X`).
public enum ConstantStyle: Sendable {
  /// Numbers only.
  case raw
  /// Names only, numbers where there is no name.
  case abbreviated
  /// The number, and names as a comment.
  case verbose
}

/// Which strings are written in hexadecimal (`-x`, `-xx`, `--strings-in-hex=`).
public enum HexStrings: Sendable {
  case none
  /// Single bytes that cannot be printed, as `\xff` rather than `\377`.
  case nonASCIICharacters
  /// Whole strings that have a byte that cannot be printed.
  case nonASCII
  case all
}

/// Writes single values as text: numbers, constants, strings, sets of bits.
///
/// Pure functions of a value and the writer's settings; what stands around values is ``TapeWriter``'s concern.
struct ValueWriter: Sendable {
  /// What is asked for with `-X`.
  var style = ConstantStyle.abbreviated
  var hexStrings = HexStrings.none
  /// The ABI of the call that the values are from.
  var abi = ABI.x86_64
  /// Bytes of a `long` there.
  var wordSize = 8

  /// For names that are no values of a call: command names, paths in stacks.
  static let escaping = ValueWriter()
}

extension ByteBuffer {
  @inline(__always)
  mutating func append(_ text: TableString) { append(text.bytes) }

  @inline(__always)
  mutating func append(name offset: UInt32) { append(TableString(offset).bytes) }
}
