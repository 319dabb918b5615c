import CTableFormat
import SyscallTables

/// One step of a decoded record: 24 bytes on a ``Tape``.
///
/// A record is a sequence of values. A value is a scalar token, a string token, or a group between an opening and a
/// closing token. A ``Kind/name`` token before a value gives the argument's or member's name.
public struct Token: Sendable, Equatable, BitwiseCopyable {
  public enum Kind: UInt8, Sendable, BitwiseCopyable {
    /// `operand`: index of the name in the tables' strings. Belongs to the next value.
    case name
    /// A number: `style`, `value` sign- or zero-extended from `width` bytes (`isSigned`).
    case number
    /// A number that a set names: `operand` = set, `value`. The set's kind (values, flags, bit numbers) says how.
    case set
    /// A number that the running kernel has a name for: `value` of `width` bytes; the name is `operand` of the tape's bytes
    /// from `extra` on.
    case named
    /// An address shown instead of what is there: unreadable, not wanted, or the call failed. `value`.
    case address
    /// Bytes: `value` = offset in the tape's bytes, `operand` = count, `text`; see the flags.
    case string
    /// `{`: a structure's members follow. `value` = its address.
    case structOpen
    case structClose
    /// What the structure behind it is called for short: `operand` = set, `value`. Stands instead of it, with `-X verbose`
    /// as a comment behind it, and not at all with `-X raw`.
    case alias
    /// `[`: elements follow. `value` = the address.
    case arrayOpen
    case arrayClose
    /// The index of the next element, to be shown by name: `operand` = set, `value` = index.
    case index
    /// Brackets round one value behind a pointer: `[5]`. `value` = the address.
    case referOpen
    case referClose
    /// `=>`: what follows is the state at exit of the value before it.
    case becomes
    /// Elements or members are left out.
    case ellipsis
    /// Something that cannot be told: `???`.
    case unknown
    /// The rest of an array cannot be read; `value` = address of the first element that cannot: `... /* 0x… */`.
    case unreadable
    /// A set of bits: `value` = offset of the bits in the tape's bytes, `extra` = their number, `operand` = set of
    /// names or 0, `bits`, `width` = bytes of the words they are kept in.
    case bits
    /// Text as it stands, in place of a value: `operand` = string in the tables.
    case words
    /// The call that goes on after a signal: `value` its number, `operand` its row in the numbers' table, 0 where it is not known.
    case resumed
    /// A note on the value before it, for text alone: `operand` = string in the tables, with `value` if it is ``Flags/numbered``.
    /// With the style `.seconds` a moment: `value` seconds since the epoch and `extra` nanoseconds, `width` digits of which
    /// are shown.
    case comment
    /// What is told of the value before it: `detail`. Members follow, up to a ``detailClose``.
    case detailOpen
    case detailClose
    /// Bytes behind the known part of a structure: as ``string``, `extra` = offset of the first in the structure, the
    /// upper half of `value` = how many they are, shown or not: `/* bytes 24..31 */ "\x88"`.
    case tail
    /// All of the data that a call moved by a descriptor, behind everything else on the tape: bytes as for ``string``;
    /// `extra` = 1 + the index of the buffer when there are several, else 0.
    case dump
    /// The dumps that follow belong to message `value` of several; `operand` = the number of its buffers.
    case dumpGroup
    /// What could not be read of the data before it, after some of it could: `value` = the address of the first byte,
    /// `extra` and `operand` = the upper and the lower half of how many they are.
    case dumpRest
    /// A structure that C writes as a call: `name(` values `)`; `operand` = string of the name.
    case callOpen
    case callClose
  }

  /// Bits of ``flags``.
  public struct Flags: OptionSet, Sendable, BitwiseCopyable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let signed = Flags(rawValue: 1)
    /// A string that was cut: more bytes follow in the tracee (`"abc"...`).
    public static let cut = Flags(rawValue: 2)
    /// A group whose elements are separated by spaces.
    public static let spaced = Flags(rawValue: 4)
    /// A structure without braces: its members stand in the enclosing one, or `extra` is what stands between them (up to
    /// two characters, the first in the low byte).
    public static let bare = Flags(rawValue: 16)
    /// A ``Kind/comment`` with a number.
    public static let numbered = Flags(rawValue: 32)
    /// A set's value that was in network order: `htons(ETH_P_IP)`. `value` is in the host's order.
    public static let networkOrder = Flags(rawValue: 64)
    /// A moment that only says in other words what the number says: left out by `-X raw`.
    public static let derived = Flags(rawValue: 128)
    /// A ``Kind/comment`` that names a structure that is not where it ought to be.
    public static let misplaced = Flags(rawValue: 64)
    /// A ``Kind/name`` that is always shown; a ``Kind/set`` in an explanation that is written as an argument would be.
    public static let always = Flags(rawValue: 128)
    /// A ``Kind/name`` in an explanation that text leaves out: the value speaks for itself.
    public static let forData = Flags(rawValue: 4)
    /// A ``Kind/name`` in an explanation that a colon joins to its value: `uts:[4026532177]`.
    public static let joined = Flags(rawValue: 8)
    /// A ``Kind/tail`` whose note stands behind it: `"\x88" /* bytes 24..24 */`.
    public static let noteBehind = Flags(rawValue: 128)
  }

  /// The value of a ``Kind/tail`` of `count` bytes, those that are shown from `offset` of the tape's bytes on.
  static func tail(at offset: Int, of count: Int) -> UInt64 {
    UInt64(UInt32(clamping: count)) << 32 | UInt64(UInt32(clamping: offset))
  }

  /// The lowest `width` bytes of a value; all of it where no width is known.
  @inlinable
  public static func mask(_ value: UInt64, width: UInt8) -> UInt64 {
    width >= 8 || width == 0 ? value : value & ((1 &<< (UInt64(width) &* 8)) &- 1)
  }

  public var kind: Kind
  /// How a scalar is shown.
  public var style: ScalarStyle
  /// Bytes of a scalar: 1, 2, 4 or 8.
  public var width: UInt8
  public var flags: Flags
  public var operand: UInt32
  public var value: UInt64
  public var extra: UInt32
  /// What bytes are.
  public var text: TextForm
  /// What bits are.
  public var bits: BitsForm
  /// What a ``Kind/detailOpen`` tells.
  public var detail: Detail

  /// Where the bytes that it refers to are on the tape, and how many; none for a kind that has none.
  @inlinable
  public var span: (offset: UInt64, count: UInt64) {
    switch kind {
    case .string, .dump: (value, UInt64(operand))
    case .named: (UInt64(extra), UInt64(operand))
    case .bits: (value, (UInt64(extra) &+ 7) / 8)
    case .tail: (value & 0xffff_ffff, UInt64(operand))
    default: (0, 0)
    }
  }

  @inlinable
  public init(
    _ kind: Kind, style: ScalarStyle = .decimal, text: TextForm = .path, bits: BitsForm = .signals,
    detail: Detail = .file, width: UInt8 = 0, flags: Flags = [], operand: UInt32 = 0, value: UInt64 = 0,
    extra: UInt32 = 0
  ) {
    self.kind = kind
    self.style = style
    self.text = text
    self.bits = bits
    self.detail = detail
    self.width = width
    self.flags = flags
    self.operand = operand
    self.value = value
    self.extra = extra
  }
}
