import CTableFormat
import Decoding
import SyscallTables

/// A value on a tape, or the beginning of one that holds others.
public struct Node {
  public enum Kind: Sendable {
    /// A number, named by constants or not: ``Scalar`` tells what it means.
    case number
    /// Text, a path, data: ``TapeCursor/bytes(of:)``.
    case bytes
    /// A set of bits.
    case bits
    /// Members with names; enter it.
    case structure
    /// Elements, which have no names; enter it.
    case array
    /// One number that is shown in parts, which are its members; see ``TapeCursor/whole(_:wordSize:_:)``.
    case parts
    /// An address behind which nothing was read; 0 is the null pointer.
    case address
    /// What follows cannot be read, from an address on.
    case unreadable
    /// Members or elements are left out.
    case omitted
    /// What cannot be told.
    case unknown
    /// Bytes behind the known part of a structure.
    case tail
  }

  public enum Name: Equatable, Sendable {
    case none
    /// A string of the tables.
    case member(UInt32)
    /// The index of an element, which a set names.
    case element(set: UInt32, index: UInt64)
  }

  public let kind: Kind
  public let token: Token
  public let name: Name
  /// It is what the value before it became by the call.
  public let isAfter: Bool

  /// Whether it holds others.
  public var isGroup: Bool {
    switch kind {
    case .structure, .array, .parts: true
    case .number, .bytes, .bits, .address, .unreadable, .omitted, .unknown, .tail: false
    }
  }

  /// Whether it is the number of a descriptor, which may stand for a directory.
  public var isDescriptor: Bool { token.kind == .number && (token.style == .fd || token.style == .dirfd) }
  /// Whether paths behind it may be relative to it.
  public var isDirectory: Bool { token.kind == .number && token.style == .dirfd }

  /// The string of the tables that names it; nil for what has no name, or one that a set gives.
  public var memberName: TableString? {
    if case .member(let name) = name { TableString(name) } else { nil }
  }
}
