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
    switch Int(token.style) {
    case Int(TL_POINTER.rawValue): out.appendJSON(address: masked)
    case Int(TL_FD.rawValue), Int(TL_ANON_FD.rawValue), Int(TL_PID.rawValue), Int(TL_TGID.rawValue),
      Int(TL_PGID.rawValue), Int(TL_SID.rawValue):
      out.appendDecimal(ValueWriter.whole(token.value, width: token.width))
    case Int(TL_UID.rawValue), Int(TL_GID.rawValue):
      let isNone = masked == Token.mask(.max, width: token.width)
      if isNone { out.append("-1") } else { out.appendDecimal(masked) }
    case Int(TL_FILE_MODE.rawValue): writeFileMode(masked, to: &out)
    case Int(TL_DEVICE.rawValue):
      let (major, minor) = ValueWriter.device(masked, width: token.width)
      out.append("{\"value\":")
      out.appendDecimal(masked)
      out.append(",\"major\":")
      out.appendDecimal(major)
      out.append(",\"minor\":")
      out.appendDecimal(minor)
      out.append(UInt8(ascii: "}"))
    case Int(TL_SIGNAL.rawValue): writeSignal(token.value, to: &out)
    case Int(TL_WAIT_STATUS.rawValue): writeWaitStatus(masked & 0xffff_ffff, to: &out)
    case Int(TL_PORT.rawValue), Int(TL_BE16.rawValue):
      out.appendDecimal(UInt64(UInt16(truncatingIfNeeded: masked).byteSwapped))
    case Int(TL_BE32.rawValue): out.appendDecimal(UInt64(UInt32(truncatingIfNeeded: masked).byteSwapped))
    case Int(TL_IPV4.rawValue):
      out.append(UInt8(ascii: "\""))
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: masked).littleEndian) { ValueWriter.writeDotted($0, to: &out) }
      out.append(UInt8(ascii: "\""))
    case Int(TL_CHAR.rawValue):
      withUnsafeBytes(of: UInt8(truncatingIfNeeded: masked)) { out.appendJSON($0) }
    case Int(TL_BOOL.rawValue): out.append(masked == 0 ? "false" : "true")
    case Int(TL_NANOSECONDS.rawValue), Int(TL_KERNEL_VERSION.rawValue): out.appendDecimal(masked)
    default:
      if let set = set(of: token) { return write(token, of: set, to: &out) }
      writeNamed(token, masked, to: &out)
    }
  }

  /// The set that names the numbers of a style.
  private func set(of token: Token) -> UInt32? {
    switch Int(token.style) {
    case Int(TL_CLOCK.rawValue): NamedSets.clocks
    case Int(TL_KEY_SERIAL.rawValue): NamedSets.keySerials
    case Int(TL_ARCH.rawValue): NamedSets.architectures
    case Int(TL_FOURCC.rawValue): NamedSets.pixelFormats
    default: nil
    }
  }

  private func writeNamed(_ token: Token, _ masked: UInt64, to out: inout ByteBuffer) {
    switch Int(token.style) {
    case Int(TL_ERRNO.rawValue):
      open(token, masked, to: &out)
      if let name = ErrorNumber(rawValue: Int32(truncatingIfNeeded: masked)).name { quote(name, to: &out) }
      out.append("]}")
    case Int(TL_SYSCALL.rawValue):
      open(token, masked, to: &out)
      if let call = SyscallNumber(abi: abi, number: masked) { quote(call.name, to: &out) }
      out.append("]}")
    case Int(TL_FOREIGN_CALL.rawValue):
      open(token, masked, to: &out)
      if let call = SyscallNumber(abi: values.foreignABI, number: masked) { quote(call.name, to: &out) }
      out.append("]}")
    case Int(TL_RLIMIT.rawValue), Int(TL_RLIMIT64.rawValue):
      open(token, masked, to: &out)
      if masked == Token.mask(.max, width: token.width) {
        out.append(Int(token.style) == Int(TL_RLIMIT64.rawValue) ? "\"RLIM64_INFINITY\"" : "\"RLIM_INFINITY\"")
      }
      out.append("]}")
    case Int(TL_IFINDEX.rawValue):
      open(token, masked, to: &out)
      writeInterface(masked, to: &out)
      out.append("]}")
    case Int(TL_IOPRIO.rawValue):
      open(token, masked, to: &out)
      if let name = values.name(of: masked >> 13, in: NamedSets.priorityClasses, width: 4) { quote(name, to: &out) }
      out.append("],\"level\":")
      out.appendDecimal(masked & 0x1fff)
      out.append(UInt8(ascii: "}"))
    case Int(TL_PERSONALITY.rawValue):
      open(token, masked, to: &out)
      var names = NameList()
      if let name = values.name(of: masked & 0xff, in: NamedSets.personalities, width: 4) {
        names.add(to: &out) { quote(name, to: &$0) }
      }
      let rest = writeFlags(masked & ~0xff, of: NamedSets.personalityFlags, names: &names, to: &out)
      close(rest: rest, to: &out)
    case Int(TL_NEGATIVE_ERRNO.rawValue):
      let number = Int32(truncatingIfNeeded: token.value)
      out.append("{\"value\":")
      out.appendDecimal(Int64(number))
      out.append(",\"names\":[")
      if number < 0, let name = ErrorNumber(rawValue: 0 &- number).name { quote(name, to: &out) }
      out.append("]}")
    case Int(TL_QUOTA_COMMAND.rawValue):
      open(token, masked, to: &out)
      var names = NameList()
      for (value, set) in [(masked &>> 8, NamedSets.quotaCommands), (masked & 0xff, NamedSets.quotaTypes)] {
        if let name = values.name(of: value, in: set, width: 4) { names.add(to: &out) { quote(name, to: &$0) } }
      }
      out.append("]}")
    case Int(TL_CONTROL.rawValue):
      open(token, masked, to: &out)
      writeControl(masked, to: &out)
      out.append("]}")
    case Int(TL_IOCTL.rawValue):
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
    if set != 0, Tables.set(set).flags & UInt16(TL_SET_HTONS) != 0 {
      token.value = UInt64(UInt16(truncatingIfNeeded: token.value).byteSwapped)
    }
    open(token, Token.mask(token.value, width: token.width), to: &out)
    close(rest: writeNames(token, of: set, to: &out), to: &out)
  }

  /// Writes the names of a value or of bits, with commas between them; returns the bits that have none.
  func writeNames(_ token: Token, of set: UInt32, to out: inout ByteBuffer) -> UInt64 {
    guard set != 0 else { return 0 }
    var names = NameList()
    if Tables.set(set).kind != UInt8(TL_VALUES.rawValue) {
      return writeFlags(Token.mask(token.value, width: token.width), of: set, names: &names, to: &out)
    }
    if let name = values.name(of: token.value, in: set, width: token.width) {
      names.add(to: &out) { quote(name, to: &$0) }
    } else if Tables.set(set).flags & UInt16(TL_SET_NEAREST) != 0 {
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
    let areNumbers = Tables.set(set).kind == UInt8(TL_BIT_NUMBERS.rawValue)
    for index in ConstantSet(index: set).entries(wordSize: wordSize) {
      let entry = Tables.entry(index)
      if areNumbers {
        guard entry.value < 64, rest & (1 &<< entry.value) != 0 else { continue }
        rest &= ~(1 &<< entry.value)
        names.add(to: &out) { quote(TableString(entry.name), to: &$0) }
      } else if entry.form == UInt8(TL_ENTRY_NAME.rawValue) {
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
    switch Int(entry.form) {
    case Int(TL_ENTRY_FIELD.rawValue), Int(TL_ENTRY_SHIFTED.rawValue):
      let value = Int(entry.form) == Int(TL_ENTRY_FIELD.rawValue) ? field : shifted
      let inner = UInt32(truncatingIfNeeded: entry.value)
      if inner != 0, Tables.set(inner).kind != UInt8(TL_VALUES.rawValue) {
        return rest & ~entry.mask | writeFlags(value, of: inner, names: &names, to: &out)
      }
      guard let name = values.name(of: value, in: inner, width: 8) else { return rest }
      names.add(to: &out) { out in
        guard Int(entry.form) == Int(TL_ENTRY_SHIFTED.rawValue) else { return quote(name, to: &out) }
        out.append(UInt8(ascii: "\""))
        out.append(name)
        out.append("<<")
        out.append(name: entry.name)
        out.append(UInt8(ascii: "\""))
      }
    case _ where field == 0: return rest
    case Int(TL_ENTRY_SIGNAL.rawValue): names.add(to: &out) { quoteSignal(shifted, to: &$0) }
    case Int(TL_ENTRY_NUMBER.rawValue) where entry.shift != 0:
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

  func writeString(_ bytes: UnsafeRawBufferPointer, text: UInt8, isCut: Bool, to out: inout ByteBuffer) {
    switch Int(text) {
    case Int(TL_TEXT_IPV4.rawValue):
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeDotted(UnsafeRawBufferPointer(rebasing: bytes.prefix(4)), to: &out)
      out.append(UInt8(ascii: "\""))
    case Int(TL_TEXT_TRIMMED.rawValue) where bytes.last == 0 && !isCut,
      Int(TL_TEXT_ENDED.rawValue) where bytes.last == 0:
      out.appendJSON(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
    case Int(TL_TEXT_HEX.rawValue), Int(TL_TEXT_DIGITS.rawValue):
      out.append("{\"base64\":")
      out.appendJSON(base64: bytes)
      out.append(isCut ? ",\"cut\":true}" : "}")
    case Int(TL_TEXT_MAC.rawValue):
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeOctets(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case Int(TL_TEXT_UUID.rawValue):
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeUUID(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case Int(TL_TEXT_IPV6.rawValue) where bytes.count >= 16:
      out.append(UInt8(ascii: "\""))
      ValueWriter.writeIPv6(bytes, to: &out)
      out.append(UInt8(ascii: "\""))
    case Int(TL_TEXT_ABSTRACT.rawValue):
      out.append("{\"abstract\":")
      out.appendJSON(bytes)
      out.append(UInt8(ascii: "}"))
    case Int(TL_TEXT_FIELD.rawValue):
      // A field without a NUL is full, not cut.
      out.appendJSON(bytes)
    default: out.appendJSON(bytes, isCut: isCut)
    }
  }

  /// The members of a set of bits: signals and others by name, descriptors by number, words as they are.
  func writeBits(_ bits: UnsafeRawBufferPointer, _ token: Token, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var list = NameList()
    if Int(token.style) == Int(TL_BITS_WORDS.rawValue) {
      let width = token.width == 4 ? 4 : 8
      for start in stride(from: 0, to: bits.count, by: width) {
        var word: UInt64 = 0
        for index in (start..<min(start + width, bits.count)).reversed() { word = word &<< 8 | UInt64(bits[index]) }
        list.add(to: &out) { $0.appendDecimal(word) }
      }
      return out.append(UInt8(ascii: "]"))
    }
    // There are no signals beyond those, whatever the size that was given.
    let most = Int(token.style) == Int(TL_BITS_SIGNALS.rawValue) ? Int(SignalNumber.last) : Int.max
    for bit in 0..<min(Int(token.extra), bits.count * 8, most) where ValueWriter.isSet(bits, bit) {
      list.add(to: &out) { out in
        switch Int(token.style) {
        case Int(TL_BITS_SIGNALS.rawValue): quoteSignal(UInt64(bit + 1), to: &out)
        case Int(TL_BITS_NAMES.rawValue), Int(TL_BITS_FEWER.rawValue):
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
