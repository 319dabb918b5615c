import CTableFormat
import Decoding
import SyscallTables

/// Writes single values as text: numbers, constants, strings, sets of bits.
///
/// Pure functions of a value and the writer's settings; what stands around values is ``TapeWriter``'s concern.
struct ValueWriter: Sendable {
  /// What is asked for with `-X`.
  var style = ConstantStyle.abbreviated
  var hexStrings = HexStrings.none
  /// The ABI of the call that the values are from.
  var abi = ABI.native
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
