import CTableFormat
import Glibc
import SyscallTables

/// A name in a number: a constant's, or what C writes with one.
public enum ConstantName {
  case name(TableString)
  /// A number behind a name: `NAME+4`, in hexadecimal `NAME+0x41`.
  case offset(TableString, UInt64, isHexadecimal: Bool)
  /// `21<<MAP_HUGE_SHIFT`
  case shifted(UInt64, TableString)
  /// `B300<<IBSHIFT`
  case shiftedName(TableString, TableString)
  /// `SIGINT`, `SIGRT_3`
  case signal(SignalNumber)
  /// A name that the running kernel gave.
  case bytes(UnsafeRawBufferPointer)
  /// A command of ioctl(2) that says something in its number: `EVIOCGBIT(EV_KEY, 96)`.
  case command(IoctlFamily)

  /// The name of a signal; nil for a number that is none's.
  public init?(signal: UInt64) {
    guard signal <= UInt64(SignalNumber.last) else { return nil }
    let number = SignalNumber(rawValue: Int32(truncatingIfNeeded: signal))
    guard number.rawValue >= SignalNumber.firstRealTime || number.name != nil else { return nil }
    self = .signal(number)
  }

  /// Writes it in pieces.
  public func write(to sink: (UnsafeRawBufferPointer) -> Void) {
    switch self {
    case .name(let name): sink(name.bytes)
    case .offset(let name, let number, let isHexadecimal):
      sink(name.bytes)
      Self.write("+", to: sink)
      Self.write(number, isHexadecimal: isHexadecimal, to: sink)
    case .shifted(let number, let name):
      Self.write(number, to: sink)
      Self.write("<<", to: sink)
      sink(name.bytes)
    case .shiftedName(let first, let second):
      sink(first.bytes)
      Self.write("<<", to: sink)
      sink(second.bytes)
    case .signal(let signal): Self.write(signal, to: sink)
    case .bytes(let bytes): sink(bytes)
    case .command(let family): family.write(to: sink)
    }
  }

  private static func write(_ signal: SignalNumber, to sink: (UnsafeRawBufferPointer) -> Void) {
    if let name = signal.name { return sink(name.bytes) }
    let place = signal.rawValue - SignalNumber.firstRealTime
    if place == 0 { return write("SIGRTMIN", to: sink) }
    write("SIGRT_", to: sink)
    write(UInt64(UInt32(bitPattern: place)), to: sink)
  }

  static func write(_ text: StaticString, to sink: (UnsafeRawBufferPointer) -> Void) {
    sink(UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
  }

  static func write(_ number: UInt64, isHexadecimal: Bool = false, to sink: (UnsafeRawBufferPointer) -> Void) {
    var digits = InlineArray<20, UInt8>(repeating: 0)
    var first = 20
    var rest = number
    let base: UInt64 = isHexadecimal ? 16 : 10
    repeat {
      first -= 1
      let digit = UInt8(truncatingIfNeeded: rest % base)
      digits[first] = digit < 10 ? digit + UInt8(ascii: "0") : digit - 10 + UInt8(ascii: "a")
      rest /= base
    } while rest != 0
    if isHexadecimal { write("0x", to: sink) }
    digits.span.withUnsafeBytes { sink(UnsafeRawBufferPointer(rebasing: $0[first...])) }
  }
}

extension ConstantName: CustomStringConvertible {
  public var description: String {
    var bytes: [UInt8] = []
    write { bytes += $0 }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// A family of commands of ioctl(2), and what one of them says in its number.
public struct IoctlFamily {
  public let name: TableString
  /// What the family leaves open of the command's own number, and the set that names it; nil when it says nothing.
  public let number: UInt64?
  public let set: UInt32
  /// Bytes of the argument; nil when they say nothing.
  public let size: UInt64?
  let wordSize: Int

  init(_ entry: tl_entry, _ command: UInt64, wordSize: Int) {
    name = TableString(entry.name)
    number = entry.family.contains(.number) ? IoctlNumber(command & ~entry.mask).number : nil
    set = UInt32(entry.set)
    size = entry.family.contains(.size) ? IoctlNumber(command).size : nil
    self.wordSize = wordSize
  }

  func write(to sink: (UnsafeRawBufferPointer) -> Void) {
    sink(name.bytes)
    ConstantName.write("(", to: sink)
    if let number {
      if set != 0, let name = ConstantSet(index: set).name(of: number, width: 4, wordSize: wordSize) {
        sink(name.bytes)
      } else {
        ConstantName.write(number, isHexadecimal: set != 0 && number != 0, to: sink)
      }
      if size != nil { ConstantName.write(", ", to: sink) }
    }
    if let size { ConstantName.write(size, to: sink) }
    ConstantName.write(")", to: sink)
  }

  /// Calls `body` with each name of a command, which several subsystems may have taken: families, then commands.
  public static func names(of command: UInt64, wordSize: Int, _ body: (ConstantName) -> Void) {
    if NamedSets.ioctlFamilies != 0 {
      for row in ConstantSet(index: NamedSets.ioctlFamilies).entries(wordSize: wordSize) {
        let entry = Tables.entry(row)
        if command & entry.mask == entry.value { body(.command(IoctlFamily(entry, command, wordSize: wordSize))) }
      }
    }
    guard NamedSets.ioctlCommands != 0 else { return }
    let rows = ConstantSet(index: NamedSets.ioctlCommands).entries(wordSize: wordSize)
    var low = rows.lowerBound
    var high = rows.upperBound
    while low < high {
      let middle = low &+ (high &- low) / 2
      if Tables.entry(middle).value < command { low = middle &+ 1 } else { high = middle }
    }
    while low < rows.upperBound, Tables.entry(low).value == command {
      body(.name(TableString(Tables.entry(low).name)))
      low &+= 1
    }
  }
}
