import CSyscallTables

/// A name or text of the compiled tables. Constant data: it costs nothing to make or keep one.
public struct TableString: Sendable, Equatable, CustomStringConvertible {
  /// Byte offset in the tables' strings; 0 is the empty string.
  public let offset: UInt32

  @inlinable public init(_ offset: UInt32) { self.offset = offset }

  @inlinable public var isEmpty: Bool { offset == 0 }

  /// Its UTF-8 bytes, without the NUL. They live as long as the program.
  @inlinable public var bytes: UnsafeRawBufferPointer {
    guard offset != 0, let start = UnsafeRawPointer(tl_string_at(offset)) else {
      return UnsafeRawBufferPointer(start: nil, count: 0)
    }
    return UnsafeRawBufferPointer(start: start, count: Int(start.load(fromByteOffset: -1, as: UInt8.self)))
  }

  public var description: String { String(decoding: bytes, as: UTF8.self) }

  /// Whether it is `text`, compared as bytes.
  @inlinable public func matches(_ text: some StringProtocol) -> Bool {
    text.utf8.withContiguousStorageIfAvailable { matches(UnsafeRawBufferPointer($0)) } ?? bytes.elementsEqual(text.utf8)
  }

  @inlinable func matches(_ text: UnsafeRawBufferPointer) -> Bool {
    let bytes = bytes
    guard bytes.count == text.count else { return false }
    for index in 0..<bytes.count where bytes[index] != text[index] { return false }
    return true
  }
}

/// A type of the compiled tables, as an opaque index.
public struct TypeIndex: Sendable, Equatable {
  public let rawValue: UInt32
  @inlinable public init(rawValue: UInt32) { self.rawValue = rawValue }
  public static let none = TypeIndex(rawValue: 0)
}
