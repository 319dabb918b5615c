import CTableFormat
import Decoding
import SyscallTables
import Testing
import Values

@testable import Formatting

/// What stands around values: separators, brackets, comments.
struct TapeTests {
  func written(
    _ style: ConstantStyle = .abbreviated, level: TapeWriter.Level = .plain, _ build: (inout TapeBuilder) -> Void
  ) -> String {
    let record = CallRecord()
    var builder = TapeBuilder(record: record)
    build(&builder)
    var out = ByteBuffer()
    var writer = TapeWriter(values: ValueWriter(style: style), level: level)
    writer.write(TapeCursor(record.tape), to: &out)
    return String(decoding: out.bytes, as: UTF8.self)
  }

  @Test func groups() {
    #expect(
      written { tape in
        tape.add(Token(.structOpen))
        tape.number(1)
        tape.add(Token(.arrayOpen))
        tape.number(2)
        tape.add(Token(.ellipsis))
        tape.add(Token(.arrayClose))
        tape.add(Token(.structClose))
        tape.add(Token(.becomes))
        tape.add(Token(.structOpen))
        tape.add(Token(.unknown))
        tape.add(Token(.structClose))
        tape.add(Token(.arrayOpen, flags: .spaced))
        tape.number(3)
        tape.number(4)
        tape.add(Token(.arrayClose))
        tape.add(Token(.address, value: 0))
      } == "{1, [2, ...]} => {???}, [3 4], NULL")
  }

  @Test func whatCannotBeRead() {
    #expect(
      written { tape in
        tape.add(Token(.arrayOpen))
        tape.number(1)
        tape.add(Token(.unreadable, value: 0x9000))
        tape.add(Token(.arrayClose))
        tape.add(Token(.structOpen))
        tape.number(5)
        tape.bytes([0x88, 0], .hex, kind: .tail)
        tape.add(Token(.structClose))
      } == #"[1, ... /* 0x9000 */], {5, /* bytes 0..1 */ "\x88\x00"}"#)
  }

  @Test func momentsHaveTheDigitsOfTheirClock() {
    func moment(_ nanoseconds: UInt32, digits: UInt8) -> String {
      written { tape in
        tape.number(1)
        tape.add(
          Token(
            .comment, style: .seconds, width: digits, value: 1_000_000_000, extra: nanoseconds))
      }
    }
    #expect(moment(123_456_000, digits: 6).contains(":40.123456"))
    #expect(moment(123_456_000, digits: 9).contains(":40.123456000"))
    #expect(!moment(0, digits: 9).contains("."))
  }

  @Test func structuresThatCWritesAsCalls() throws {
    let name = Tables.member(named: "socket", of: "details")
    let text = written { tape in
      tape.add(Token(.callOpen, operand: name))
      for value: UInt64 in 1...2 {
        tape.add(Token(.name, operand: name))
        tape.number(value)
      }
      tape.add(Token(.callClose))
      tape.number(9, .signal)
    }
    #expect(text == "socket(1, 2), SIGKILL")
  }

  @Test func explanationsNameSignalsWhateverTheStyle() {
    #expect(written(.raw, level: .explanation) { $0.number(15, .signal) } == "SIGTERM")
    #expect(written(.raw) { $0.number(15, .signal) } == "15")
  }

  @Test func numbersAmongFlagsStandLast() throws {
    let set = try #require(ConstantSet(named: "memfd_flags"))
    let row = try #require(set.entries(wordSize: 8).first { Tables.entry($0).form == .number })
    let entry = Tables.entry(row)
    let text = written { $0.add(Token(.set, width: 4, operand: set.index, value: 1 | 21 << UInt64(entry.shift))) }
    #expect(text == "MFD_CLOEXEC|21<<\(TableString(entry.name))")
  }
}
