import CTableFormat
import Decoding
import Glibc
import SyscallTables

/// Writes single values as JSON; the forms are described in docs/JSON.md.
struct JSONValueWriter {
  private let values: ValueWriter
  let abi: ABI
  /// Bytes of a `long` in the call that the values are from.
  let wordSize: Int

  init(_ values: ValueWriter) {
    self.values = values
    abi = values.abi
    wordSize = values.wordSize
  }

  // MARK: Numbers

  func write(_ token: Token, to out: inout ByteBuffer) {
    let masked = Token.mask(token.value, width: token.width)
    switch token.style {
    case .pointer: out.appendJSON(address: masked)
    case .fd, .unresolvedFD, .pid, .tgid,
      .pgid, .sid:
      out.appendDecimal(ValueWriter.whole(token.value, width: token.width))
    case .uid, .gid:
      let isNone = masked == Token.mask(.max, width: token.width)
      if isNone { out.append("-1") } else { out.appendDecimal(masked) }
    case .fileMode: writeFileMode(masked, to: &out)
    case .device:
      let (major, minor) = ValueWriter.device(masked, width: token.width)
      out.append("{\"value\":")
      out.appendDecimal(masked)
      out.append(",\"major\":")
      out.appendDecimal(major)
      out.append(",\"minor\":")
      out.appendDecimal(minor)
      out.append(UInt8(ascii: "}"))
    case .signal: writeSignal(token.value, to: &out)
    case .waitStatus: writeWaitStatus(masked & 0xffff_ffff, to: &out)
    case .port, .networkShort:
      out.appendDecimal(UInt64(UInt16(truncatingIfNeeded: masked).byteSwapped))
    case .networkLong: out.appendDecimal(UInt64(UInt32(truncatingIfNeeded: masked).byteSwapped))
    case .ipv4:
      out.append(UInt8(ascii: "\""))
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: masked).littleEndian) { ValueWriter.writeDotted($0, to: &out) }
      out.append(UInt8(ascii: "\""))
    case .character:
      withUnsafeBytes(of: UInt8(truncatingIfNeeded: masked)) { out.appendJSON($0) }
    case .boolean: out.append(masked == 0 ? "false" : "true")
    case .nanoseconds, .kernelVersion: out.appendDecimal(masked)
    default:
      if let set = set(of: token) { return write(token, of: set, to: &out) }
      writeNamed(token, masked, to: &out)
    }
  }

  /// The set that names the numbers of a style.
  private func set(of token: Token) -> UInt32? {
    switch token.style {
    case .clock: NamedSets.clocks
    case .keySerial: NamedSets.keySerials
    case .architecture: NamedSets.architectures
    case .fourCC: NamedSets.pixelFormats
    default: nil
    }
  }

  private func writeNamed(_ token: Token, _ masked: UInt64, to out: inout ByteBuffer) {
    switch token.style {
    case .errno:
      open(token, masked, to: &out)
      if let name = ErrorNumber(rawValue: Int32(truncatingIfNeeded: masked)).name { quote(name, to: &out) }
      out.append("]}")
    case .syscall:
      open(token, masked, to: &out)
      if let call = SyscallNumber(abi: abi, number: masked) { quote(call.name, to: &out) }
      out.append("]}")
    case .foreignCall:
      open(token, masked, to: &out)
      if let call = SyscallNumber(abi: values.foreignABI, number: masked) { quote(call.name, to: &out) }
      out.append("]}")
    case .rlimit, .rlimit64:
      open(token, masked, to: &out)
      if masked == Token.mask(.max, width: token.width) {
        out.append(token.style == .rlimit64 ? "\"RLIM64_INFINITY\"" : "\"RLIM_INFINITY\"")
      }
      out.append("]}")
    case .interface:
      open(token, masked, to: &out)
      writeInterface(masked, to: &out)
      out.append("]}")
    case .ioPriority:
      open(token, masked, to: &out)
      if let name = values.name(of: masked >> 13, in: NamedSets.priorityClasses, width: 4) { quote(name, to: &out) }
      out.append("],\"level\":")
      out.appendDecimal(masked & 0x1fff)
      out.append(UInt8(ascii: "}"))
    case .personality:
      open(token, masked, to: &out)
      var names = NameList()
      if let name = values.name(of: masked & 0xff, in: NamedSets.personalities, width: 4) {
        names.add(to: &out) { quote(name, to: &$0) }
      }
      let rest = writeFlags(masked & ~0xff, of: NamedSets.personalityFlags, names: &names, to: &out)
      close(rest: rest, to: &out)
    case .negativeErrno:
      let number = Int32(truncatingIfNeeded: token.value)
      out.append("{\"value\":")
      out.appendDecimal(Int64(number))
      out.append(",\"names\":[")
      if number < 0, let name = ErrorNumber(rawValue: 0 &- number).name { quote(name, to: &out) }
      out.append("]}")
    case .quotaCommand:
      open(token, masked, to: &out)
      var names = NameList()
      for (value, set) in [(masked &>> 8, NamedSets.quotaCommands), (masked & 0xff, NamedSets.quotaTypes)] {
        if let name = values.name(of: value, in: set, width: 4) { names.add(to: &out) { quote(name, to: &$0) } }
      }
      out.append("]}")
    case .control:
      open(token, masked, to: &out)
      writeControl(masked, to: &out)
      out.append("]}")
    case .ioctl:
      open(token, masked, to: &out)
      let mark = out.count
      out.append(UInt8(ascii: "\""))
      if values.writeCommandNames(masked, separator: "\",\"", style: .abbreviated, to: &out) {
        out.append(UInt8(ascii: "\""))
      } else {
        out.truncate(to: mark)
      }
      out.append("]}")
    default: writePlain(token, masked, to: &out)
    }
  }

  @inline(__always)
  private func writePlain(_ token: Token, _ masked: UInt64, to out: inout ByteBuffer) {
    if token.flags.contains(.signed) {
      out.appendDecimal(Int64(bitPattern: token.value))
    } else {
      out.appendDecimal(masked)
    }
  }

  // MARK: Named numbers

  /// `{"value":2,"names":[`
  private func open(_ token: Token, _ masked: UInt64, to out: inout ByteBuffer) {
    out.append("{\"value\":")
    writePlain(token, masked, to: &out)
    out.append(",\"names\":[")
  }

  /// `]}`, with the bits before it that have no names.
  private func close(rest: UInt64, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "]"))
    if rest != 0 {
      out.append(",\"rest\":")
      out.appendDecimal(rest)
    }
    out.append(UInt8(ascii: "}"))
  }

  /// Commas between names.
  struct NameList {
    private var isEmpty = true

    mutating func add(to out: inout ByteBuffer, _ name: (inout ByteBuffer) -> Void) {
      if !isEmpty { out.append(UInt8(ascii: ",")) }
      isEmpty = false
      name(&out)
    }
  }

  @inline(__always)
  private func quote(_ name: TableString, to out: inout ByteBuffer) {
    // Names may have quotes in them where the tables say so: `"a or b"` has none.
    out.appendJSON(name.bytes)
  }

  func writeSignal(_ value: UInt64, to out: inout ByteBuffer) {
    out.append("{\"value\":")
    out.appendDecimal(Int64(Int32(truncatingIfNeeded: value)))
    out.append(",\"names\":[")
    let number = value & 0xffff_ffff
    if number > 0 && number <= UInt64(SignalNumber.last) { quoteSignal(number, to: &out) }
    out.append("]}")
  }

  private func quoteSignal(_ number: UInt64, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "\""))
    values.writeSignalName(number, to: &out)
    out.append(UInt8(ascii: "\""))
  }

  private func writeInterface(_ number: UInt64, to out: inout ByteBuffer) {
    guard number > 0, number <= UInt64(Int32.max) else { return }
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(IF_NAMESIZE)) { name in
      guard let start = name.baseAddress, if_indextoname(UInt32(truncatingIfNeeded: number), start) != nil else {
        return
      }
      out.appendJSON(UnsafeRawBufferPointer(start: start, count: strnlen(start, name.count)))
    }
  }

  /// A control of a video device, or its class and its place in it.
  func writeControl(_ number: UInt64, to out: inout ByteBuffer) {
    if let name = values.name(of: number, in: NamedSets.controls, width: 4) { return quote(name, to: &out) }
    guard let name = values.name(of: number & ~0xffff, in: NamedSets.controlClasses, width: 4) else { return }
    out.append(UInt8(ascii: "\""))
    out.append(name.bytes)
    out.append(UInt8(ascii: "+"))
    out.appendHex(number & 0xffff)
    out.append(UInt8(ascii: "\""))
  }

  private func writeFileMode(_ mode: UInt64, to out: inout ByteBuffer) {
    out.append("{\"value\":")
    out.appendDecimal(mode)
    out.append(",\"names\":[")
    var names = NameList()
    if mode & 0o170000 != 0, let name = values.name(of: mode & 0o170000, in: NamedSets.fileTypes, width: 8) {
      names.add(to: &out) { quote(name, to: &$0) }
    }
    if mode & 0o4000 != 0 { names.add(to: &out) { $0.append("\"S_ISUID\"") } }
    if mode & 0o2000 != 0 { names.add(to: &out) { $0.append("\"S_ISGID\"") } }
    if mode & 0o1000 != 0 { names.add(to: &out) { $0.append("\"S_ISVTX\"") } }
    out.append("],\"permissions\":\"")
    ValueWriter.appendUmask(mode & 0o777, to: &out)
    out.append("\"}")
  }

  private func writeWaitStatus(_ status: UInt64, to out: inout ByteBuffer) {
    out.append("{\"value\":")
    out.appendDecimal(status)
    if status == 0xffff {
      out.append(",\"continued\":true")
    } else if status & 0x7f == 0 {
      out.append(",\"exited\":")
      out.appendDecimal(status >> 8 & 0xff)
    } else if status & 0xff == 0x7f {
      out.append(",\"stopped\":")
      writeSignal(status >> 8 & 0x7f, to: &out)
      if status >> 16 != 0 {
        out.append(",\"event\":{\"value\":")
        out.appendDecimal(status >> 16)
        out.append(",\"names\":[")
        if let name = values.name(of: status >> 16, in: NamedSets.ptraceEvents, width: 4) { quote(name, to: &out) }
        out.append("]}")
      }
    } else if status & 0x7f != 0x7f {
      out.append(",\"killed\":")
      writeSignal(status & 0x7f, to: &out)
      out.append(status & 0x80 != 0 ? ",\"core\":true" : ",\"core\":false")
    }
    out.append(UInt8(ascii: "}"))
  }

  // MARK: Sets

  /// `{"value":577,"names":["O_WRONLY","O_CREAT","O_TRUNC"]}`
  func write(_ token: Token, of set: UInt32, to out: inout ByteBuffer) {
    var token = token
    if set != 0, Tables.set(set).flags.contains(.htons) {
      token.value = UInt64(UInt16(truncatingIfNeeded: token.value).byteSwapped)
    }
    open(token, Token.mask(token.value, width: token.width), to: &out)
    close(rest: writeNames(token, of: set, to: &out), to: &out)
  }

  /// Writes the names of a value or of bits, with commas between them; returns the bits that have none.
  func writeNames(_ token: Token, of set: UInt32, to out: inout ByteBuffer) -> UInt64 {
    guard set != 0 else { return 0 }
    var names = NameList()
    if Tables.set(set).kind != .values {
      return writeFlags(Token.mask(token.value, width: token.width), of: set, names: &names, to: &out)
    }
    if let name = values.name(of: token.value, in: set, width: token.width) {
      names.add(to: &out) { quote(name, to: &$0) }
    } else if Tables.set(set).flags.contains(.nearest) {
      let mark = out.count
      out.append(UInt8(ascii: "\""))
      if values.writeNearest(token.value, of: set, to: &out) {
        out.append(UInt8(ascii: "\""))
      } else {
        out.truncate(to: mark)
      }
    }
    return 0
  }

  /// Writes the names of bits; returns the bits that have none.
  private func writeFlags(
    _ value: UInt64, of set: UInt32, names: inout NameList, to out: inout ByteBuffer
  ) -> UInt64 {
    guard set != 0 else { return value }
    var rest = value
    let areNumbers = Tables.set(set).kind == .bitNumbers
    for index in ConstantSet(index: set).entries(wordSize: wordSize) {
      let entry = Tables.entry(index)
      if areNumbers {
        guard entry.value < 64, rest & (1 &<< entry.value) != 0 else { continue }
        rest &= ~(1 &<< entry.value)
        names.add(to: &out) { quote(TableString(entry.name), to: &$0) }
      } else if entry.form == .name {
        guard entry.value != 0 ? rest & entry.value == entry.value : value == 0 else { continue }
        rest &= ~entry.value
        names.add(to: &out) { quote(TableString(entry.name), to: &$0) }
      } else {
        rest = writeField(rest, entry, names: &names, to: &out)
      }
    }
    return rest
  }

  private func writeField(
    _ rest: UInt64, _ entry: tl_entry, names: inout NameList, to out: inout ByteBuffer
  ) -> UInt64 {
    let field = rest & entry.mask
    let shifted = field &>> UInt64(entry.shift)
    switch entry.form {
    case .field, .shifted:
      let value = entry.form == .field ? field : shifted
      let inner = UInt32(truncatingIfNeeded: entry.value)
      if inner != 0, Tables.set(inner).kind != .values {
        return rest & ~entry.mask | writeFlags(value, of: inner, names: &names, to: &out)
      }
      guard let name = values.name(of: value, in: inner, width: 8) else { return rest }
      names.add(to: &out) { out in
        guard entry.form == .shifted else { return quote(name, to: &out) }
        out.append(UInt8(ascii: "\""))
        out.append(name)
        out.append("<<")
        out.append(name: entry.name)
        out.append(UInt8(ascii: "\""))
      }
    case _ where field == 0: return rest
    case .signal: names.add(to: &out) { quoteSignal(shifted, to: &$0) }
    case .number where entry.shift != 0:
      names.add(to: &out) {
        $0.append(UInt8(ascii: "\""))
        $0.appendDecimal(shifted)
        $0.append("<<")
        $0.append(name: entry.name)
        $0.append(UInt8(ascii: "\""))
      }
    default: return rest
    }
    return rest & ~entry.mask
  }

  // MARK: Bytes and bits

  func writeString(_ bytes: UnsafeRawBufferPointer, text: TextForm, isCut: Bool, to out: inout ByteBuffer) {
    switch text {
    case .ipv4:
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeDotted(UnsafeRawBufferPointer(rebasing: bytes.prefix(4)), to: &out)
      out.append(UInt8(ascii: "\""))
    case .trimmed where bytes.last == 0 && !isCut,
      .ended where bytes.last == 0:
      out.appendJSON(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
    case .hex, .digits:
      out.append("{\"base64\":")
      out.appendJSON(base64: bytes)
      out.append(isCut ? ",\"cut\":true}" : "}")
    case .mac:
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeOctets(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case .uuid:
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeUUID(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case .ipv6 where bytes.count >= 16:
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeIPv6(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case .abstract:
      out.append("{\"abstract\":")
      out.appendJSON(bytes)
      out.append(UInt8(ascii: "}"))
    case .field:
      // A field without a NUL is full, not cut.
      out.appendJSON(bytes)
    default: out.appendJSON(bytes, isCut: isCut)
    }
  }

  /// The members of a set of bits: signals and others by name, descriptors by number, words as they are.
  func writeBits(_ bits: UnsafeRawBufferPointer, _ token: Token, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var list = NameList()
    if token.bits == .words {
      let width = token.width == 4 ? 4 : 8
      for start in stride(from: 0, to: bits.count, by: width) {
        var word: UInt64 = 0
        for index in (start..<min(start + width, bits.count)).reversed() { word = word &<< 8 | UInt64(bits[index]) }
        list.add(to: &out) { $0.appendDecimal(word) }
      }
      return out.append(UInt8(ascii: "]"))
    }
    // There are no signals beyond those, whatever the size that was given.
    let most = token.bits == .signals ? Int(SignalNumber.last) : Int.max
    for bit in 0..<min(Int(token.extra), bits.count * 8, most) where ValueWriter.isSet(bits, bit) {
      list.add(to: &out) { out in
        switch token.bits {
        case .signals: quoteSignal(UInt64(bit + 1), to: &out)
        case .names, .fewer:
          if let name = values.name(of: UInt64(bit), in: token.operand, width: 4) {
            quote(name, to: &out)
          } else {
            out.appendDecimal(UInt64(bit))
          }
        default: out.appendDecimal(UInt64(bit))
        }
      }
    }
    if token.flags.contains(.cut) { list.add(to: &out) { $0.append("{\"more\":true}") } }
    out.append(UInt8(ascii: "]"))
  }
}
