import Decoding
import SyscallTables
import Testing
import Values

@testable import Tracing

/// What the library makes of a tape.
struct TapeReaderTests {
  private func members(_ tokens: [Token]) -> [TraceValue.Member] {
    var tape = Tape()
    for token in tokens { tape.append(token) }
    var cursor = TapeCursor(tape)
    return TapeReader(abi: .native, wordSize: 8).members(&cursor)
  }

  private func number(_ value: UInt64) -> Token { Token(.number, width: 4, value: value) }

  @Test func aStructureWithoutBracesEndsWhereItEnds() {
    let or = UInt32(UInt8(ascii: "|"))
    let found = members([
      Token(.name, operand: 1),
      Token(.structOpen, flags: .bare, extra: or), number(1), number(2), Token(.structClose, flags: .bare, extra: or),
      Token(.name, operand: 1), number(3),
    ])
    #expect(found.count == 2)
    #expect(found.first?.value == .constant(3, names: []))
    #expect(found.last?.value == .number(3))
  }

  @Test func oneValueWithoutBracesIsThatValue() {
    let found = members([
      Token(.name, operand: 1), Token(.structOpen, flags: .bare), number(1), Token(.structClose, flags: .bare),
      number(2),
    ])
    #expect(found.map(\.value) == [.number(1), .number(2)])
  }
}
