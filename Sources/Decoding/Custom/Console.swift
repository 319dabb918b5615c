import CTableFormat
import SyscallTables

extension Decoder {
  /// The frequency of the timer that makes the console's sounds, in Hz.
  private static let timerFrequency: UInt64 = 1_193_182

  /// What a key does: `0xb61 /* K(KT_LETTER, 'a') */`, or the name of a key of its own: `0x200 /* K_HOLE */`.
  func decodeConsoleKey(_ key: UInt16) -> Bool {
    emit(Token(.number, style: .hexadecimal, width: 2, value: UInt64(key)))
    var text: [UInt8] = []
    if let name = ConstantSet(named: "console_keys")?.name(of: UInt64(key), wordSize: wordSize) {
      text += Array(name.bytes)
    } else {
      let type = ConstantSet(named: "console_key_types")
      text += Array("K(".utf8)
      if let name = type?.name(of: UInt64(key >> 8), wordSize: wordSize) {
        text += Array(name.bytes)
      } else {
        append(hex: UInt64(key >> 8), to: &text)
      }
      text += Array(", ".utf8)
      let letters = ConstantSet(named: "console_letter_types")
      if letters?.name(of: UInt64(key >> 8), wordSize: wordSize) != nil {
        append(character: UInt8(truncatingIfNeeded: key), to: &text)
      } else {
        append(hex: UInt64(key & 0xff), to: &text)
      }
      text += Array(")".utf8)
    }
    emitDerived(text)
    return true
  }

  /// A period of the timer: `1193 /* 1000 Hz */`.
  func decodeConsoleSound(_ period: UInt64) -> Bool {
    emit(Token(.number, style: .decimal, width: UInt8(wordSize), value: period))
    emitDerived(Array((frequency(period).map { "\($0) Hz" } ?? "off").utf8))
    return true
  }

  /// A length in milliseconds and a period: `125<<16|1591 /* 749 Hz, 125 ms */`.
  func decodeConsoleTone(_ tone: UInt64) -> Bool {
    let length = tone >> 16 & 0xffff
    let period = tone & 0xffff
    func number(_ value: UInt64) -> Token {
      Token(.number, style: .decimal, width: 4, value: value)
    }
    if length == 0 {
      emit(number(period))
    } else {
      let or = UInt32(UInt8(ascii: "|"))
      let shift = UInt32(UInt8(ascii: "<")) << 8 | UInt32(UInt8(ascii: "<"))
      emit(Token(.structOpen, flags: .bare, extra: or))
      emit(Token(.structOpen, flags: .bare, extra: shift))
      emit(number(length))
      emit(number(16))
      emit(Token(.structClose, flags: .bare, extra: shift))
      emit(number(period))
      emit(Token(.structClose, flags: .bare, extra: or))
    }
    let frequency = length == 0 ? nil : frequency(period)
    emitDerived(Array((frequency.map { "\($0) Hz, \(length) ms" } ?? "off").utf8))
    return true
  }

  private func frequency(_ period: UInt64) -> UInt64? {
    period == 0 || period > Self.timerFrequency ? nil : Self.timerFrequency / period
  }

  /// A comment that says in other words what the number before it says.
  private func emitDerived(_ text: [UInt8]) {
    emitComment(from: text.withUnsafeBytes { append(bytes: $0) }, flags: .derived)
  }

  private func append(hex value: UInt64, to text: inout [UInt8]) {
    text += Array((value == 0 ? "0" : "0x" + String(value, radix: 16)).utf8)
  }

  private func append(character: UInt8, to text: inout [UInt8]) {
    text.append(UInt8(ascii: "'"))
    let short: [UInt8: String] = [0x09: "t", 0x0a: "n", 0x0b: "v", 0x0c: "f", 0x0d: "r", 0x27: "'", 0x5c: "\\"]
    if let letter = short[character] {
      text += Array("\\\(letter)".utf8)
    } else if character >= 0x20 && character < 0x7f {
      text.append(character)
    } else {
      text += Array("\\x\(character < 16 ? "0" : "")\(String(character, radix: 16))".utf8)
    }
    text.append(UInt8(ascii: "'"))
  }
}
