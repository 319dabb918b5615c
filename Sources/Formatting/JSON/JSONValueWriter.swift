import CTableFormat
import Decoding
import SyscallTables
import Values

/// Writes single values as JSON; the forms are described in docs/JSON.md.
struct JSONValueWriter {
  let abi: ABI
  /// Bytes of a `long` in the call that the values are from.
  let wordSize: Int

  init(abi: ABI = .native, wordSize: Int = 8) {
    self.abi = abi
    self.wordSize = wordSize
  }

  // MARK: Numbers

  func write(_ number: Scalar, to out: inout ByteBuffer) {
    guard number.token.kind == .number else { return writeNamed(number, to: &out) }
    switch number.token.style {
    case .pointer: out.appendJSON(address: number.bits)
    case .device: writeDevice(number, to: &out)
    case .waitStatus: write(WaitStatus(number.bits), to: &out)
    case .ipv4:
      out.append(UInt8(ascii: "\""))
      withUnsafeBytes(of: UInt32(truncatingIfNeeded: number.bits).littleEndian) {
        ValueWriter.writeDotted($0, to: &out)
      }
      out.append(UInt8(ascii: "\""))
    case .character:
      withUnsafeBytes(of: UInt8(truncatingIfNeeded: number.bits)) { out.appendJSON($0) }
    case .boolean: out.append(number.bits == 0 ? "false" : "true")
    default: number.isNamed ? writeNamed(number, to: &out) : writeWord(number, to: &out)
    }
  }

  @inline(__always)
  func writeWord(_ number: Scalar, to out: inout ByteBuffer) {
    if number.isSigned {
      out.appendDecimal(Int64(bitPattern: number.word))
    } else {
      out.appendDecimal(number.word)
    }
  }

  /// `{"value":577,"names":["O_WRONLY","O_CREAT","O_TRUNC"]}`
  private func writeNamed(_ number: Scalar, to out: inout ByteBuffer) {
    out.append("{\"value\":")
    writeWord(number, to: &out)
    out.append(",\"names\":[")
    var names = NameList()
    let rest = number.names { name in names.add(to: &out) { write(name, to: &$0) } }
    out.append(UInt8(ascii: "]"))
    writeRest(rest, to: &out)
    if number.token.kind == .number {
      switch number.token.style {
      case .ioPriority:
        out.append(",\"level\":")
        out.appendDecimal(IOPriority(number.bits).level)
      case .fileMode:
        out.append(",\"permissions\":\"")
        ValueWriter.appendUmask(FileMode(number.bits).permissions, to: &out)
        out.append(UInt8(ascii: "\""))
      default: break
      }
    }
    out.append(UInt8(ascii: "}"))
  }

  /// One number that is shown in parts; false, with nothing written, when they are no numbers.
  func writeParts(_ node: Node, _ cursor: TapeCursor, to out: inout ByteBuffer) -> Bool {
    guard let whole = cursor.whole(node, wordSize: wordSize) else { return false }
    out.append("{\"value\":")
    out.appendDecimal(whole.value)
    out.append(",\"names\":[")
    var names = NameList()
    _ = cursor.whole(node, wordSize: wordSize) { name in names.add(to: &out) { write(name, to: &$0) } }
    out.append(UInt8(ascii: "]"))
    writeRest(whole.rest, to: &out)
    out.append(UInt8(ascii: "}"))
    return true
  }

