import CTableFormat
import Decoding
import SyscallTables
import TestSupport
import Testing

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
    writer.write(record.tape, 0..<record.tape.tokens.count, to: &out)
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

  @Test func formsThatStandForANumber() {
    func form(_ style: ConstantStyle) -> String {
      written(style) { tape in
        tape.add(Token(.callOpen, style: .hexadecimal, width: 2, flags: .numbered, value: 0x508))
        tape.number(9, .signal)
        tape.add(Token(.callClose))
        tape.number(9, .signal)
      }
    }
    #expect(form(.raw) == "0x508, 9")
    #expect(form(.abbreviated) == "(SIGKILL), SIGKILL")
    #expect(form(.verbose) == "0x508 /* (SIGKILL) */, 9 /* SIGKILL */")
  }

  @Test func explanationsNameSignalsWhateverTheStyle() {
    #expect(written(.raw, level: .explanation) { $0.number(15, .signal) } == "SIGTERM")
    #expect(written(.raw) { $0.number(15, .signal) } == "15")
  }

  @Test func numbersAmongFlagsStandLast() {
    guard let set = ConstantSet(named: "mmap_flags") ?? ConstantSet(named: "memfd_flags") else { return }
    guard let row = set.entries(wordSize: 8).first(where: { Tables.entry($0).form == .number })
    else { return }
    let entry = Tables.entry(row)
    let text = written { $0.add(Token(.set, width: 4, operand: set.index, value: 21 << UInt64(entry.shift))) }
    #expect(text.hasSuffix("21<<\(TableString(entry.name))"))
  }

  @Test func hostileTapesAreWritten() {
    for seed in 0..<2000 {
      var generator = SplitMix(state: UInt64(seed))
      _ = written([.raw, .abbreviated, .verbose][seed % 3]) { tape in
        for _ in 0..<30 {
          let kind = Token.Kind(rawValue: .random(in: 0...30, using: &generator)) ?? .number
          // Names and sets come from the tables alone.
          if [.name, .index, .set, .alias, .words, .callOpen, .bits].contains(kind) { continue }
          tape.add(
            Token(
              kind,
              style: ScalarStyle(rawValue: .random(in: 0...ScalarStyle.padded.rawValue, using: &generator)) ?? .decimal,
              text: TextForm(rawValue: .random(in: 0...TextForm.hardware.rawValue, using: &generator)) ?? .path,
              bits: BitsForm(rawValue: .random(in: 0...BitsForm.fewer.rawValue, using: &generator)) ?? .signals,
              annotation: Token.Annotation(
                rawValue: .random(in: 0...Token.Annotation.context.rawValue, using: &generator)) ?? .descriptor,
              width: [1, 2, 4, 8].randomElement(using: &generator) ?? 4,
              flags: Token.Flags(rawValue: .random(in: 0...255, using: &generator)),
              operand: .random(in: 0...UInt32.max, using: &generator),
              value: .random(in: 0...UInt64.max, using: &generator),
              extra: .random(in: 0...UInt32.max, using: &generator)))
        }
      }
    }
  }
}
