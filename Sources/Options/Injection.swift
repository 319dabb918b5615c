import Settings
import SyscallTables

extension Injection {
  /// `SET:error=…|retval=…:signal=…:syscall=…:delay_enter=…:delay_exit=…:poke_enter=…:poke_exit=…:when=…`.
  ///
  /// - Parameter isFault: `fault=SET[:error=…][:syscall=…][:when=…]`, where the error is ENOSYS unless said.
  init(parsing text: Substring, isFault: Bool) throws(UsageError) {
    self.init()
    let colon = text.firstIndex(of: ":") ?? text.endIndex
    calls = try SyscallFilter(parsing: text[..<colon])
    do {
      try take(text[colon...], isFault)
    } catch {
      throw UsageError("invalid \(isFault ? "fault" : "inject") argument '\(text)'", advice: error.accepted)
    }
  }

  private mutating func take(_ parts: Substring, _ isFault: Bool) throws(UnacceptableValue) {
    let accepted = isFault ? Self.acceptedOfFault : Self.accepted
    var seen: Set<Substring> = []
    for part in parts.split(separator: ":") {
      guard let equals = part.firstIndex(of: "="), !isFault || Self.partsOfFault.contains(part[..<equals]) else {
        throw UnacceptableValue("'\(part)' is not understood; \(accepted)")
      }
      let name = part[..<equals]
      guard name == "when" || seen.insert(name).inserted else {
        throw UnacceptableValue("'\(name)=' is given twice")
      }
      try take(name, part[part.index(after: equals)...])
    }
    if isFault, result == nil, let missing = ErrnoName.number("ENOSYS") { result = .error(missing) }
    if result == nil, signal == nil, delayAtEntry == nil, delayAtExit == nil, pokesAtEntry.isEmpty,
      pokesAtExit.isEmpty
    {
      throw UnacceptableValue("nothing is injected; \(accepted)")
    }
  }

  static let parts = [
    "error", "retval", "signal", "syscall", "delay_enter", "delay_exit", "poke_enter", "poke_exit", "when",
  ]
  private static let partsOfFault: [Substring] = ["error", "syscall", "when"]
  private static let accepted = "accepted are \(parts.map { $0 + "=" }.joined(separator: ", "))"
  private static let acceptedOfFault = "accepted are \(partsOfFault.map { $0 + "=" }.joined(separator: ", "))"

  private mutating func take(_ name: Substring, _ value: Substring) throws(UnacceptableValue) {
    switch name {
    case "error":
      guard let error = ErrnoName.number(value) else {
        throw UnacceptableValue(
          didYouMean(
            value.uppercased(), among: ErrnoName.names, or: "an error is a name, or a number up to \(ErrnoName.most)"))
      }
      try set(.error(error))
    case "retval":
      guard let value = word(value) else { throw UnacceptableValue("retval= takes a number") }
      try set(.value(Int64(bitPattern: value)))
    case "signal":
      guard let number = SignalName.number(value) else {
        throw UnacceptableValue(
          didYouMean(
            value.uppercased(), among: SignalName.names, or: "a signal is a name, or a number up to \(SignalName.most)")
        )
      }
      signal = number
    case "syscall": replacement = try Self.replacement(value)
    case "delay_enter": delayAtEntry = try Self.delay(value)
    case "delay_exit": delayAtExit = try Self.delay(value)
    case "poke_enter": pokesAtEntry = try Self.pokes(value)
    case "poke_exit": pokesAtExit = try Self.pokes(value)
    case "when": occasions = try Occasions(parsing: value)
    default: throw UnacceptableValue("'\(name)=' is not understood; \(Self.accepted)")
    }
  }

  private mutating func set(_ new: Result) throws(UnacceptableValue) {
    guard result == nil else { throw UnacceptableValue("error= and retval= exclude each other") }
    result = new
  }

  private static func delay(_ text: Substring) throws(UnacceptableValue) -> UInt64 {
    guard let nanoseconds = duration(text) else {
      throw UnacceptableValue("a delay is a number and s, ms, us or ns (microseconds without)")
    }
    return nanoseconds
  }

  /// The number of a call in each ABI: one that only reads what the kernel knows of the process (`%pure`).
  private static func replacement(_ name: Substring) throws(UnacceptableValue) -> [Int64] {
    let pure = SyscallClasses.named("pure") ?? []
    let numbers = ABI.allCases.map { abi -> Int64 in
      guard let call = SyscallNumber.named(name, abi: abi), !call.classes.isDisjoint(with: pure) else { return -1 }
      return Int64(call.number)
    }
    guard numbers.contains(where: { $0 >= 0 }) else {
      throw UnacceptableValue("'\(name)' is no call of the class %pure, as syscall= needs")
    }
    return numbers
  }

  /// The most bytes that are put into memory at once.
  private static let mostPokedBytes = 1024

  /// `@argN=HEX[,@argM=HEX]…`; items may be empty, but not all.
  private static func pokes(_ text: Substring) throws(UnacceptableValue) -> [Poke] {
    var pokes: [Poke] = []
    let items = text.split(separator: ",")
    for item in items.isEmpty ? [text] : items {
      guard item.hasPrefix("@arg"), let equals = item.firstIndex(of: "="),
        let number = item[..<equals].dropFirst(4).first?.wholeNumberValue, (1...7).contains(number),
        item[..<equals].utf8.count == 5,
        let bytes = hexadecimalBytes(item[item.index(after: equals)...]), bytes.count <= mostPokedBytes
      else {
        throw UnacceptableValue(
          "'\(item)' is not @argN=BYTES, with N from 1 to 7 and two hexadecimal digits a byte, of which there are "
            + "\(mostPokedBytes) at most")
      }
      guard !pokes.contains(where: { $0.argument == number - 1 }) else {
        throw UnacceptableValue("'@arg\(number)' is given twice")
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
  init(parsing text: Substring) throws(UnacceptableValue) {
    let malformed = UnacceptableValue("when '\(text)' is not FIRST[..LAST][+[STEP]] with numbers from 1 to 65535")
    self.init()
    var rest = text
    /// Takes a number, with the blanks and the sign before it.
    func number(upTo most: UInt16 = .max) throws(UnacceptableValue) -> UInt32 {
      let sign = rest.drop { $0.isWhitespace }
      let digits = sign.first == "+" ? sign.dropFirst() : sign
      let end = digits.firstIndex { !$0.isNumber } ?? rest.endIndex
      guard let value = decimal(rest[..<end], in: 1...Int(most)) else { throw malformed }
      rest = rest[end...]
      return UInt32(value)
    }
    first = try number()
    if rest.hasPrefix("..") {
      rest = rest.dropFirst(2)
      last = try number(upTo: .max - 1)
      guard first <= last else { throw malformed }
    } else {
      last = rest.isEmpty ? first : .max
      step = 0
    }
    if rest.first == "+" {
      rest = rest.dropFirst()
      step = rest.isEmpty ? 1 : try number()
    }
    guard rest.isEmpty else { throw malformed }
  }
}