  /// The bits that have no name.
  private func writeRest(_ rest: UInt64, to out: inout ByteBuffer) {
    if rest == 0 { return }
    out.append(",\"rest\":")
    out.appendDecimal(rest)
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

  private func write(_ name: ConstantName, to out: inout ByteBuffer) {
    switch name {
    // Which may be any bytes.
    case .bytes(let bytes): out.appendJSON(bytes)
    default:
      out.append(UInt8(ascii: "\""))
      name.write { out.append($0) }
      out.append(UInt8(ascii: "\""))
    }
  }

  func writeSignal(_ number: UInt64, to out: inout ByteBuffer) {
    write(Scalar(Token(.number, style: .signal, width: 4, value: number), abi: abi, wordSize: wordSize), to: &out)
  }

  private func writeDevice(_ number: Scalar, to out: inout ByteBuffer) {
    let device = DeviceNumbers(number.bits, width: number.token.width)
    out.append("{\"value\":")
    out.appendDecimal(number.bits)
    out.append(",\"major\":")
    out.appendDecimal(device.major)
    out.append(",\"minor\":")
    out.appendDecimal(device.minor)
    out.append(UInt8(ascii: "}"))
  }

  private func write(_ status: WaitStatus, to out: inout ByteBuffer) {
    out.append("{\"value\":")
    out.appendDecimal(status.bits)
    switch status.kind {
    case .exited(let code):
      out.append(",\"exited\":")
      out.appendDecimal(code)
    case .stopped(let signal, _):
      out.append(",\"stopped\":")
      writeSignal(signal, to: &out)
      if status.event != 0 {
        out.append(",\"event\":")
        let event = Token(.set, width: 4, operand: NamedSets.ptraceEvents, value: status.event)
        writeNamed(Scalar(event, abi: abi, wordSize: wordSize), to: &out)
      }
    case .killed(let signal, let isDumped):
      out.append(",\"killed\":")
      writeSignal(signal, to: &out)
      out.append(isDumped ? ",\"core\":true" : ",\"core\":false")
    case .continued: out.append(",\"continued\":true")
    case .unknown: break
    }
    out.append(UInt8(ascii: "}"))
  }

  // MARK: Bytes and bits

  func write(_ bytes: UnsafeRawBufferPointer, of token: Token, to out: inout ByteBuffer) {
    let isCut = token.flags.contains(.cut)
    switch token.text {
    case .ipv4:
      quote(to: &out) { ValueWriter.writeDotted(UnsafeRawBufferPointer(rebasing: bytes.prefix(4)), to: &$0) }
    case .trimmed where bytes.last == 0 && !isCut,
      .ended where bytes.last == 0:
      out.appendJSON(UnsafeRawBufferPointer(rebasing: bytes.dropLast()))
    case .hex, .digits:
      out.append("{\"base64\":")
      out.appendJSON(base64: bytes)
      out.append(isCut ? ",\"cut\":true}" : "}")
    case .hardware:
      quote(to: &out) {
        ValueWriter.writeOctets(UnsafeRawBufferPointer(rebasing: bytes.prefix(Int(token.extra))), to: &$0)
      }
    case .mac: quote(to: &out) { ValueWriter.writeOctets(bytes, to: &$0) }
    case .uuid: quote(to: &out) { ValueWriter.writeUUID(bytes, to: &$0) }
    case .ipv6 where bytes.count >= 16: quote(to: &out) { ValueWriter.writeIPv6(bytes, to: &$0) }
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

  private func quote(to out: inout ByteBuffer, _ body: (inout ByteBuffer) -> Void) {
    out.append(UInt8(ascii: "\""))
    body(&out)
    out.append(UInt8(ascii: "\""))
  }

  /// The members of a set of bits: signals and others by name, descriptors by number, words as they are.
  func write(_ bits: BitSet, to out: inout ByteBuffer) {
    out.append(UInt8(ascii: "["))
    var list = NameList()
    if bits.form == .words {
      for word in bits.words { list.add(to: &out) { $0.appendDecimal(word) } }
    } else {
      for member in bits.members {
        list.add(to: &out) { out in
          if let name = bits.name(of: member, wordSize: wordSize) {
            write(name, to: &out)
          } else {
            out.appendDecimal(Int64(member))
          }
        }
      }
      if bits.isCut { list.add(to: &out) { $0.append("{\"more\":true}") } }
    }
    out.append(UInt8(ascii: "]"))
  }
}
