/// Pairs of decimal digits, `00` to `99`, and of hexadecimal ones: constant data.
private let decimalPairs: StaticString = """
  0001020304050607080910111213141516171819202122232425262728293031323334353637383940414243444546474849\
  5051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899
  """

extension ByteBuffer {
  /// Appends an unsigned number in decimal.
  @inline(__always)
  public mutating func appendDecimal(_ value: UInt64) {
    if value < 10 { return append(UInt8(truncatingIfNeeded: value) &+ UInt8(ascii: "0")) }
    appendLongDecimal(value, leastDigits: 1)
  }

  /// Appends a signed number in decimal.
  @inline(__always)
  public mutating func appendDecimal(_ value: Int64) {
    if value < 0 { append(UInt8(ascii: "-")) }
    appendDecimal(value.magnitude)
  }

  /// Appends a number in decimal with leading zeros up to `digits` digits (at most 20).
  public mutating func appendDecimal(_ value: UInt64, digits: Int) {
    appendLongDecimal(value, leastDigits: min(max(digits, 1), 20))
  }

  /// Appends a number in decimal, right-aligned with spaces in `width` columns.
  public mutating func appendDecimal(_ value: Int64, width: Int) {
    var digits = value < 0 ? 2 : 1
    var rest = value.magnitude
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    append(repeating: UInt8(ascii: " "), times: width - digits)
    appendDecimal(value)
  }

  private mutating func appendLongDecimal(_ value: UInt64, leastDigits: Int) {
    let pairs = decimalPairs.utf8Start
    appendDirectly(most: 20) { destination in
      var rest = value
      var digits = 1
      var bound: UInt64 = 10
      while digits < 20 && rest >= bound {
        digits += 1
        if digits < 20 { bound *= 10 }
      }
      digits = max(digits, leastDigits)
      var position = digits
      while position >= 2 {
        let pair = Int(rest % 100) * 2
        rest /= 100
        destination[position - 1] = pairs[pair + 1]
        destination[position - 2] = pairs[pair]
        position -= 2
      }
      if position == 1 { destination[0] = UInt8(truncatingIfNeeded: rest % 10) &+ UInt8(ascii: "0") }
      return digits
    }
  }

  /// Appends the digits of a number in hexadecimal, without a prefix, with leading zeros up to `digits` (at most 16).
  public mutating func appendHexDigits(_ value: UInt64, digits: Int = 1) {
    appendDigits(value, bits: 4, least: min(digits, 16))
  }

  /// Appends a number as C's `%#x` shows it: `0x2a`, and a plain `0`.
  @inline(__always)
  public mutating func appendHex(_ value: UInt64) {
    if value == 0 { return append(UInt8(ascii: "0")) }
    append("0x")
    appendHexDigits(value)
  }

  /// Appends the digits of a number in octal with leading zeros up to `digits` (at most 22).
  public mutating func appendOctalDigits(_ value: UInt64, digits: Int = 1) {
    appendDigits(value, bits: 3, least: min(digits, 22))
  }

  /// Digits of `bits` bits each, at least `least` of them, which are no more than 64 bits have.
  @inline(__always)
  private mutating func appendDigits(_ value: UInt64, bits: Int, least: Int) {
    appendDirectly(most: 22) { destination in
      let count = max((64 - value.leadingZeroBitCount + bits - 1) / bits, least, 1)
      var rest = value
      for position in stride(from: count - 1, through: 0, by: -1) {
        destination[position] = Self.hexDigit(UInt8(truncatingIfNeeded: rest) & (1 &<< UInt8(bits) &- 1))
        rest &>>= UInt64(bits)
      }
      return count
    }
  }

  /// Appends a number as C's `%#o` shows it: `0644`, and a plain `0`.
  public mutating func appendOctal(_ value: UInt64) {
    append(UInt8(ascii: "0"))
    if value != 0 { appendOctalDigits(value) }
  }

  /// The lower-case hexadecimal digit of a number below 16.
  @inline(__always)
  static func hexDigit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? nibble &+ UInt8(ascii: "0") : nibble &+ (UInt8(ascii: "a") &- 10)
  }
}
