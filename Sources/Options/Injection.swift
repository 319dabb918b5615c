import SyscallTables

/// What is done to some calls (`-e inject=`, `-e fault=`).
public struct Injection: Sendable {
  public var calls: CallSet
  public var outcome: Outcome?
  /// Delivered when the call is entered.
  public var signal: Int32?
  /// What is called instead, by name: a call that changes nothing.
  public var replacement: SyscallReplacement?
  /// In nanoseconds.
  public var delayAtEntry: UInt64?
  public var delayAtExit: UInt64?
  public var pokesAtEntry: [Poke] = []
  public var pokesAtExit: [Poke] = []
  public var when = Occasions()

  /// What the call comes to without being executed.
  public enum Outcome: Sendable, Equatable {
    case error(Int32)
    case result(UInt64)
  }

  /// The call executed in place of another: its number in each ABI that has it.
  public struct SyscallReplacement: Sendable, Equatable {
    public var x86_64, i386, x32: UInt64?
  }

  /// Bytes written to the memory that an argument points to.
  public struct Poke: Sendable, Equatable {
    /// The argument's index, from 0.
    public var argument: Int
    public var bytes: [UInt8]
  }

  /// Which of a process's calls are meant, counted from 1.
  public struct Occasions: Sendable, Equatable {
    public var first: UInt16 = 1
    public var last: UInt16 = withoutEnd
    /// 0: only the first.
    public var step: UInt16 = 1

    /// As ``last``: there is no last one.
    public static let withoutEnd = UInt16.max
  }

  /// `SET:error=…|retval=…:signal=…:syscall=…:delay_enter=…:delay_exit=…:poke_enter=…:poke_exit=…:when=…`.
  ///
  /// - Parameter isFault: `fault=SET[:error=…][:syscall=…][:when=…]`, where the error is ENOSYS unless said.
  init(parsing text: some StringProtocol, isFault: Bool) throws(UsageError) {
    let text = Substring(text)
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    calls = try CallSet(parsing: text[..<colon])
    var seen: Set<Substring> = []
    for part in text[colon...].split(separator: ":") {
      guard let equals = part.firstIndex(of: "=") else { throw Self.unknown(part, isFault) }
      let name = part[..<equals]
      guard !isFault || ["error", "syscall", "when"].contains(name) else { throw Self.unknown(part, isFault) }
      guard name == "when" || seen.insert(name).inserted else { throw UsageError("'\(name)=' is given twice") }
      try take(name, part[part.index(after: equals)...])
    }
    if isFault, outcome == nil {
      outcome = .error(ErrnoName.number("ENOSYS") ?? 38)
    }
    if outcome == nil, signal == nil, delayAtEntry == nil, delayAtExit == nil, pokesAtEntry.isEmpty,
      pokesAtExit.isEmpty
    {
      throw UsageError("nothing is injected; \(Self.accepted)")
    }
  }

  static let accepted =
    "accepted are error=, retval=, signal=, syscall=, delay_enter=, delay_exit=, poke_enter=, poke_exit=, when="

  private static func unknown(_ part: Substring, _ isFault: Bool) -> UsageError {
    UsageError("'\(part)' is not understood; \(isFault ? "accepted are error=, syscall=, when=" : accepted)")
  }

  private mutating func take(_ name: Substring, _ value: Substring) throws(UsageError) {
    switch name {
    case "error":
      guard let error = ErrnoName.number(value) else {
        throw UsageError(
          "no error '\(value)': give a name or 1 to \(ErrnoName.most)"
            + didYouMean(value.uppercased(), among: ErrnoName.names))
      }
      try set(.error(error))
    case "retval":
      guard let result = word(value) else { throw UsageError("retval '\(value)' is no number") }
      try set(.result(result))
    case "signal":
      guard let number = SignalName.number(value) else {
        throw UsageError(
          "no signal '\(value)': give a name or 1 to \(SignalName.most)"
            + didYouMean(value.uppercased(), among: SignalName.names))
      }
      signal = number
    case "syscall": replacement = try SyscallReplacement(parsing: value)
    case "delay_enter": delayAtEntry = try Self.delay(value)
    case "delay_exit": delayAtExit = try Self.delay(value)
    case "poke_enter": pokesAtEntry = try Self.pokes(value)
    case "poke_exit": pokesAtExit = try Self.pokes(value)
    case "when": when = try Occasions(parsing: value)
    default: throw Self.unknown(name, false)
    }
  }

