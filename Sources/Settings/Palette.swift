/// The colours of the parts of a line: SGR codes of ECMA-48, like `1;33`.
public struct Palette: Sendable {
  /// A part, by the name that `STRACE_COLORS` has for it.
  public enum Part: Int, Sendable, CaseIterable {
    /// The name of a call.
    case syscall
    /// The name of an argument or a member.
    case argname
    /// A number, a text.
    case argval
    /// What stands before parentheses: `makedev`.
    case call
    /// A named constant.
    case const
    case comment
    /// What stands between values.
    case punct
    case retval, error

    init?(named name: String) {
      guard let part = Self.allCases.first(where: { "\($0)" == name }) else { return nil }
      self = part
    }
  }

  /// By ``Part``; empty where nothing is coloured.
  private var codes = Part.allCases.map { Self.usual($0) }

  public init() {}

  /// The colours that a text like `syscall=1;33:error=31` gives, and the usual ones where it says nothing that can be
  /// understood. The last of several counts.
  public init(parsing text: [UInt8]) {
    for entry in text.split(separator: UInt8(ascii: ":")) {
      let sides = entry.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
      guard sides.count == 2, let part = Part(named: Self.trimmed(sides[0]).lowercased()) else { continue }
      let code = Self.trimmed(sides[1])
      let isCode = code.split(separator: ";", omittingEmptySubsequences: false).allSatisfy { UInt8($0) != nil }
      if isCode { self[part] = code }
    }
  }

  /// The code of a part; empty, or `0`, where it is not coloured.
  public subscript(part: Part) -> String {
    get { codes[part.rawValue] }
    set { codes[part.rawValue] = newValue }
  }

  /// The eight colours that terminals have themes for.
  private static func usual(_ part: Part) -> String {
    switch part {
    case .syscall, .call: "33"
    case .argname: "39"
    case .argval: "35"
    case .const: "34"
    case .comment: "36"
    case .punct: "0"
    case .retval: "32"
    case .error: "31"
    }
  }

  private static func trimmed(_ bytes: ArraySlice<UInt8>) -> String {
    let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
    let text = bytes.drop(while: isBlank).reversed().drop(while: isBlank).reversed()
    return String(decoding: Array(text), as: UTF8.self)
  }
}
