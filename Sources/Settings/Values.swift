/// How named constants are written (`-X`).
public enum ConstantStyle: UInt8, Sendable {
  /// Names only, numbers where there is no name.
  case abbreviated
  /// Numbers only.
  case raw
  /// The number, and names as a comment.
  case verbose
}

/// Which strings are written in hexadecimal (`-x`, `-xx`, `--strings-in-hex=`).
public enum HexStrings: Sendable {
  case none
  /// Single bytes that cannot be printed, as `\xff` rather than `\377`.
  case nonASCIICharacters
  /// Whole strings that have a byte that cannot be printed.
  case nonASCII
  case all
}
