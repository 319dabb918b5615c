import CTableFormat
import Decoding
import Glibc

/// A moment taken apart as a clock on the wall shows it, kept so that lines of the same second need no new look.
struct WallTime {
  private var second: Int64 = .min
  private(set) var parts = tm()

  init() {}

  /// The local time of a second since the epoch.
  mutating func set(_ newSecond: Int64) {
    if newSecond == second { return }
    second = newSecond
    var time = time_t(newSecond)
    var local = tm()
    parts = localtime_r(&time, &local) == nil ? tm() : local
  }
}

extension ByteBuffer {
  /// `12:34:56`
  mutating func appendClock(_ parts: tm) {
    appendDecimal(UInt64(clamping: parts.tm_hour), digits: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(UInt64(clamping: parts.tm_min), digits: 2)
    append(UInt8(ascii: ":"))
    appendDecimal(UInt64(clamping: parts.tm_sec), digits: 2)
  }

  /// `2001-09-09T01:46:40.123456789+0000`, the fraction with `digits` digits or left out.
  mutating func appendDate(second: Int64, fraction: UInt64, digits: Int) {
    var wall = WallTime()
    wall.set(second)
    let parts = wall.parts
    appendDecimal(Int64(parts.tm_year) &+ 1900)
    append(UInt8(ascii: "-"))
    appendDecimal(UInt64(clamping: parts.tm_mon &+ 1), digits: 2)
    append(UInt8(ascii: "-"))
    appendDecimal(UInt64(clamping: parts.tm_mday), digits: 2)
    append(UInt8(ascii: "T"))
    appendClock(parts)
    if digits > 0 {
      append(UInt8(ascii: "."))
      appendDecimal(fraction, digits: digits)
    }
    let offset = parts.tm_gmtoff / 60
    append(offset < 0 ? UInt8(ascii: "-") : UInt8(ascii: "+"))
    appendDecimal(UInt64(clamping: abs(offset) / 60), digits: 2)
    appendDecimal(UInt64(clamping: abs(offset) % 60), digits: 2)
  }
}

extension ValueWriter {
  /// Seconds since the epoch, with the date as a comment: `1 /* 1970-01-01T00:00:01+0000 */`.
  func writeSeconds(_ value: UInt64, width: UInt8, signed: Bool, to out: inout ByteBuffer) {
    let second = signed ? Int64(bitPattern: value) : Int64(truncatingIfNeeded: Token.mask(value, width: width))
    if signed { out.appendDecimal(second) } else { out.appendDecimal(UInt64(bitPattern: second)) }
    if second == 0 || !Self.isDate(second) { return }
    out.append(" /* ")
    out.appendDate(second: second, fraction: 0, digits: 0)
    out.append(" */")
  }

  /// Nanoseconds since the epoch, with the date as a comment.
  func writeNanoseconds(_ value: UInt64, to out: inout ByteBuffer) {
    out.appendDecimal(value)
    if value == 0 { return }
    out.append(" /* ")
    out.appendDate(second: Int64(clamping: value / 1_000_000_000), fraction: value % 1_000_000_000, digits: 9)
    out.append(" */")
  }

  /// A moment, as a comment behind the structure that holds it.
  static func writeMoment(second: Int64, nanoseconds: UInt64, digits: Int, to out: inout ByteBuffer) {
    guard isDate(second) else { return }
    var fraction = min(nanoseconds, 999_999_999)
    for _ in min(digits, 9)..<9 { fraction /= 10 }
    out.append(" /* ")
    out.appendDate(second: second, fraction: fraction, digits: nanoseconds == 0 ? 0 : digits)
    out.append(" */")
  }

  /// A span of time, with the seconds as a comment: `1500000 /* 1.500000 s */`.
  func writeSpan(
    _ token: Token, perSecond: UInt64, digits: Int, style: ConstantStyle, to out: inout ByteBuffer
  ) {
    let isSigned = token.flags.contains(.signed)
    writePlain(token.value, base: .decimal, token.width, isSigned, to: &out)
    let isNegative = isSigned && Int64(bitPattern: token.value) < 0
    let span = isNegative ? Int64(bitPattern: token.value).magnitude : Token.mask(token.value, width: token.width)
    if span == 0 || style == .raw { return }
    out.append(isNegative ? " /* -" : " /* ")
    out.appendDecimal(span / perSecond)
    out.append(UInt8(ascii: "."))
    out.appendDecimal(span % perSecond, digits: digits)
    out.append(" s */")
  }

  /// Whether a second is in a year that a date can be written of.
  static func isDate(_ second: Int64) -> Bool {
    var time = time_t(second)
    var local = tm()
    return localtime_r(&time, &local) != nil
  }
}