  private mutating func set(_ new: Outcome) throws(UsageError) {
    guard outcome == nil else { throw UsageError("error= and retval= exclude each other") }
    outcome = new
  }

  private static func delay(_ text: Substring) throws(UsageError) -> UInt64 {
    guard let nanoseconds = duration(text) else {
      throw UsageError("delay '\(text)': give a number and s, ms, us or ns (microseconds without)")
    }
    return nanoseconds
  }

  /// `@argN=HEX[,@argM=HEX]…`; items may be empty, but not all.
  private static func pokes(_ text: Substring) throws(UsageError) -> [Poke] {
    var pokes: [Poke] = []
    let items = text.split(separator: ",")
    for item in items.isEmpty ? [text] : items {
      let malformed = UsageError("'\(item)' is not @argN=BYTES, with N from 1 to 7 and two hexadecimal digits a byte")
      guard item.hasPrefix("@arg"), let equals = item.firstIndex(of: "="),
        let number = item[..<equals].dropFirst(4).first?.wholeNumberValue, (1...7).contains(number),
        item[..<equals].utf8.count == 5,
        let bytes = hexadecimalBytes(item[item.index(after: equals)...])
      else { throw malformed }
      guard !pokes.contains(where: { $0.argument == number - 1 }) else {
        throw UsageError("'@arg\(number)' is given twice")
      }
      pokes.append(Poke(argument: number - 1, bytes: bytes))
    }
    return pokes
  }
}

private func hexadecimalBytes(_ text: Substring) -> [UInt8]? {
  let digits = text.utf8.map { Character(UnicodeScalar($0)).hexDigitValue }
  guard !digits.isEmpty, digits.count & 1 == 0 else { return nil }
  var bytes: [UInt8] = []
  for pair in stride(from: 0, to: digits.count, by: 2) {
    guard let high = digits[pair], let low = digits[pair + 1] else { return nil }
    bytes.append(UInt8(high * 16 + low))
  }
  return bytes
}

extension Injection.Occasions {
  /// `FIRST[..LAST][+[STEP]]`, each from 1 to 65535.
  init(parsing text: Substring) throws(UsageError) {
    let malformed = UsageError("when '\(text)' is not FIRST[..LAST][+[STEP]] with numbers from 1 to 65535")
    var rest = text
    /// Takes a number, with the blanks and the sign before it.
    func number(upTo most: UInt16 = .max) throws(UsageError) -> UInt16 {
      let sign = rest.drop { $0.isWhitespace }
      let digits = sign.first == "+" ? sign.dropFirst() : sign
      let end = digits.firstIndex { !$0.isNumber } ?? rest.endIndex
      guard let value = decimal(rest[..<end], in: 1...Int(most)) else { throw malformed }
      rest = rest[end...]
      return UInt16(value)
    }
    first = try number()
    if rest.hasPrefix("..") {
      rest = rest.dropFirst(2)
      last = try number(upTo: Self.withoutEnd - 1)
      guard first <= last else { throw malformed }
      step = 1
    } else {
      last = rest.isEmpty ? first : Self.withoutEnd
      step = 0
    }
    if rest.first == "+" {
      rest = rest.dropFirst()
      step = rest.isEmpty ? 1 : try number()
    }
    guard rest.isEmpty else { throw malformed }
  }
}

extension Injection.SyscallReplacement {
  /// The name of a call that only reads what the kernel knows of the process (`%pure`).
  init(parsing text: Substring) throws(UsageError) {
    let pure = SyscallClasses.named("pure") ?? []
    func find(_ abi: ABI) -> UInt64? {
      SyscallNumber.named(text, abi: abi).flatMap { $0.classes.isDisjoint(with: pure) ? nil : $0.number }
    }
    x86_64 = find(.x86_64)
    i386 = find(.i386)
    x32 = find(.x32)
    guard x86_64 != nil || i386 != nil || x32 != nil else {
      throw UsageError("'\(text)' is no call of the class %pure, as syscall= needs")
    }
  }
}
