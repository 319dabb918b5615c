import CTableFormat
import SyscallTables

extension Decoder {
  /// The frequency of the timer that makes the console's sounds, in Hz.
  private static let timerFrequency: UInt64 = 1_193_182

  /// What a key does: `0xb61 /* K(KT_LETTER, 'a') */`, or the name of a key of its own: `0x200 /* K_HOLE */`.
  func decodeConsoleKey(_ key: UInt16) -> Bool {
    func set(_ name: String) -> ConstantSet? { ConstantSet(named: name) }
    let (type, value) = (UInt64(key >> 8), UInt64(key & 0xff))
    if let keys = set("console_keys"), keys.name(of: UInt64(key), wordSize: wordSize) != nil {
      emit(Token(.set, width: 2, operand: keys.index, value: UInt64(key)))
      return true
    }
    emit(Token(.number, style: .hexadecimal, width: 2, value: UInt64(key)))
    let isLetter = set("console_letter_types")?.name(of: type, wordSize: wordSize) != nil
    tell(.consoleKey) {
      tellConstant(DetailName.type, type, of: set("console_key_types")?.index ?? 0, width: 1)
      tellNumber(DetailName.key, value, style: isLetter ? .character : .hexadecimal, width: 1)
    }
    return true
  }

  /// A period of the timer: `1193 /* 1000 Hz */`.
  func decodeConsoleSound(_ period: UInt64) -> Bool {
    emit(Token(.number, style: .decimal, width: UInt8(wordSize), value: period))
    tell(.sound) { tellNumber(DetailName.hertz, frequency(period)) }
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
    tell(.tone) {
      tellNumber(DetailName.hertz, length == 0 ? 0 : frequency(period))
      tellNumber(DetailName.milliseconds, length)
    }
    return true
  }

  /// What a period of the timer makes; 0 for silence.
  private func frequency(_ period: UInt64) -> UInt64 {
    period == 0 || period > Self.timerFrequency ? 0 : Self.timerFrequency / period
  }
}
