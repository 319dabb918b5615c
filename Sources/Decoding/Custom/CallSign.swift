import CTableFormat
import SyscallTables

extension Decoder {
  /// The bytes of an address of AX.25: six characters, each shifted left by one bit, and a station's number (ax25(4)).
  private static let callSignBytes = 7

  /// A radio station: `AB1CD-5`, or `*` where there is none; what is no call sign as `element` shows it, with what it would
  /// read as behind it.
  func decodeCallSign(_ address: UInt64, _ element: UInt32) -> Bool {
    let mark = scratch.used
    defer { scratch.release(to: mark) }
    guard let offset = fetch(address, Self.callSignBytes) else { return false }
    let bytes = Array(scratch.bytes(offset, Self.callSignBytes))
    let letters = bytes.dropLast().map { $0 >> 1 }
    let text = Array(letters.prefix((letters.lastIndex { $0 != UInt8(ascii: " ") } ?? -1) + 1))
    let station = bytes[6] >> 1 & 0xf
    let sign = text.isEmpty && station == 0 ? Array("*".utf8) : text + Array("-\(station)".utf8)
    let isPlain = bytes.dropLast().allSatisfy { $0 & 1 == 0 } && bytes[6] & ~0x1e == 0
    let isCallSign = text.isEmpty ? station == 0 : text.allSatisfy(Self.isOfCallSign)
    if isPlain && isCallSign {
      let start = sign.withUnsafeBytes { append(bytes: $0) }
      let value = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
      emit(Token(.named, width: 8, operand: UInt32(sign.count), value: value, extra: UInt32(clamping: start)))
      return true
    }
    decode(element, .place(address: address, offset: offset, available: Self.callSignBytes, size: Self.callSignBytes))
    // Nothing that could end a comment.
    let fitsComment = letters.allSatisfy {
      (0x20..<0x7f).contains($0) && $0 != UInt8(ascii: "*") && $0 != UInt8(ascii: "/")
    }
    if fitsComment { tell(.callSign) { tellBytes(DetailName.callSign, sign) } }
    return true
  }

  private static func isOfCallSign(_ letter: UInt8) -> Bool {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(letter) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(letter)
  }
}
