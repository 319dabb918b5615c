import SyscallTables

extension ErrorNumber {
  /// Writes an error's name and that nobody says what it is: `ERESTARTSYS (Unknown error 512)`.
  static func writeUntold(_ number: Int64, to out: inout ByteBuffer) {
    if let number = Int32(exactly: number), let name = ErrorNumber(rawValue: number).name { out.append(name) }
    out.append(" (Unknown error ")
    out.appendDecimal(number)
    out.append(UInt8(ascii: ")"))
  }

  /// Writes an error's name and what it is called, or its number: `EINVAL (Invalid argument)`, `(errno 4096)`.
  static func write(_ number: Int64, to out: inout ByteBuffer) {
    guard let number = Int32(exactly: number), let name = ErrorNumber(rawValue: number).name else {
      out.append("(errno ")
      out.appendDecimal(number)
      return out.append(UInt8(ascii: ")"))
    }
    out.append(name)
    out.append(" (")
    if let text = ErrorNumber(rawValue: number).text {
      out.append(text)
    } else {
      out.append("Unknown error ")
      out.appendDecimal(Int64(number))
    }
    out.append(UInt8(ascii: ")"))
  }
}
