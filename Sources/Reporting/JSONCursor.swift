import Glibc

/// A place in a line of JSON, read forwards without building anything.
///
/// Traces are large and few of their members matter to a report: what does not is passed by at the speed of looking
/// at its bytes. What is no JSON makes the readers return nil or false, never trap.
struct JSONCursor {
  fileprivate let bytes: UnsafeRawBufferPointer
  fileprivate(set) var at = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// A value that was passed by: its bytes, quotes and brackets included.
  typealias Slice = UnsafeRawBufferPointer

  @inline(__always)
  private var byte: UInt8 { at < bytes.count ? bytes[at] : 0 }

  @inline(__always)
  private mutating func skipSpace() {
    while at < bytes.count, bytes[at] == 0x20 || bytes[at] == 0x09 || bytes[at] == 0x0d { at += 1 }
  }

  /// Calls `body` with each key of an object; it has to pass the value by. False when this is no object.
  mutating func members(_ body: (_ key: Slice, inout JSONCursor) -> Bool) -> Bool {
    skipSpace()
    guard byte == UInt8(ascii: "{") else { return false }
    at += 1
    skipSpace()
    if byte == UInt8(ascii: "}") {
      at += 1
      return true
    }
    while true {
      skipSpace()
      guard let key = string() else { return false }
      skipSpace()
      guard byte == UInt8(ascii: ":") else { return false }
      at += 1
      guard body(key, &self) else { return false }
      skipSpace()
      let next = byte
      at += 1
      if next == UInt8(ascii: "}") { return true }
      guard next == UInt8(ascii: ",") else { return false }
    }
  }

  /// What is between the quotes of a string, its escapes as they stand.
  mutating func string() -> Slice? {
    guard byte == UInt8(ascii: "\"") else { return nil }
    at += 1
    let start = at
    guard let base = bytes.baseAddress else { return nil }
    while at < bytes.count, let found = memchr(base + at, 0x22, bytes.count - at) {
      let quote = base.distance(to: UnsafeRawPointer(found))
      at = quote + 1
      // One behind an odd number of backslashes belongs to the text.
      var escapes = 0
      while quote - escapes > start, bytes[quote - escapes - 1] == UInt8(ascii: "\\") { escapes += 1 }
      if escapes & 1 == 0 { return Slice(rebasing: bytes[start..<quote]) }
    }
    at = bytes.count
    return nil
  }

  /// What was passed by since an earlier place in the same line.
  func bytes(since start: JSONCursor) -> Slice { Slice(rebasing: bytes[min(start.at, at)..<at]) }

  /// Passes the comma between two elements by.
  mutating func passSeparator() {
    skipSpace()
    if byte == UInt8(ascii: ",") { at += 1 }
  }

  /// Passes a value by.
  mutating func value() -> Slice? {
    skipSpace()
    let start = at
    switch byte {
    case UInt8(ascii: "\""):
      guard string() != nil else { return nil }
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard passGroup() else { return nil }
    default:
      while at < bytes.count, bytes[at] != UInt8(ascii: ","), bytes[at] != UInt8(ascii: "}"),
        bytes[at] != UInt8(ascii: "]"), bytes[at] > 0x20
      { at += 1 }
      guard at > start else { return nil }
    }
    return Slice(rebasing: bytes[start..<at])
  }
}

extension JSONCursor {
  /// What a byte outside of texts means for the depth of a group, by the byte: most mean nothing.
  private static let steps: [Int8] = (0..<256).map { byte in
    switch UInt8(byte) {
    case UInt8(ascii: "{"), UInt8(ascii: "["): 1
    case UInt8(ascii: "}"), UInt8(ascii: "]"): -1
    default: 0
    }
  }

  /// Passes an object or array by; false when it does not end.
  private mutating func passGroup() -> Bool {
    guard let base = bytes.baseAddress else { return false }
    let text = base.assumingMemoryBound(to: UInt8.self)
    let count = bytes.count
    return Self.steps.withUnsafeBufferPointer { steps in
      var depth = 0
      var place = at
      while place < count {
        let byte = text[place]
        if byte == UInt8(ascii: "\"") {
          at = place
          guard string() != nil else { return false }
          place = at
          continue
        }
        place += 1
        depth += Int(steps[Int(byte)])
        if depth == 0 {
          at = place
          return true
        }
      }
      at = count
      return false
    }
  }
}

extension UnsafeRawBufferPointer {
  /// A JSON number as an integer; what is behind a point is left out. Nil when there is none.
  var integer: Int64? {
    var index = 0
    let isNegative = first == UInt8(ascii: "-")
    if isNegative { index = 1 }
    var number: UInt64 = 0
    let start = index
    while index < count, self[index] >= 48, self[index] <= 57 {
      let (product, isTooMuch) = number.multipliedReportingOverflow(by: 10)
      let (sum, isTooMuchNow) = product.addingReportingOverflow(UInt64(self[index] - 48))
      number = isTooMuch || isTooMuchNow ? .max : sum
      index += 1
    }
    guard index > start else { return nil }
    let signed = Int64(clamping: number)
    return isNegative ? -signed : signed
  }

  /// Seconds with a point as nanoseconds.
  var nanoseconds: Int64? {
    guard let whole = integer else { return nil }
    var fraction: Int64 = 0
    var digits = 0
    if let point = firstIndex(of: UInt8(ascii: ".")) {
      var index = point + 1
      while index < count, digits < 9, self[index] >= 48, self[index] <= 57 {
        fraction = fraction * 10 + Int64(self[index] - 48)
        digits += 1
        index += 1
      }
    }
    while digits < 9 {
      fraction *= 10
      digits += 1
    }
    let (product, isTooMuch) = whole.multipliedReportingOverflow(by: 1_000_000_000)
    if isTooMuch { return whole < 0 ? .min : .max }
    return product +| fraction
  }

  func equals(_ text: StaticString) -> Bool {
    guard let baseAddress, count == text.utf8CodeUnitCount else { return isEmpty && text.utf8CodeUnitCount == 0 }
    return memcmp(baseAddress, text.utf8Start, count) == 0
  }

  /// Whether `text` stands anywhere in these bytes.
  func contains(text: StaticString) -> Bool {
    let length = text.utf8CodeUnitCount
    guard let baseAddress, length > 0 else { return length == 0 }
    var at = 0
    while at + length <= count, let found = memchr(baseAddress + at, Int32(text.utf8Start[0]), count - length - at + 1)
    {
      if memcmp(found, text.utf8Start, length) == 0 { return true }
      at = baseAddress.distance(to: UnsafeRawPointer(found)) + 1
    }
    return false
  }

  /// The member `name` of an object; nil when this is no object or has none.
  func member(_ name: StaticString) -> UnsafeRawBufferPointer? {
    var found: UnsafeRawBufferPointer?
    var cursor = JSONCursor(self)
    _ = cursor.members { key, cursor in
      guard let value = cursor.value() else { return false }
      if found == nil && key.equals(name) { found = value }
      return true
    }
    return found
  }
}
