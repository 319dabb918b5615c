import CTableFormat
import Decoding
import Glibc
import SyscallTables

/// A number of a tape and what it means: sign, width and byte order applied, and the constants that name it.
public struct Scalar {
  public let token: Token
  private let abi: ABI
  private let wordSize: Int
  private let contents: UnsafeRawBufferPointer

  /// - Parameters:
  ///   - node: a value of the kind ``Node/Kind/number``.
  ///   - cursor: on its tape.
  ///   - abi: that of the call, with the bytes of a `long` there.
  public init(_ node: Node, on cursor: TapeCursor, abi: ABI, wordSize: Int) {
    self.init(node.token, bytes: cursor.bytes(of: node), abi: abi, wordSize: wordSize)
  }

  public init(
    _ token: Token, bytes: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0), abi: ABI,
    wordSize: Int
  ) {
    self.token = token
    contents = bytes
    self.abi = abi
    self.wordSize = wordSize
  }

  /// The lowest bytes, as many as it has: what C's `unsigned` of its width holds.
  public var bits: UInt64 { Token.mask(token.value, width: token.width) }

  /// Whether ``word`` has a sign.
  public var isSigned: Bool {
    switch token.kind {
    case .number:
      Self.isAlwaysSigned(token.style) || isNone || token.flags.contains(.signed) && token.style != .waitStatus
    case .set: token.flags.contains(.signed)
    default: false
    }
  }

  /// The number, in the host's byte order: as an `Int64` where it has a sign, else unsigned.
  public var word: UInt64 {
    if token.kind == .set { return constant }
    guard token.kind == .number else { return bits }
    switch token.style {
    case .fd, .unresolvedFD, .pid, .tgid, .pgid, .sid:
      return UInt64(bitPattern: Self.whole(token.value, width: token.width))
    // The kernel takes these as an int, whatever the width.
    case .dirfd, .signal, .negativeErrno:
      return UInt64(bitPattern: Int64(Int32(truncatingIfNeeded: token.value)))
    case .uid, .gid: return isNone ? .max : Token.mask(token.value, width: token.width == 2 ? 2 : 4)
    // Its parts are bits, whatever sign an int has.
    case .waitStatus: return Token.mask(token.value, width: 4)
    case .port, .networkShort: return UInt64(UInt16(truncatingIfNeeded: token.value).byteSwapped)
    case .networkLong: return UInt64(UInt32(truncatingIfNeeded: token.value).byteSwapped)
    default: return token.flags.contains(.signed) ? token.value : bits
    }
  }

  public var integer: Int128 { isSigned ? Int128(Int64(bitPattern: word)) : Int128(word) }

  private static func isAlwaysSigned(_ style: ScalarStyle) -> Bool {
    switch style {
    case .fd, .unresolvedFD, .pid, .tgid, .pgid, .sid, .dirfd, .signal, .negativeErrno: true
    default: false
    }
  }

  /// No user or group: all bits are set, shown as -1.
  private var isNone: Bool {
    guard token.style == .uid || token.style == .gid else { return false }
    let width: UInt8 = token.width == 2 ? 2 : 4
    return Token.mask(token.value, width: width) == Token.mask(.max, width: width)
  }

  /// A signed number of C's `int` or `long`.
  @inline(__always)
  public static func whole(_ value: UInt64, width: UInt8) -> Int64 {
    switch width {
    case 8: Int64(bitPattern: value)
    case 2: Int64(Int16(truncatingIfNeeded: value))
    default: Int64(Int32(truncatingIfNeeded: value))
    }
  }

  /// What a set names: some keep their values in network order.
  private var constant: UInt64 {
    let value =
      token.operand != 0 && Tables.set(token.operand).flags.contains(.htons)
      ? UInt64(UInt16(truncatingIfNeeded: token.value).byteSwapped) : token.value
    return token.flags.contains(.signed) ? value : Token.mask(value, width: token.width)
  }

  // MARK: Names

  /// The set whose constants name it; 0 when none does.
  public var set: UInt32 {
    guard token.kind == .number else { return token.kind == .set ? token.operand : 0 }
    return switch token.style {
    case .clock: NamedSets.clocks
    case .keySerial: NamedSets.keySerials
    case .architecture: NamedSets.architectures
    case .fourCC: NamedSets.pixelFormats
    default: 0
    }
  }

  /// Whether it is of a kind that has names, even if it has none itself.
  public var isNamed: Bool {
    switch token.kind {
    case .set, .named, .resumed: return true
    case .number: break
    default: return false
    }
    switch token.style {
    case .errno, .syscall, .foreignCall, .rlimit, .rlimit64, .interface, .ioPriority, .personality, .negativeErrno,
      .quotaCommand, .control, .ioctl, .fileMode, .signal, .clock, .keySerial, .architecture, .fourCC:
      return true
    default: return false
    }
  }

  /// Calls `body` with each name that is in it; returns the bits without one.
  @discardableResult
  public func names(_ body: (ConstantName) -> Void) -> UInt64 {
    switch token.kind {
    case .named: body(.bytes(contents))
    case .resumed: if token.operand != 0 { body(.name(SyscallNumber(index: token.operand).name)) }
    case .set: return Self.names(of: constant, in: token.operand, width: token.width, wordSize: wordSize, body)
    case .number: return namesOfNumber(body)
    default: break
    }
    return 0
  }

  private func namesOfNumber(_ body: (ConstantName) -> Void) -> UInt64 {
    switch token.style {
    case .signal:
      ConstantName(signal: UInt64(UInt32(truncatingIfNeeded: token.value))).map(body)
    case .errno: ErrorNumber(rawValue: Int32(truncatingIfNeeded: bits)).name.map { body(.name($0)) }
    case .negativeErrno:
      let number = Int32(truncatingIfNeeded: token.value)
      if number < 0 { ErrorNumber(rawValue: 0 &- number).name.map { body(.name($0)) } }
    case .syscall: SyscallNumber(abi: abi, number: bits).map { body(.name($0.name)) }
    case .foreignCall: SyscallNumber(abi: abi.foreign, number: bits).map { body(.name($0.name)) }
    case .rlimit, .rlimit64:
      // As C's headers call what has all bits set.
      if bits == Token.mask(.max, width: token.width) { body(.bytes(Self.infinity(is64: token.style == .rlimit64))) }
    case .interface: Self.withInterface(bits) { body(.bytes($0)) }
    case .ioPriority:
      name(of: IOPriority(bits).priorityClass, in: NamedSets.priorityClasses).map { body(.name($0)) }
    case .personality:
      let personality = Personality(bits)
      name(of: personality.domain, in: NamedSets.personalities).map { body(.name($0)) }
      return personality.flags == 0
        ? 0 : Self.names(of: personality.flags, in: NamedSets.personalityFlags, width: 8, wordSize: wordSize, body)
    case .quotaCommand:
      let command = QuotaCommand(bits)
      name(of: command.command, in: NamedSets.quotaCommands).map { body(.name($0)) }
      name(of: command.type, in: NamedSets.quotaTypes).map { body(.name($0)) }
    case .control: return namesOfControl(body)
    case .ioctl: IoctlFamily.names(of: bits, wordSize: wordSize, body)
    case .fileMode: namesOfMode(body)
    default: return Self.names(of: token.value, in: set, width: token.width, wordSize: wordSize, body)
    }
    return 0
  }

  /// A control of a video device, or its class and its place in it.
  private func namesOfControl(_ body: (ConstantName) -> Void) -> UInt64 {
    if let name = name(of: bits, in: NamedSets.controls) {
      body(.name(name))
    } else if let name = name(of: VideoControl(bits).controlClass, in: NamedSets.controlClasses) {
      body(.offset(name, VideoControl(bits).place, isHexadecimal: true))
    } else {
      return bits
    }
    return 0
  }

  /// A file's type, and its bits beside the permissions.
  private func namesOfMode(_ body: (ConstantName) -> Void) {
    let mode = FileMode(bits)
    if mode.type != 0 { name(of: mode.type, in: NamedSets.fileTypes).map { body(.name($0)) } }
    mode.specials { body(.name($0)) }
  }

  private func name(of value: UInt64, in set: UInt32) -> TableString? {
    set == 0 ? nil : ConstantSet(index: set).name(of: value, width: 4, wordSize: wordSize)
  }

  /// What C's headers call a limit that is none.
  public static func infinity(is64: Bool) -> UnsafeRawBufferPointer {
    let name: StaticString = is64 ? "RLIM64_INFINITY" : "RLIM_INFINITY"
    return UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
  }

  /// Calls `body` with the name of a network interface of this machine; not where it has none of that number.
  public static func withInterface(_ number: UInt64, _ body: (UnsafeRawBufferPointer) -> Void) {
    guard number > 0, number <= UInt64(UInt32.max) else { return }
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { name in
      guard let start = name.baseAddress, if_indextoname(UInt32(truncatingIfNeeded: number), start) != nil else {
        return
      }
      body(UnsafeRawBufferPointer(start: start, count: strnlen(start, name.count)))
    }
  }

  /// Calls `body` with each name of a set that is in a number; returns the bits without one.
  @discardableResult
  public static func names(
    of value: UInt64, in set: UInt32, width: UInt8, wordSize: Int, _ body: (ConstantName) -> Void
  ) -> UInt64 {
    guard set != 0 else { return 0 }
    let row = Tables.set(set)
    if row.kind == .values {
      let constants = ConstantSet(index: set)
      if let name = constants.name(of: value, width: width, wordSize: wordSize) {
        body(.name(name))
      } else if row.flags.contains(.nearest), let near = constants.nearest(to: value, wordSize: wordSize) {
        body(.offset(TableString(near.name), value &- near.value, isHexadecimal: false))
      }
      return 0
    }
    var parts = ConstantParts(value, of: set, width: width, wordSize: wordSize)
    var rest: UInt64 = 0
    while let part = parts.next() {
      switch part.kind {
      case .name, .bit: body(.name(part.name))
      case .field where !part.name.isEmpty: body(.name(part.name))
      case .shifted where !part.name.isEmpty: body(.shiftedName(part.name, TableString(part.entry.name)))
      case .number where !part.name.isEmpty: body(.shifted(part.field, part.name))
      case .signal:
        if let name = ConstantName(signal: part.field) { body(name) } else { rest |= part.bits }
      case .field, .shifted, .number, .hexadecimal, .mode, .rest: rest |= part.bits
      }
    }
    return rest
  }
}
